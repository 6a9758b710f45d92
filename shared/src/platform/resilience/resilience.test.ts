import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ErrorCode, ToolError } from '../../contracts/error.ts';
import { createDeadline } from './deadline.ts';
import { createResilience, type RunOptions } from './resilience.ts';

afterEach(() => {
  vi.useRealTimers();
});

const fails = (code: ErrorCode, options: { retryAfterMs?: number } = {}) => {
  const error = new ToolError(code, `it is ${code}`, options);
  return vi.fn(() => Promise.reject<string>(error));
};
const read: RunOptions = { effect: 'read' };
const write: RunOptions = { effect: 'write' };
const quick = { retry: { initialDelayMs: 1 } };

describe('retry', () => {
  it('repeats a read after trouble until it succeeds', async () => {
    const fn = fails('unavailable').mockImplementationOnce(() => Promise.reject(new ToolError('timeout', 'slow')));
    fn.mockImplementationOnce(() => Promise.reject(new ToolError('upstream_error', 'broken'))).mockImplementationOnce(() =>
      Promise.resolve('ok'),
    );
    await expect(createResilience({ name: 'Docker', ...quick }).run(fn, read)).resolves.toBe('ok');
    expect(fn).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['a read', { effect: 'read' }, 'unavailable', 3],
    ['an idempotent write', { effect: 'write', idempotent: true }, 'unavailable', 3],
    ['an idempotent removal', { effect: 'destroy', idempotent: true }, 'timeout', 3],
    ['a write', { effect: 'write' }, 'unavailable', 1],
    ['a removal', { effect: 'destroy' }, 'unavailable', 1],
    ['a read of what is not there', { effect: 'read' }, 'not_found', 1],
    ['a read that is limited', { effect: 'read' }, 'rate_limited', 1],
    ['a read with a defect', { effect: 'read' }, 'internal', 1],
  ] as const)('tries %s (%o, %s) %i times', async (_name, options, code, times) => {
    const fn = fails(code);
    await expect(createResilience({ name: 'Docker', ...quick, breaker: { failures: 9 } }).run(fn, options)).rejects.toMatchObject({ code });
    expect(fn).toHaveBeenCalledTimes(times);
  });

  it('passes an error that is no ToolError as it is', async () => {
    const error = new TypeError('defect');
    await expect(createResilience({ name: 'Docker', ...quick }).run(() => Promise.reject(error), read)).rejects.toBe(error);
    await expect(
      createResilience({ name: 'Docker', ...quick }).run(() => {
        throw error;
      }, read),
    ).rejects.toBe(error);
  });

  it('does not start a pause that the backend or the deadline makes pointless', async () => {
    const far = fails('unavailable', { retryAfterMs: 60_000 });
    await expect(createResilience({ name: 'Docker', ...quick }).run(far, read)).rejects.toMatchObject({ code: 'unavailable' });
    expect(far).toHaveBeenCalledTimes(1);
    const near = fails('unavailable', { retryAfterMs: 5000 });
    const deadline = createDeadline(4000);
    await expect(createResilience({ name: 'Docker', ...quick }).run(near, { ...read, deadline })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(near).toHaveBeenCalledTimes(1);
    deadline.dispose();
  });

  it('waits as long as the backend asks, and stops waiting when cancelled', async () => {
    const controller = new AbortController();
    const called = Promise.withResolvers<void>();
    const fn = vi.fn(() => {
      called.resolve();
      return Promise.reject(new ToolError('unavailable', 'busy', { retryAfterMs: 9000 }));
    });
    const run = createResilience({ name: 'Docker', ...quick }).run(fn, { ...read, signal: controller.signal });
    await called.promise;
    setImmediate(() => controller.abort());
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(fn).toHaveBeenCalledTimes(1);
  });
});

describe('breaker', () => {
  const open = async (options: { failures?: number; halfOpenAfterMs?: number } = {}) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const resilience = createResilience({ name: 'Docker', breaker: { failures: 2, halfOpenAfterMs: 10_000, ...options } });
    await expect(resilience.run(fails('unavailable'), write)).rejects.toMatchObject({ message: 'it is unavailable' });
    await expect(resilience.run(fails('timeout'), write)).rejects.toMatchObject({ code: 'timeout' });
    return resilience;
  };

  it('opens after failures in a row and says when to come back', async () => {
    const resilience = await open();
    expect(resilience.state.breaker).toBe('open');
    vi.setSystemTime(Date.now() + 4000);
    const fn = fails('unavailable');
    await expect(resilience.run(fn, read)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'Docker failed 2 times in a row and is left alone for a moment.',
      retryAfterMs: 6000,
    });
    expect(fn).not.toHaveBeenCalled();
  });

  it('lets one call through when half open; the others are refused at once; success closes it', async () => {
    const resilience = await open();
    vi.setSystemTime(Date.now() + 10_000);
    const probe = Promise.withResolvers<string>();
    const probing = resilience.run(() => probe.promise, write);
    await vi.waitFor(() => expect(resilience.state.breaker).toBe('half_open'));
    const other = fails('internal');
    await expect(resilience.run(other, write)).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 10_000 });
    expect(other).not.toHaveBeenCalled();
    probe.resolve('alive');
    await expect(probing).resolves.toBe('alive');
    expect(resilience.state.breaker).toBe('closed');
    await expect(resilience.run(async () => 'again', write)).resolves.toBe('again');
  });

  it.each([
    ['more trouble', new ToolError('unavailable', 'still'), 'open'],
    ['a cancelled probe, which proves nothing', new ToolError('cancelled', 'gone'), 'open'],
    ['a refusal, which proves life', new ToolError('not_found', 'no such thing'), 'closed'],
  ] as const)('after %s it is %s', async (_name, error, state) => {
    const resilience = await open();
    vi.setSystemTime(Date.now() + 10_000);
    await expect(resilience.run(() => Promise.reject(error), write)).rejects.toBe(error);
    expect(resilience.state.breaker).toBe(state);
  });

  it('counts trouble only, and only in a row', async () => {
    const resilience = createResilience({ name: 'Docker', breaker: { failures: 2 } });
    const turn = (code: ErrorCode) => expect(resilience.run(fails(code), write)).rejects.toMatchObject({ code });
    for (const code of ['not_found', 'forbidden', 'conflict', 'invalid_input', 'rate_limited', 'cancelled', 'internal'] as const)
      for (let i = 0; i < 3; i += 1) await turn(code);
    await turn('unavailable');
    await turn('not_found');
    await turn('upstream_error');
    await turn('cancelled');
    expect(resilience.state.breaker).toBe('closed');
    await turn('timeout');
    expect(resilience.state.breaker).toBe('open');
  });

  it('stops a retry as soon as it opens', async () => {
    const fn = fails('unavailable');
    const resilience = createResilience({ name: 'Docker', breaker: { failures: 2 }, retry: { attempts: 5, initialDelayMs: 1 } });
    await expect(resilience.run(fn, read)).rejects.toMatchObject({ message: 'it is unavailable' });
    expect(fn).toHaveBeenCalledTimes(2);
  });

  it('refuses calls that waited in the queue while it opened', async () => {
    const resilience = createResilience({ name: 'Docker', concurrency: 1, breaker: { failures: 1 } });
    const gate = Promise.withResolvers<string>();
    const first = resilience.run(() => gate.promise, write);
    const fn = fails('internal');
    const second = resilience.run(fn, write);
    await vi.waitFor(() => expect(resilience.state.waiting).toBe(1));
    gate.reject(new ToolError('unavailable', 'down'));
    await expect(first).rejects.toMatchObject({ message: 'down' });
    await expect(second).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('left alone') as string });
    expect(fn).not.toHaveBeenCalled();
  });
});

