import { describe, expect, it } from 'vitest';
import { Kept } from './kept.ts';

const forever = new AbortController().signal;

describe('a kept value', () => {
  it('is fetched once for many callers, and again when it is old', async () => {
    let fetched = 0;
    const kept = new Kept(60_000, async () => ++fetched);
    expect(await Promise.all([kept.get(forever), kept.get(forever)])).toEqual([1, 1]);
    expect(await kept.get(forever)).toBe(1);
    const old = new Kept(0, async () => ++fetched);
    expect([await old.get(forever), await old.get(forever)]).toEqual([2, 3]);
  });

  it('does not keep a failure', async () => {
    let fetched = 0;
    const kept = new Kept(60_000, async () => {
      fetched += 1;
      if (fetched === 1) throw new Error('away');
      return fetched;
    });
    await expect(kept.get(forever)).rejects.toThrow('away');
    expect(await kept.get(forever)).toBe(2);
  });

  it('goes on for the others when one caller leaves, and ends with the last one', async () => {
    const given: AbortSignal[] = [];
    const arrival = Promise.withResolvers<string>();
    const kept = new Kept(60_000, (signal) => {
      given.push(signal);
      return arrival.promise;
    });
    const [leaver, stayer] = [new AbortController(), new AbortController()];
    const [left, stayed] = [kept.get(leaver.signal), kept.get(stayer.signal)];
    leaver.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(given[0]?.aborted).toBe(false);
    arrival.resolve('here');
    expect(await stayed).toBe('here');

    const alone = new AbortController();
    const never = new Kept<string>(60_000, (signal) => {
      given.push(signal);
      return new Promise(() => undefined);
    });
    const only = never.get(alone.signal);
    alone.abort(new Error('gone too'));
    await expect(only).rejects.toThrow('gone too');
    expect(given.at(-1)?.aborted).toBe(true);
    await expect(never.get(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });
});
