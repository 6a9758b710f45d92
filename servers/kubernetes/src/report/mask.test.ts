import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../client/wire.ts';
import { presentable } from './mask.ts';
import { SecretMarks } from './secret-marks.ts';

const marks = new SecretMarks(randomBytes(32));
const shown = (object: object): KubeObject =>
  presentable({ metadata: { name: 'one', namespace: 'web' }, ...object }, { marks, context: 'test' });
const b64 = (text: string): string => Buffer.from(text).toString('base64');
const CANARY = 'canary-value-123';

describe('an object as it leaves', () => {
  it('has no bookkeeping', () => {
    const one = shown({
      kind: 'ConfigMap',
      metadata: {
        name: 'one',
        managedFields: [{ manager: 'x' }],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
      },
    });
    expect(one.metadata).toEqual({ name: 'one' });
  });

  it('does not change what it was given', () => {
    const secret = { kind: 'Secret', metadata: { name: 'one' }, data: { a: b64(CANARY) } };
    const before = structuredClone(secret);
    presentable(secret, { marks, context: 'test' });
    expect(secret).toEqual(before);
  });

  it.each<[string, object]>([
    ['data of a Secret', { apiVersion: 'v1', kind: 'Secret', data: { word: b64(CANARY) } }],
    ['text of a Secret', { apiVersion: 'v1', kind: 'Secret', stringData: { word: CANARY } }],
    ['a Secret without an apiVersion', { kind: 'Secret', data: { word: b64(CANARY) } }],
    ['a Secret in a list', { kind: 'SecretList', items: [{ kind: 'Secret', apiVersion: 'v1', data: { word: b64(CANARY) } }] }],
    [
      'a Secret within another object',
      { kind: 'Bundle', spec: { objects: [{ apiVersion: 'v1', kind: 'Secret', data: { word: b64(CANARY) } }] } },
    ],
    [
      'an applied Secret',
      {
        kind: 'ConfigMap',
        metadata: { name: 'one', annotations: { 'example.com/copy': JSON.stringify({ kind: 'Secret', data: { word: b64(CANARY) } }) } },
      },
    ],
    [
      'an applied Secret as YAML',
      {
        kind: 'ConfigMap',
        metadata: { name: 'one', annotations: { 'example.com/copy': `kind: Secret\ndata:\n  word: ${b64(CANARY)}\n` } },
      },
    ],
    [
      'what was last applied',
      { kind: 'Secret', metadata: { name: 'one', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': CANARY } } },
    ],
    [
      'an annotation called like a secret',
      { kind: 'ConfigMap', metadata: { name: 'one', annotations: { 'example.com/api-token': CANARY } } },
    ],
    ['a variable called like a secret', { kind: 'Pod', spec: { containers: [{ env: [{ name: 'DB_PASSWORD', value: CANARY }] }] } }],
    [
      'a variable that looks like a secret',
      { kind: 'Pod', spec: { containers: [{ env: [{ name: 'A', value: `ghp_${'a1B2'.repeat(9)}` }] }] } },
    ],
    ['a variable of an init container', { kind: 'Pod', spec: { initContainers: [{ env: [{ name: 'API_KEY', value: CANARY }] }] } }],
    [
      'a variable of a template',
      {
        kind: 'CronJob',
        spec: { jobTemplate: { spec: { template: { spec: { containers: [{ env: [{ name: 'TOKEN', value: CANARY }] }] } } } } },
      },
    ],
    [
      'an address with a password',
      { kind: 'Pod', spec: { containers: [{ env: [{ name: 'URL', value: `postgres://me:${CANARY}@db/x` }] }] } },
    ],
    ['an argument', { kind: 'Pod', spec: { containers: [{ args: ['--password', CANARY] }] } }],
    ['an argument in one word', { kind: 'Pod', spec: { containers: [{ command: ['run', `--token=${CANARY}`] }] } }],
    ['a token', { kind: 'TokenRequest', status: { token: CANARY } }],
    ['a token that is reviewed', { kind: 'TokenReview', spec: { token: CANARY } }],
  ])('without %s', (_what, object) => {
    const text = JSON.stringify(shown(object));
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(b64(CANARY));
    expect(text).not.toContain('ghp_');
  });

  it('shows which values are equal, how long they are, and not what they are', () => {
    const { data } = shown({ kind: 'Secret', data: { a: b64(CANARY), b: b64(CANARY), c: b64('another'), empty: '' } }) as unknown as {
      data: Record<string, string>;
    };
    expect(data['a']).toMatch(/^\[masked [0-9a-f]{8}\] \(16 bytes\)$/);
    expect(data['a']).toBe(data['b']);
    expect(data['a']).not.toBe(data['c']);
    expect(data['empty']).toMatch(/\(0 bytes\)$/);
  });

  it('gives the same mark to a value however it was given', () => {
    const stored = shown({ kind: 'Secret', data: { a: b64(CANARY) } }) as unknown as { data: Record<string, string> };
    const plain = shown({ kind: 'Secret', stringData: { a: CANARY } }) as unknown as { stringData: Record<string, string> };
    expect(plain.stringData['a']).toBe(stored.data['a']);
  });

  it('leaves alone what is no secret', () => {
    const pod = {
      kind: 'Pod',
      metadata: { name: 'one', namespace: 'web', annotations: { 'example.com/team': 'shop', 'example.com/note': 'a kind of secret' } },
      spec: {
        containers: [
          {
            image: 'web:1',
            command: ['sh', '-c', 'sleep 1'],
            env: [
              { name: 'LEVEL', value: 'debug' },
              { name: 'TOKEN_FILE', value: '/var/run/token' },
              { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'door', key: 'word' } } },
              { name: 'EMPTY_PASSWORD', value: '' },
            ],
          },
        ],
        volumes: [{ name: 'a', secret: { secretName: 'door' } }],
      },
    };
    expect(shown(pod)).toEqual(pod);
    const custom = { apiVersion: 'example.com/v1', kind: 'Secret', metadata: { name: 'one', namespace: 'web' }, spec: { path: 'door' } };
    expect(shown(custom)).toEqual(custom);
  });

  it('shortens certificates, which are long and say nothing to a reader', () => {
    const one = shown({ kind: 'ValidatingWebhookConfiguration', webhooks: [{ clientConfig: { caBundle: 'A'.repeat(2_000) } }] });
    expect(JSON.stringify(one).length).toBeLessThan(300);
  });

  it('ends on what is nested without an end', () => {
    let deep: object = { word: CANARY };
    for (let depth = 0; depth < 5_000; depth += 1) deep = { deep };
    expect(JSON.stringify(shown({ kind: 'Thing', deep }))).toContain('[too deep]');
  });

  it('keeps what it has seen of a Secret in mind for its namespace', () => {
    shown({ kind: 'Secret', metadata: { name: 'one', namespace: 'memory' }, data: { word: b64('remembered-word') } });
    expect(marks.scrub('test', 'memory', 'it is remembered-word here')).toMatch(/^it is \[masked [0-9a-f]{8}\] here$/);
    expect(marks.scrub('test', 'elsewhere', 'it is remembered-word here')).toBe('it is remembered-word here');
  });
});
