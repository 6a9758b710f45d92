import { describe, expect, it } from 'vitest';
import { OWNER, ToolError } from '../../contracts/index.ts';
import { type Call, type Caller, ResultBody } from '../call.ts';
import { callFor, failure, run, textBody } from './call.testing.ts';
import { IDEMPOTENCY_META_KEY, idempotencyStage, RememberedCalls } from './idempotency.ts';

interface Keyed {
  key?: string;
  args?: object;
  caller?: Partial<Caller>;
  tool?: string;
}

const keyed = ({ key = 'k', args = {}, caller = {}, tool = 'thing_do' }: Keyed = {}): Call => {
  const call = callFor({ args, caller, tool, target: { effect: 'write' } });
  call.extras = { idempotency_key: key };
  return call;
};

/** A backend that counts. */
function counting(answer: (count: number) => Promise<ResultBody> = async (count) => textBody(`run ${count}`)): {
  calls: number;
  act: () => Promise<ResultBody>;
} {
  const counter = {
    calls: 0,
    act: () => {
      counter.calls += 1;
      return answer(counter.calls);
    },
  };
  return counter;
}

describe('idempotency', () => {
  it('acts once for one key and says that it did not act again', async () => {
    const stage = idempotencyStage();
    const backend = counting();
    const first = await run(stage, keyed(), backend.act);
    const again = keyed();
    expect(await run(stage, again, backend.act)).toBe(first);
    expect(backend.calls).toBe(1);
    expect(again.reason).toContain('not carried out again');
  });

  it('shares the call that still runs', async () => {
    const stage = idempotencyStage();
    const gate = Promise.withResolvers<ResultBody>();
    const backend = counting(() => gate.promise);
    const both = [run(stage, keyed(), backend.act), run(stage, keyed(), backend.act)];
    gate.resolve(textBody('once'));
    const [one, two] = await Promise.all(both);
    expect(one).toBe(two);
    expect(backend.calls).toBe(1);
  });

  it('lets the second caller go when it is cancelled, and the first one finish', async () => {
    const stage = idempotencyStage();
    const gate = Promise.withResolvers<ResultBody>();
    const first = run(stage, keyed(), () => gate.promise);
    const stop = new AbortController();
    const second = run(stage, keyed({ caller: { signal: stop.signal } }), () => gate.promise);
    stop.abort();
    expect(await failure(second)).toMatchObject({ code: 'cancelled' });
    gate.resolve(textBody('done'));
    expect((await first).result.content).toEqual([{ type: 'text', text: 'done' }]);
  });

  it('refuses a key that comes with other arguments', async () => {
    const stage = idempotencyStage();
    const backend = counting();
    await run(stage, keyed({ args: { a: 1 } }), backend.act);
    expect(await failure(run(stage, keyed({ args: { a: 2 } }), backend.act))).toMatchObject({ code: 'conflict' });
    await run(stage, keyed({ args: { a: 1 } }), backend.act);
    expect(backend.calls).toBe(1);
  });

  it.each<[string, Keyed]>([
    ['person', { caller: { principal: { ...OWNER, id: 'user:ada' } } }],
    ['tool', { tool: 'other_do' }],
    ['key', { key: 'k2' }],
  ])('is of one %s', async (_name, other) => {
    const stage = idempotencyStage();
    const backend = counting();
    await run(stage, keyed(), backend.act);
    await run(stage, keyed(other), backend.act);
    expect(backend.calls).toBe(2);
  });

  it.each<[string, () => Promise<ResultBody>]>([
    ['threw', () => Promise.reject(new ToolError('unavailable', 'down'))],
    ['said that it failed', async () => textBody('no', { isError: true })],
  ])('forgets a call that %s, so that it can be tried again', async (_name, answer) => {
    const stage = idempotencyStage();
    const backend = counting((count) => (count === 1 ? answer() : Promise.resolve(textBody('done'))));
    await run(stage, keyed(), backend.act).catch(() => undefined);
    expect((await run(stage, keyed(), backend.act)).result.content).toEqual([{ type: 'text', text: 'done' }]);
    expect(backend.calls).toBe(2);
  });

  it('takes the key of the request’s metadata too, if it is a text of reasonable length', async () => {
    const stage = idempotencyStage();
    const backend = counting();
    const from = (key: unknown): Call => callFor({ target: { effect: 'write' }, caller: { meta: { [IDEMPOTENCY_META_KEY]: key } } });
    await run(stage, from('m'), backend.act);
    await run(stage, from('m'), backend.act);
    expect(backend.calls).toBe(1);
    for (const key of [5, {}, 'x'.repeat(201)]) {
      await run(stage, from(key), backend.act);
      await run(stage, from(key), backend.act);
    }
    expect(backend.calls).toBe(7);
  });

  it('is not for reads', async () => {
    const stage = idempotencyStage();
    const backend = counting();
    const read = (): Call => Object.assign(keyed(), { effect: 'read' });
    await run(stage, read(), backend.act);
    await run(stage, read(), backend.act);
    expect(backend.calls).toBe(2);
  });

  it('remembers for an hour', async () => {
    let now = 0;
    const stage = idempotencyStage(new RememberedCalls(() => now));
    const backend = counting();
    await run(stage, keyed(), backend.act);
    now = 60 * 60_000 - 1;
    await run(stage, keyed(), backend.act);
    expect(backend.calls).toBe(1);
    now += 1;
    await run(stage, keyed(), backend.act);
    expect(backend.calls).toBe(2);
  });

  it('forgets the oldest beyond 2,000 keys, and never one that still runs', async () => {
    const stage = idempotencyStage();
    const gate = Promise.withResolvers<ResultBody>();
    const running = run(stage, keyed({ key: 'running' }), () => gate.promise);
    const backend = counting();
    for (let key = 0; key < 2_001; key += 1) await run(stage, keyed({ key: String(key) }), backend.act);
    await run(stage, keyed({ key: '0' }), backend.act);
    expect(backend.calls).toBe(2_002);
    const joined = run(stage, keyed({ key: 'running' }), backend.act);
    gate.resolve(textBody('shared'));
    expect(await joined).toBe(await running);
    expect(backend.calls).toBe(2_002);
  });

  it('holds 64 MiB of results at most', async () => {
    const stage = idempotencyStage();
    const backend = counting(async () => ResultBody.raw(Buffer.alloc(20 * 1024 * 1024)));
    for (const key of ['a', 'b', 'c', 'd']) await run(stage, keyed({ key }), backend.act);
    expect(backend.calls).toBe(4);
    await run(stage, keyed({ key: 'd' }), backend.act);
    expect(backend.calls).toBe(4);
    await run(stage, keyed({ key: 'a' }), backend.act);
    expect(backend.calls).toBe(5);
  });
});
