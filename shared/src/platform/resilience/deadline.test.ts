import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../contracts/error.ts';
import { createDeadline } from './deadline.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('createDeadline', () => {
  it('aborts with a timeout when time is up', () => {
    const deadline = createDeadline(100);
    vi.advanceTimersByTime(99);
    expect(deadline.signal.aborted).toBe(false);
    expect(deadline.remainingMs).toBe(1);
    vi.advanceTimersByTime(1);
    expect(deadline.signal.reason).toMatchObject({ name: 'ToolError', code: 'timeout', message: 'The call did not finish within 100 ms.' });
    expect(deadline).toMatchObject({ timedOut: true, remainingMs: 0 });
  });

  it('is extended by progress, never shortened, and never beyond the cap', () => {
    const deadline = createDeadline(100, undefined, { hardCapMs: 250 });
    vi.advanceTimersByTime(90);
    deadline.extend();
    expect(deadline.remainingMs).toBe(100);
    deadline.extend(5);
    expect(deadline.remainingMs).toBe(100);
    vi.advanceTimersByTime(90);
    deadline.extend(1000);
    expect(deadline.remainingMs).toBe(70);
    vi.advanceTimersByTime(69);
    expect(deadline.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(deadline.signal.reason).toMatchObject({ message: 'The call did not finish within 250 ms.' });
    deadline.extend();
    expect(deadline.signal.aborted).toBe(true);
  });

  it('caps extensions at ten times the first span unless told otherwise', () => {
    const deadline = createDeadline(10);
    deadline.extend(10_000);
    expect(deadline.remainingMs).toBe(100);
    deadline.dispose();
  });

  it('follows its parent and passes the reason on', () => {
    const parent = new AbortController();
    const deadline = createDeadline(100, parent.signal);
    parent.abort();
    expect(deadline.signal.reason).toMatchObject({ code: 'cancelled' });
    expect(deadline.timedOut).toBe(false);
    expect(vi.getTimerCount()).toBe(0);

    const reason = new ToolError('unavailable', 'shutting down');
    expect(createDeadline(100, AbortSignal.abort(reason)).signal.reason).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves nothing behind when it is disposed of', () => {
    const parent = new AbortController();
    const deadline = createDeadline(100, parent.signal);
    deadline.dispose();
    expect(vi.getTimerCount()).toBe(0);
    parent.abort();
    vi.advanceTimersByTime(1000);
    expect(deadline.signal.aborted).toBe(false);
  });

  it('takes a span longer than a timer can hold', () => {
    const deadline = createDeadline(2 ** 32);
    vi.advanceTimersByTime(2 ** 31);
    expect(deadline.signal.aborted).toBe(false);
    vi.advanceTimersByTime(2 ** 31);
    expect(deadline.timedOut).toBe(true);
  });
});
