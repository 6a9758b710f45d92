import { describe, expect, it } from 'vitest';
import { ANONYMOUS, type Principal, type ToolError } from '../../contracts/index.ts';
import { UnknownTool } from '../call.ts';
import { defaultPolicy, type PolicyRequest } from '../policy.ts';
import { authorizeStage } from './authorize.ts';
import { callFor, failure, next, run, targetFor } from './call.testing.ts';
import { lookUpStage } from './look-up.ts';
import { rateLimitStage } from './rate-limit.ts';
import { validateStage } from './validate.ts';

const ada: Principal = { id: 'user:ada', kind: 'user', scopes: ['metrics:read'], roles: [] };
const bob: Principal = { id: 'user:bob', kind: 'user', scopes: [], roles: [] };

describe('rate limit', () => {
  it('holds back each stranger by itself, says when to come back, and never the owner', async () => {
    const stage = rateLimitStage({ perMinute: 1, burst: 2 });
    for (const principal of [ada, ada, bob, bob]) await run(stage, callFor({ caller: { principal } }));
    for (const principal of [ada, bob]) {
      const error = (await failure(Promise.resolve().then(() => run(stage, callFor({ caller: { principal } }))))) as ToolError;
      expect(error).toMatchObject({ code: 'rate_limited' });
      expect(error.retryAfterMs).toBeGreaterThan(0);
      expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
    }
    for (let call = 0; call < 200; call += 1) await run(stage, callFor());
  });
});

describe('look-up', () => {
  it('hands the call on with its target', async () => {
    const target = targetFor();
    const call = callFor({ target: null });
    await run(
      lookUpStage(async (tool) => (tool === 'thing_do' ? target : undefined)),
      call,
    );
    expect(call.target).toBe(target);
  });

  it('throws an unknown tool before anything else runs', async () => {
    let reached = false;
    const error = await failure(
      run(
        lookUpStage(() => undefined),
        callFor({ target: null, tool: 'no_such' }),
        () => {
          reached = true;
          return next();
        },
      ),
    );
    expect(error).toBeInstanceOf(UnknownTool);
    expect((error as UnknownTool).message).toBe('Unknown tool: no_such');
    expect(reached).toBe(false);
  });

  it('does not repeat a name without end', () => {
    expect(new UnknownTool('x'.repeat(100_000)).message.length).toBeLessThan(300);
  });
});

describe('validate', () => {
  it.each([
    ['a list', [1]],
    ['a text', 'promql=up'],
    ['a number', 5],
  ])('refuses %s for arguments', async (_name, args) => {
    expect(await failure(run(validateStage, callFor({ args })))).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('object'),
    });
  });

  it('takes absent arguments as none', async () => {
    const call = callFor({ args: undefined });
    await run(validateStage, call);
    expect(call.input).toEqual({});
  });

  it('takes the added arguments out before the tool sees them, and settles the effect with the rest', async () => {
    const call = callFor({
      args: { name: 'x', plan_token: 't', idempotency_key: 'k' },
      target: { extras: ['plan_token', 'idempotency_key'], effectWith: (args) => ('name' in args ? 'destroy' : 'read') },
    });
    await run(validateStage, call);
    expect(call).toMatchObject({
      args: { name: 'x' },
      input: { name: 'x' },
      extras: { plan_token: 't', idempotency_key: 'k' },
      effect: 'destroy',
    });
  });

  it('stops arguments that are nested beyond reason before any code walks them', async () => {
    const nested = (levels: number): object => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as object;
    await run(validateStage, callFor({ args: nested(100) }));
    expect(await failure(run(validateStage, callFor({ args: nested(101) })))).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('nested'),
    });
    expect(await failure(run(validateStage, callFor({ args: nested(200_000) })))).toMatchObject({ code: 'invalid_input' });
    expect(
      await failure(run(validateStage, callFor({ args: { list: JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as unknown } }))),
    ).toMatchObject({ code: 'invalid_input' });
  });

  it('lets no argument named __proto__ reach a prototype', async () => {
    const call = callFor({
      args: JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"plan_token":"t"}') as object,
      target: { extras: ['plan_token'] },
    });
    await run(validateStage, call);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((call.args as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.hasOwn(call.args, '__proto__')).toBe(true);
  });
});

