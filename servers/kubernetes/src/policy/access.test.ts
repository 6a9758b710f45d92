import type { ToolContext } from '@deployment-engine/shared/toolkit';
import { describe, expect, it } from 'vitest';
import { KubernetesConfig } from '../config.ts';
import { processorMs } from '../testing/processor-time.ts';
import { Access, fits, type Deed } from './access.ts';

const access = (config: object, context = 'test'): Access => new Access(context, KubernetesConfig.parse(config));
const PODS = { group: '', resource: 'pods', namespaced: true };
const DEPLOYMENTS = { group: 'apps', resource: 'deployments', namespaced: true };
const NODES = { group: '', resource: 'nodes', namespaced: false };
const NAMESPACES = { group: '', resource: 'namespaces', namespaced: false };
const ROLES = { group: 'rbac.authorization.k8s.io', resource: 'roles', namespaced: true };
const code = (run: () => void): string => {
  try {
    run();
    return 'passes';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a pattern', () => {
  it.each<[string, string, boolean]>([
    ['web', 'web', true],
    ['web', 'web-1', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['web-*', 'web-1', true],
    ['web-*', 'web-', true],
    ['web-*', 'my-web-1', false],
    ['*-prod', 'shop-prod', true],
    ['*-prod', 'shop-prod-2', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'ac', false],
    ['a*a', 'a', false],
    ['*.rbac.authorization.k8s.io', 'roles.rbac.authorization.k8s.io', true],
    ['', '', true],
    ['', 'web', false],
    ['w.b', 'web', false],
  ])('%s and %s', (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });

  it('ends soon, whatever it is', () => {
    const took = processorMs(() => expect(fits(`${'*a'.repeat(2_000)}b`, 'a'.repeat(100_000))).toBe(false));
    expect(took).toBeLessThan(500);
  });
});

describe('what may be touched', () => {
  it.each<[string, object, Deed, string]>([
    ['anything without a policy', {}, { verb: 'delete', kind: PODS, namespace: 'web', name: 'a' }, 'passes'],
    [
      'a namespace that is kept',
      { namespaces: { deny: ['kube-*'] } },
      { verb: 'get', kind: PODS, namespace: 'kube-system', name: 'a' },
      'forbidden',
    ],
    ['one that is allowed', { namespaces: { allow: ['web'] } }, { verb: 'get', kind: PODS, namespace: 'web', name: 'a' }, 'passes'],
    ['one that is not', { namespaces: { allow: ['web'] } }, { verb: 'get', kind: PODS, namespace: 'shop', name: 'a' }, 'forbidden'],
    [
      'one that is allowed and kept',
      { namespaces: { allow: ['web-*'], deny: ['web-2'] } },
      { verb: 'get', kind: PODS, namespace: 'web-2', name: 'a' },
      'forbidden',
    ],
    ['the namespace itself', { namespaces: { deny: ['kube-*'] } }, { verb: 'delete', kind: NAMESPACES, name: 'kube-system' }, 'forbidden'],
    ['all namespaces where some are allowed', { namespaces: { allow: ['web'] } }, { verb: 'list', kind: PODS }, 'forbidden'],
    ['all namespaces where a pattern is kept', { namespaces: { deny: ['kube-*'] } }, { verb: 'list', kind: PODS }, 'forbidden'],
    ['all namespaces where single ones are kept', { namespaces: { deny: ['kube-system'] } }, { verb: 'list', kind: PODS }, 'passes'],
    ['what has no namespace', { namespaces: { allow: ['web'] } }, { verb: 'get', kind: NODES, name: 'a' }, 'passes'],
    ['a kind that is kept', { kinds: { deny: ['pods'] } }, { verb: 'get', kind: PODS, namespace: 'web' }, 'forbidden'],
    [
      'a group that is kept',
      { kinds: { deny: ['*.rbac.authorization.k8s.io'] } },
      { verb: 'list', kind: ROLES, namespace: 'web' },
      'forbidden',
    ],
    [
      'a kind by its name without a group',
      { kinds: { deny: ['deployments'] } },
      { verb: 'get', kind: DEPLOYMENTS, namespace: 'web' },
      'forbidden',
    ],
    ['a look into a context that is only read', { readOnlyContexts: ['test'] }, { verb: 'list', kind: PODS, namespace: 'web' }, 'passes'],
    ['a comparison there', { readOnlyContexts: ['test'] }, { verb: 'diff', kind: PODS, namespace: 'web' }, 'passes'],
    ['a change there', { readOnlyContexts: ['test'] }, { verb: 'patch', kind: PODS, namespace: 'web' }, 'read_only'],
    ['a program there', { readOnlyContexts: ['test'] }, { verb: 'exec', kind: PODS, namespace: 'web' }, 'read_only'],
    ['a verb that nobody knows', { readOnlyContexts: ['test'] }, { verb: 'frobnicate', kind: PODS, namespace: 'web' }, 'read_only'],
  ])('%s', (_what, config, deed, expected) => {
    expect(code(() => access(config).demand(deed))).toBe(expected);
  });
});

describe('rules', () => {
  const rules = [
    { verbs: ['delete'], names: ['keep-*'], decide: 'deny' },
    { verbs: ['delete'], kinds: ['pods'], namespaces: ['web'], decide: 'allow' },
    { verbs: ['delete', 'apply'], decide: 'confirm' },
    { kinds: ['nodes'], namespaces: [''], verbs: ['drain'], contexts: ['test'], decide: 'deny' },
  ];
  const person = (can: boolean, answer?: unknown) => {
    const asked: string[] = [];
    const ask = {
      can: { elicitation: can, sampling: false, roots: false },
      elicit(key: string, { message }: { message: string }) {
        asked.push(`${key}: ${message}`);
        return answer;
      },
    };
    return { asked, context: { ask } as unknown as Pick<ToolContext, 'ask' | 'consented'> };
  };
  const deed = (more: Partial<Deed>): Deed => ({ verb: 'delete', kind: PODS, namespace: 'web', name: 'a', ...more });

  it.each<[string, Deed, string]>([
    ['the first that fits denies', deed({ name: 'keep-1' }), 'forbidden'],
    ['the first that fits allows', deed({}), 'passes'],
    ['a later one asks', deed({ namespace: 'shop' }), 'forbidden'],
    ['none fits', deed({ verb: 'patch' }), 'passes'],
    ['what has no namespace', deed({ verb: 'drain', kind: NODES, namespace: undefined }), 'forbidden'],
  ])('%s', (_what, one, expected) => {
    expect(code(() => access({ rules }).consent(one, 'Do it', person(false).context))).toBe(expected);
  });

  it('of another context do not count', () => {
    expect(code(() => access({ rules }, 'other').demand(deed({ verb: 'drain', kind: NODES, namespace: undefined })))).toBe('passes');
  });

  it.each<[string, unknown, string]>([
    ['yes', { action: 'accept', content: { confirm: true } }, 'passes'],
    ['no', { action: 'accept', content: { confirm: false } }, 'cancelled'],
    ['a decline', { action: 'decline' }, 'cancelled'],
    ['a cancel', { action: 'cancel' }, 'cancelled'],
  ])('ask a person, whose answer is %s', (_what, answer, expected) => {
    const { asked, context } = person(true, answer);
    expect(code(() => access({ rules }).consent(deed({ namespace: 'shop' }), 'Delete it', context))).toBe(expected);
    expect(asked).toEqual(['kubernetes/delete/pods/shop/a: Delete it\nContext: test']);
  });

  it('ask one question for many, and none when one of them is denied', () => {
    const many = ['a', 'b', 'c'].map((name) => deed({ namespace: 'shop', name }));
    const yes = { action: 'accept', content: { confirm: true } };
    const first = person(true, yes);
    access({ rules }).consentAll(many, 'Delete them', first.context);
    expect(first.asked).toHaveLength(1);
    const second = person(true, yes);
    expect(code(() => access({ rules }).consentAll([...many, deed({ name: 'keep-1' })], 'Delete them', second.context))).toBe('forbidden');
    expect(second.asked).toEqual([]);
    // the answer for these is no answer for others
    const third = person(true, yes);
    access({ rules }).consentAll(many.slice(1), 'Delete them', third.context);
    expect(third.asked[0]?.split(':')[0]).not.toBe(first.asked[0]?.split(':')[0]);
  });

  const planOf = (deeds: Deed[]) => ({ summary: 'Delete them.', changes: ['a', 'b'], state: 1, deeds });

  it('are named in a plan, whose yes is enough for what it names and for nothing else', () => {
    const [mine, yours] = ['a', 'b'].map((name) => deed({ namespace: 'shop', name }));
    const first = person(true);
    const plan = access({ rules }).planned(planOf([mine!, deed({ verb: 'patch' })]), first.context);
    expect(plan).toEqual({
      summary: 'Delete them. A rule of the operator wants a person to confirm this: delete pods "a" in shop.',
      changes: ['a', 'b'],
      state: 1,
      covers: ['delete/pods/shop/a'],
    });
    const agreed = { ...first.context, consented: plan };
    expect(code(() => access({ rules }).consent(mine!, 'Delete it', agreed))).toBe('passes');
    expect(first.asked).toEqual([]);
    const second = person(true, { action: 'decline' });
    expect(code(() => access({ rules }).consentAll([mine!, yours!], 'Delete it', { ...second.context, consented: plan }))).toBe(
      'cancelled',
    );
    expect(second.asked).toEqual([expect.stringContaining('delete/pods/shop/b')]);
  });

  it('that deny are not met by a yes, before or after', () => {
    const kept = deed({ name: 'keep-1' });
    expect(code(() => void access({ rules }).planned(planOf([kept]), person(true).context))).toBe('forbidden');
    const consented = { summary: '', changes: [], covers: ['delete/pods/web/keep-1'] };
    expect(code(() => access({ rules }).consent(kept, 'Delete it', { ...person(true).context, consented }))).toBe('forbidden');
  });

  it('leave a plan as it is where they ask for nothing, and refuse it where they ask and nobody can answer', () => {
    const { deeds, ...plain } = planOf([deed({})]);
    expect(access({ rules }).planned({ ...plain, deeds }, person(false).context)).toEqual(plain);
    expect(code(() => void access({ rules }).planned(planOf([deed({ namespace: 'shop' })]), person(false).context))).toBe('forbidden');
  });

  it('name five of many', () => {
    const many = Array.from({ length: 8 }, (_, at) => deed({ namespace: 'shop', name: `p${at}` }));
    const { summary, covers } = access({ rules }).planned(planOf(many), person(true).context);
    expect(summary).toMatch(/"p4" in shop and 3 more\.$/);
    expect(covers).toHaveLength(8);
  });

  it('do not matter where a person must always be asked', () => {
    const { asked, context } = person(true, { action: 'decline' });
    expect(code(() => access({}).confirm(deed({ verb: 'reveal' }), 'Show it', context))).toBe('cancelled');
    expect(asked).toHaveLength(1);
    expect(code(() => access({}).confirm(deed({ verb: 'reveal' }), 'Show it', person(false).context))).toBe('forbidden');
  });
});
