import { Command, type CommanderError, Option } from 'commander';
import { EXIT } from './failure.ts';
import { VERSION } from './version.ts';

/** Where a command leaves its exit code. */
export interface Ended {
  code: number;
}

const CONFIG = ['--config <file>', 'configuration file (default: DEPLOYMENT_ENGINE_CONFIG, else embedded defaults)'] as const;

const CLIENTS = ['claude-desktop', 'claude-code', 'cursor', 'vscode'] as const;

const MORE = `
Exit codes: 0 done, 1 failed, 2 the command line is wrong.
Environment: DEPLOYMENT_ENGINE_ROOTS (folders that tools may touch), DEPLOYMENT_ENGINE_CONFIG,
DEPLOYMENT_ENGINE_HOME (state), DEPLOYMENT_ENGINE_LOG (trace … error, silent), NO_COLOR.`;

/** The command line, declared. What a command does is loaded when it is chosen. */
export function createProgram(ended: Ended): Command {
  const program = new Command('deployment-engine')
    .description('DevOps tools for AI clients over MCP: many servers behind one guarding hub.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help; also after a command')
    .helpCommand('help [command]', 'print help of a command')
    .addHelpText('after', MORE)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      outputError: (text, write) => write(text.replace(/^error: /, 'error: ')),
    })
    .showHelpAfterError('See --help.');

  /** An action whose exit code is what it returns. */
  const act =
    <A extends unknown[]>(run: (...args: A) => Promise<number>) =>
    async (...args: A): Promise<void> => {
      ended.code = await run(...args);
    };

  program
    .command('hub')
    .description('run the hub: over HTTP on 127.0.0.1:8040 unless told otherwise')
    .addOption(new Option('--stdio', 'speak MCP over standard input and output').conflicts('http'))
    .option('--http [address]', 'listen on [host:]port; loopback only')
    .option(...CONFIG)
    .addOption(
      new Option('--profile <profile>', 'list every tool (flat) or a few that find the others (compact)').choices(['flat', 'compact']),
    )
    .option('--read-only', 'hide and refuse every tool that changes something')
    .option('--trust-loopback', 'over HTTP, make every caller on this machine the owner')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent')
    .action(act(async (flags) => (await import('./commands/hub.ts')).hub(flags)));

  program
    .command('serve')
    .description('run one built-in server by itself; its --help shows its options')
    .argument('<server>', 'its name, such as git')
    .argument('[options...]', '--stdio (default), --http [host:]port, …')
    .allowUnknownOption()
    .passThroughOptions()
    .action(act(async (name, options) => (await import('./commands/serve.ts')).serveBuiltin(name, options)));

  program
    .command('tools')
    .description('list the tools of all servers')
    .argument('[server]', 'only of this one')
    .option('--json', 'with schemas, for programs')
    .option(...CONFIG)
    .action(act(async (server, flags) => (await import('./commands/tools.ts')).tools(server, flags)));

  program
    .command('search')
    .description('find tools by what they do')
    .argument('<words...>', 'what you want to do')
    .option('--limit <n>', 'most tools to show', '10')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .action(act(async (words, flags) => (await import('./commands/search.ts')).search(words, flags)));

  program
    .command('route')
    .description('show which call a sentence asks for; calls nothing')
    .argument('<words...>', 'what you want done')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .action(act(async (words, flags) => (await import('./commands/route.ts')).route(words, flags)));

  program
    .command('call')
    .description('call a tool; a destructive one shows its plan first')
    .argument('<tool>', 'server__tool, as "tools" lists it')
    .argument('[arguments]', 'a JSON object, or - to read it from standard input', '{}')
    .option('--plan-token <token>', 'carry out the plan that an earlier call has shown')
    .option('--json', 'the whole result, for programs')
    .option(...CONFIG)
    .action(act(async (tool, args, flags) => (await import('./commands/call.ts')).call(tool, args, flags)));

  program
    .command('doctor')
    .description('say of each server whether it is ready, or what is missing and how to get it')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .action(act(async (flags) => (await import('./commands/doctor.ts')).doctor(flags)));

  addPins(program, act);

  const audit = program.command('audit').description('the record of all calls');
  audit
    .command('verify')
    .description('check that no record was changed, removed or added')
    .option('--json', 'for programs')
    .action(act(async (flags) => (await import('./commands/audit.ts')).auditVerify(flags)));

  program
    .command('token')
    .description("print the owner's token for HTTP; one is made if there is none")
    .option('--path', 'print the file that holds it instead')
    .action(act(async (flags) => (await import('./commands/token.ts')).token(flags)));

  program
    .command('schema')
    .description('print the JSON Schema of mcp.config.json')
    .action(act(async () => (await import('./commands/schema.ts')).schema()));

  addInit(program, act);
  return program;
}

type Act = <A extends unknown[]>(run: (...args: A) => Promise<number>) => (...args: A) => Promise<void>;

function addPins(program: Command, act: Act): void {
  const pins = program.command('pins').description("definitions of other people's tools, as they were first seen or approved");
  pins
    .command('list')
    .description('show what is pinned, and what is held back because it has changed')
    .argument('[upstream]', 'only of this server')
    .option('--refresh', 'start the servers and look at them now')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .action(act(async (upstream, flags) => (await import('./commands/pins.ts')).pinsList(upstream, flags)));
  pins
    .command('diff')
    .description('show how held-back definitions differ from the pinned ones')
    .argument('[upstream]', 'only of this server')
    .option('--refresh', 'start the servers and look at them now')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .action(act(async (upstream, flags) => (await import('./commands/pins.ts')).pinsDiff(upstream, flags)));
  pins
    .command('approve')
    .description('trust what a server says now; what is held back, as "pins diff" has shown it')
    .argument('<upstream>', 'its name')
    .argument('[tools...]', 'only these definitions (default: all)')
    .option('--unread', 'also what is held back and was not shown by "pins diff" as it is now')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .action(act(async (upstream, names, flags) => (await import('./commands/pins.ts')).pinsApprove(upstream, names, flags)));
}

function addInit(program: Command, act: Act): void {
  program
    .command('init')
    .description("put the hub into a client's configuration; what is there stays, with a copy beside it")
    .addArgument(program.createArgument('<client>', CLIENTS.join(', ')).choices(CLIENTS))
    .option('--root <folder...>', 'folders that tools may touch')
    .option('--name <name>', 'name of the entry', 'deployment-engine')
    .option('--http [address]', 'connect to a running hub at [host:]port instead of starting one')
    .option(...CONFIG)
    .option('--file <file>', "the client's file (default: where that client has it on this system)")
    .option('--print', 'print the entry and write nothing')
    .option('--remove', 'take the entry out again')
    .action(act(async (client, flags) => (await import('./commands/init.ts')).init(client, flags)));
}

/** COLUMNS counts also where there is no terminal, so that generated documents do not depend on one. */
function width(): number {
  const wished = Number(process.env['COLUMNS']);
  return Number.isInteger(wished) && wished >= 40 ? wished : process.stdout.isTTY ? process.stdout.columns : 80;
}

/** What commander has said already: help and the version are no failures. */
export function exitCodeOf(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