describe('authorize', () => {
  it('asks with the arguments and the settled effect, and keeps the reason', async () => {
    const asked: PolicyRequest[] = [];
    const stage = authorizeStage({
      decide: (request) => {
        asked.push(request);
        return { allow: true, reason: 'because' };
      },
    });
    const call = callFor({ args: { a: 1 }, target: { effect: 'read', scopes: ['x:y'] } });
    call.effect = 'write';
    await run(stage, call);
    expect(asked).toMatchObject([{ server: 'server', tool: 'thing_do', scopes: ['x:y'], effect: 'write', args: { a: 1 } }]);
    expect(call.reason).toBe('because');
  });

  it('answers a hidden refusal as an unknown tool, and an open one with its code and hint', async () => {
    const policy = defaultPolicy({ readOnly: true });
    expect(
      await failure(
        Promise.resolve().then(() =>
          run(authorizeStage(policy), callFor({ caller: { principal: bob }, target: { scopes: ['metrics:read'] } })),
        ),
      ),
    ).toBeInstanceOf(UnknownTool);
    expect(
      await failure(Promise.resolve().then(() => run(authorizeStage(policy), callFor({ target: { effect: 'write' } })))),
    ).toMatchObject({ code: 'read_only', hint: expect.stringContaining('--read-only') });
  });
});

describe('the default policy', () => {
  const request = (given: Partial<PolicyRequest>): PolicyRequest => ({
    principal: ada,
    server: 's',
    tool: 't',
    scopes: [],
    effect: 'read',
    args: {},
    ...given,
  });

  it('lets read-only mode come before everything', () => {
    const policy = defaultPolicy({ readOnly: true, anonymousRead: true });
    for (const effect of ['write', 'destroy'] as const)
      expect(policy.decide(request({ effect }))).toMatchObject({ allow: false, code: 'read_only' });
    expect(policy.decide(request({ effect: 'read' }))).toMatchObject({ allow: true });
  });

  it('shows a stranger the catalogue, and lets it call only what the operator opened', () => {
    const { args: _args, ...seen } = request({ principal: ANONYMOUS, scopes: ['a:b'] });
    expect(defaultPolicy().decide(seen)).toMatchObject({ allow: true });
    expect(defaultPolicy().decide(request({ principal: ANONYMOUS }))).toMatchObject({
      allow: false,
      code: 'unauthenticated',
      hidden: false,
    });
    expect(defaultPolicy({ anonymousRead: true }).decide(request({ principal: ANONYMOUS }))).toMatchObject({ allow: true });
    expect(defaultPolicy({ anonymousRead: true }).decide(request({ principal: ANONYMOUS, effect: 'write' }))).toMatchObject({
      allow: false,
      code: 'unauthenticated',
    });
    expect(defaultPolicy({ signInHint: 'Knock twice.' }).decide(request({ principal: ANONYMOUS }))).toMatchObject({ hint: 'Knock twice.' });
  });

  it('grants scopes by name, by area and by star, and hides the rest', () => {
    const decide = (scopes: string[], needed: string[]): boolean =>
      defaultPolicy().decide(request({ principal: { ...ada, scopes }, scopes: needed })).allow;
    expect(decide(['metrics:read'], ['metrics:read'])).toBe(true);
    expect(decide(['metrics:*'], ['metrics:read', 'metrics:write'])).toBe(true);
    expect(decide(['*'], ['anything:at-all'])).toBe(true);
    expect(decide(['metric:*'], ['metrics:read'])).toBe(false);
    expect(decide(['metrics:read'], ['metrics:read', 'metrics:write'])).toBe(false);
    expect(defaultPolicy().decide(request({ scopes: ['x:y'] }))).toMatchObject({ allow: false, hidden: true, code: 'forbidden' });
  });
});
