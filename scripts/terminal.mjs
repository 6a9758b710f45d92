// How the scripts speak to a person: one line a step, with its time. Plain JavaScript for Node 20.
const live = process.stderr.isTTY;

/** @param {number} ms */
export function seconds(ms) {
  return ms < 950 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`;
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** A failure that a person can act on: printed as its message alone, without a stack trace. */
export class Advice extends Error {}

/**
 * Runs one step and prints one line for it: while it runs on a terminal, a clock; at its end ✓ or ✗ and the time.
 * @template T
 * @param {string} name what is done, such as `Installing packages`
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const start = Date.now();
  const clock = live ? setInterval(() => process.stderr.write(`\r\u001B[2K… ${name} ${seconds(Date.now() - start)}`), 200) : undefined;
  if (!live) say(`… ${name}`);
  const end = (mark) => {
    clearInterval(clock);
    if (live) process.stderr.write('\r\u001B[2K');
    say(`${mark} ${name} (${seconds(Date.now() - start)})`);
  };
  try {
    const result = await work();
    end('✓');
    return result;
  } catch (error) {
    end('✗');
    throw error;
  }
}

/** Runs a script's main function; advice is printed as one line, anything else with its stack. */
export async function main(work) {
  try {
    const code = await work();
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    say(error instanceof Advice ? error.message : String(error?.stack ?? error));
    process.exitCode = 1;
  }
}
