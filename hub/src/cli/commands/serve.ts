import { nearest } from '@deployment-engine/shared/platform';
import { start } from '@deployment-engine/shared/start';
import { installedBuiltins } from '../../registry/builtins.ts';
import { EXIT, UsageError } from '../failure.ts';

/** Runs a built-in server as its own program does. */
export async function serveBuiltin(name: string, options: readonly string[]): Promise<number> {
  const builtins = installedBuiltins();
  const found = builtins.find((builtin) => builtin.name === name);
  if (!found) {
    const names = builtins.map((builtin) => builtin.name);
    const guess = nearest(name, names);
    throw new UsageError(
      `There is no built-in server "${name}".`,
      guess === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${guess}?`,
    );
  }
  await start({ surface: found.surfaceFile, load: async () => ({ server: await found.load() }) }, options);
  return Number(process.exitCode ?? EXIT.ok);
}
