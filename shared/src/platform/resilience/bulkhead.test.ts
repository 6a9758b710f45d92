import { describe, expect, it } from 'vitest';
import { createBulkhead } from './bulkhead.ts';

const never = new AbortController().signal;

describe('createBulkhead', () => {
  it('admits in order, queues, then refuses', async () => {
    const bulkhead = createBulkhead('Docker', 1, 2);
    const order: string[] = [];
    const leaveFirst = await bulkhead.enter(never);
    const second = bulkhead.enter(never).then((leave) => (order.push('second'), leave));
    const third = bulkhead.enter(never).then((leave) => (order.push('third'), leave));
    await expect(bulkhead.enter(never)).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'Docker has 1 calls running and 2 waiting.',
      retryAfterMs: 1000,
    });
    leaveFirst();
    leaveFirst();
    (await second)();
    (await third)();
    expect(order).toEqual(['second', 'third']);
    expect(bulkhead).toMatchObject({ active: 0, waiting: 0 });
  });

  it('gives the place in the queue back as soon as a waiting call is cancelled', async () => {
    const bulkhead = createBulkhead('Docker', 1, 1);
    const leave = await bulkhead.enter(never);
    const controller = new AbortController();
    const waiting = bulkhead.enter(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(bulkhead.waiting).toBe(0);
    const next = bulkhead.enter(never);
    leave();
    (await next)();
    expect(bulkhead.active).toBe(0);
    await expect(bulkhead.enter(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});
