import { expect, it } from 'vitest';
import { eachOf } from './at-once.ts';

/** Counts how many run side by side; each ends when it is told to. */
function running() {
  const ends: (() => void)[] = [];
  const seen = { now: 0, most: 0, begun: 0 };
  const run = async (item: number): Promise<string> => {
    seen.begun += 1;
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    await new Promise<void>((done) => {
      ends.push(done);
    });
    seen.now -= 1;
    return `${item}.`;
  };
  return { ends, seen, run };
}

const numbers = (amount: number): number[] => Array.from({ length: amount }, (_, at) => at);

it.each([
  [undefined, 8],
  [3, 3],
  [50, 20],
])('runs %s at once (%i of 20), and keeps the order of the items whatever ends first', async (width, most) => {
  const { ends, seen, run } = running();
  const all = eachOf(numbers(20), run, width);
  expect(seen).toEqual({ now: most, most, begun: most });
  for (let done = 0; done < 20; done += 1) {
    await expect.poll(() => ends.length).toBeGreaterThan(0);
    ends.pop()?.();
  }
  expect(await all).toEqual(numbers(20).map((one) => `${one}.`));
  expect(seen).toEqual({ now: 0, most, begun: 20 });
});

it('begins nothing more once one has failed', async () => {
  const { ends, seen, run } = running();
  const all = eachOf(numbers(9), (item) => (item === 0 ? Promise.reject(new Error('first')) : run(item)), 3);
  await expect(all).rejects.toThrow('first');
  for (const end of ends) end();
  await expect.poll(() => seen).toEqual({ now: 0, most: 2, begun: 2 });
});

it('is done at once where there is nothing', async () => {
  expect(await eachOf([], () => Promise.reject(new Error('never')))).toEqual([]);
});
