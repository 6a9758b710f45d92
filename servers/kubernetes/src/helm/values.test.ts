import { describe, expect, it } from 'vitest';
import { SecretMarks } from '../report/secret-marks.ts';
import { maskValues, mergeValues, secretsIn } from './values.ts';

const marks = new SecretMarks(Buffer.alloc(32, 7));
const MASKED = expect.stringMatching(/^\[masked [0-9a-f]{8}\]$/);

describe('values of a release', () => {
  it('are masked by the names of their keys, wherever they stand', () => {
    const values = {
      replicas: 3,
      image: { repository: 'nginx', tag: '1.29' },
      database: { host: 'db', password: 'hunter2hunter2', port: 5432 },
      credentials: { user: 'ada', enabled: true, nested: [{ anything: 'at all' }] },
      apiToken: 12_345_678,
      env: [
        { name: 'DB_PASSWORD', value: 'from-env' },
        { name: 'LEVEL', value: 'debug' },
      ],
      emptyPassword: '',
      passwordFile: '/run/secrets/password',
    };
    expect(maskValues(values, marks)).toEqual({
      replicas: 3,
      image: { repository: 'nginx', tag: '1.29' },
      database: { host: 'db', password: MASKED, port: 5432 },
      credentials: { user: MASKED, enabled: true, nested: [{ anything: MASKED }] },
      apiToken: MASKED,
      env: [
        { name: 'DB_PASSWORD', value: MASKED },
        { name: 'LEVEL', value: 'debug' },
      ],
      emptyPassword: '',
      passwordFile: '/run/secrets/password',
    });
    expect(secretsIn(values).toSorted()).toEqual(['12345678', 'ada', 'at all', 'from-env', 'hunter2hunter2']);
  });

  it('are masked by the guard’s patterns under any name', () => {
    const key = ['AKIA', 'IOSFODNN7EXAMPLQ'].join('');
    const masked = JSON.stringify(maskValues({ note: `the key is ${key}`, url: 'postgres://ada:pa55word@db/x' }, marks));
    expect(masked).not.toContain(key);
    expect(masked).not.toContain('pa55word');
    expect(secretsIn({ note: key })).toEqual([key]);
  });

  it('that nest without end are cut', () => {
    const deep: Record<string, unknown> = {};
    let at = deep;
    for (let depth = 0; depth < 5_000; depth++) at = at['a'] = {};
    at['password'] = 'x';
    expect(JSON.stringify(maskValues(deep, marks))).toContain('[too deep]');
    expect(secretsIn(deep)).toEqual([]);
  });

  it('lie over those of the chart; null takes one away', () => {
    expect(mergeValues({ a: { b: 1, c: 2 }, d: [1], e: 'x' }, { a: { b: 9, c: null }, d: [2], f: 1 })).toEqual({
      a: { b: 9 },
      d: [2],
      e: 'x',
      f: 1,
    });
  });

  it('named like parts of every object stay data', () => {
    const merged = mergeValues(JSON.parse('{"__proto__":{"a":1}}') as Record<string, unknown>, { b: 1 });
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    expect(Object.keys(merged)).toEqual(['__proto__', 'b']);
  });
});
