import { describe, expect, it } from 'vitest';
import { durationOf, momentText } from './moment.ts';
import { selects, selectorText } from '../client/label-selector.ts';
import { containerOf, type Pod } from './pod.ts';

const pod = (more: Partial<Pod['metadata']> = {}): Pod => ({
  metadata: { name: 'web', ...more },
  spec: { containers: [{ name: 'main' }, { name: 'side' }], initContainers: [{ name: 'init' }] },
});

describe('a label selector', () => {
  const selector = {
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'old', operator: 'DoesNotExist' },
      { key: 'zone', operator: 'Exists' },
      { key: 'env', operator: 'NotIn', values: ['test'] },
    ],
  };

  it('reads in a query as it means', () => {
    expect(selectorText(selector)).toBe('app=web,tier in (a,b),!old,zone,env notin (test)');
  });

  it('fits labels as the API server says', () => {
    const fitting = { app: 'web', tier: 'b', zone: '' };
    expect(selects(selector, fitting)).toBe(true);
    for (const wrong of [{ app: 'x' }, { tier: 'c' }, { old: '' }, { env: 'test' }])
      expect(selects(selector, { ...fitting, ...wrong })).toBe(false);
    expect(selects(selector, { app: 'web', tier: 'a' })).toBe(false);
    expect(selects({}, {})).toBe(true);
  });
});

describe('the container of a call', () => {
  it('is the named one, the one that the pod prefers, or the first', () => {
    expect(containerOf(pod(), undefined).name).toBe('main');
    expect(containerOf(pod(), 'init').name).toBe('init');
    expect(containerOf(pod({ annotations: { 'kubectl.kubernetes.io/default-container': 'side' } }), undefined).name).toBe('side');
    expect(containerOf(pod({ annotations: { 'kubectl.kubernetes.io/default-container': 'gone' } }), undefined).name).toBe('main');
    expect(() => containerOf(pod(), 'other')).toThrow(expect.objectContaining({ code: 'not_found', hint: 'It has: main, side, init.' }));
  });
});

describe('a moment', () => {
  it('is so long ago, or a date', () => {
    expect(durationOf('1h30m')).toBe(5_400_000);
    expect(momentText('15m', Date.parse('2026-01-02T03:15:00Z'))).toBe('2026-01-02T03:00:00.000Z');
    expect(momentText('2026-01-02T03:00:00+02:00')).toBe('2026-01-02T01:00:00.000Z');
    expect(momentText('2026-01-02')).toBe('2026-01-02T00:00:00.000Z');
  });

  it.each([
    '',
    'now',
    '5',
    '5y',
    '-5m',
    '2026-13-01',
    '2026-01-02T25:00:00Z',
    'Jan 2 2026',
    '9999999999999d',
    '2026-01-02T03:00:00Z&follow=true',
  ])('is not %j', (text) => {
    expect(() => momentText(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
