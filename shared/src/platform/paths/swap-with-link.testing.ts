import { rename } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** Keeps putting a link where a file or folder was and back, so that others run into it at every stage. For tests. */
export function swapWithLink(target: string, link: string): { stop(): Promise<number> } {
  let going = true;
  let swaps = 0;
  const swapping = (async () => {
    while (going) {
      await rename(target, `${target}-aside`);
      await rename(link, target);
      await rename(target, link);
      await rename(`${target}-aside`, target);
      swaps++;
      // Now and then the right thing stands there long enough to be met.
      await pause(swaps % 4);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await swapping;
      return swaps;
    },
  };
}