describe('bulkhead', () => {
  it('runs so many at once, queues so many, refuses the rest', async () => {
    const resilience = createResilience({ name: 'Docker', concurrency: 2, queue: 3 });
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const call = () =>
      resilience.run(async () => {
        most = Math.max(most, (running += 1));
        await gate.promise;
        running -= 1;
        return 'done';
      }, write);
    const calls = Array.from({ length: 5 }, call);
    await vi.waitFor(() => expect(resilience.state).toEqual({ breaker: 'closed', active: 2, waiting: 3 }));
    await expect(call()).rejects.toMatchObject({ code: 'rate_limited', message: 'Docker has 2 calls running and 3 waiting.' });
    gate.resolve();
    await expect(Promise.all(calls)).resolves.toEqual(Array.from({ length: 5 }, () => 'done'));
    expect(most).toBe(2);
    await vi.waitFor(() => expect(resilience.state.active).toBe(0));
  });
});

describe('signals', () => {
  it('hands fn a signal that both the caller and the deadline abort', async () => {
    const resilience = createResilience({ name: 'Docker' });
    const seen: AbortSignal[] = [];
    const hang = (signal: AbortSignal) => {
      seen.push(signal);
      return new Promise<never>(() => undefined);
    };
    const controller = new AbortController();
    const deadline = createDeadline(60_000);
    const cancelled = resilience.run(hang, { ...write, signal: controller.signal, deadline });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen[0]?.aborted).toBe(true);
    deadline.dispose();

    const short = createDeadline(20);
    await expect(resilience.run(hang, { ...write, deadline: short })).rejects.toMatchObject({ code: 'timeout' });
    expect(seen[1]).toBe(short.signal);
    await expect(resilience.run(hang, { ...write, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toHaveLength(2);
  });

  it('keeps the place of a call that was given up until it ends, but not for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const resilience = createResilience({ name: 'Docker', concurrency: 2 });
    const controller = new AbortController();
    const ends = Promise.withResolvers<string>();
    const given = [
      resilience.run(() => ends.promise, { ...write, signal: controller.signal }),
      resilience.run(() => new Promise<string>(() => undefined), { ...write, signal: controller.signal }),
    ];
    while (resilience.state.active < 2) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(Promise.allSettled(given)).resolves.toMatchObject([{ reason: { code: 'cancelled' } }, { reason: { code: 'cancelled' } }]);
    expect(resilience.state.active).toBe(2);
    ends.resolve('late');
    await new Promise((resolve) => setImmediate(resolve));
    expect(resilience.state.active).toBe(1);
    vi.advanceTimersByTime(5000);
    expect(resilience.state.active).toBe(0);
  });
});
