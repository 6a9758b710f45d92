import { EXIT, fail } from './failure.ts';

/** Requests of a client that have their answers already. */
type Answered = ReadonlySet<string | number> | undefined;

/** Runs one command line to its end. Returns the exit code; nothing is thrown. */
export async function run(argv: readonly string[], answered?: Answered): Promise<number> {
  try {
    return await (servedQuickly(argv, answered) ?? parsed(argv));
  } catch (error) {
    return fail(error);
  }
}

/** A client that starts a server waits for it: the two long-running commands over stdio skip what only people need. */
function servedQuickly(argv: readonly string[], answered: Answered): Promise<number> | undefined {
  const [command, server, ...rest] = argv;
  if (command === 'serve' && server !== undefined && !server.startsWith('-')) {
    return import('./commands/serve.ts').then(({ serveBuiltin }) => serveBuiltin(server, rest));
  }
  if (command === 'hub' && argv.length === 2 && server === '--stdio')
    return import('./commands/hub.ts').then(({ hub }) => hub({ stdio: true }, answered));
  return undefined;
}

async function parsed(argv: readonly string[]): Promise<number> {
  const [{ CommanderError }, { createProgram, exitCodeOf }] = await Promise.all([import('commander'), import('./program.ts')]);
  const ended = { code: EXIT.ok as number };
  try {
    await createProgram(ended).parseAsync([...argv], { from: 'user' });
    return ended.code;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error);
    throw error;
  }
}
