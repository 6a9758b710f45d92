import { ToolError } from '../contracts/index.ts';
import { listen } from '../platform/listen/index.ts';
import { ownerToken, tokenMatches } from '../platform/state/index.ts';
import { createRuntime } from './assemble.ts';
import type { ServerDefinition } from './define-server.ts';
import { type Machine, openMachine } from './machine.ts';
import { defaultPolicy } from './policy.ts';
import { loopbackSignIn } from './protocol/authenticate.ts';
import { DECISION_KEY_ENV } from './protocol/decision-key.ts';
import { createHttpFront } from './protocol/http-front.ts';
import { serveOverStdio, type StdioOptions } from './protocol/stdio.ts';
import type { McpBackend } from './backend.ts';
import { parseServeOptions, SERVE_HELP, type ServeOptions } from './serve-options.ts';
import { sectionOf } from './server-section.ts';
import { untilRead } from './until-read.ts';
import { untilStopped } from './until-stopped.ts';

/**
 * Runs a server as a program of its own: reads the command line and serves over stdio or HTTP until it is told to stop.
 * `answered`: requests at the beginning of the input that have their answers already.
 */
export async function serve(
  definition: ServerDefinition,
  argv: readonly string[] = process.argv.slice(2),
  answered?: ReadonlySet<string | number>,
): Promise<void> {
  try {
    const options = parseServeOptions(argv, definition.port);
    if (options.show === 'version') return print(`${definition.version}\n`);
    if (options.show === 'help')
      return print(`deployment-engine-${definition.name} — ${definition.title}: ${definition.description}\n\n${SERVE_HELP}`);
    await run(definition, options, answered);
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof ToolError)) throw error;
    process.stderr.write(`${error.message}${error.hint ? `\n${error.hint}` : ''}\n`);
  }
}

async function run(definition: ServerDefinition, options: ServeOptions, answered?: ReadonlySet<string | number>): Promise<void> {
  const machine = openMachine({ name: definition.name, logLevel: options.logLevel });
  const runtime = createRuntime(definition, {
    section: sectionOf(definition, { config: options.config, env: machine.env }),
    env: machine.env,
    roots: machine.roots,
    exec: machine.exec,
    log: machine.log,
    stateDir: `${machine.home}/servers/${definition.name}`,
    policy: defaultPolicy({ readOnly: options.readOnly, anonymousRead: options.anonymousRead }),
    toolsets: options.toolsets,
    record: (event) => void machine.audit.append(event).catch(() => undefined),
    observe: machine.metrics.observe,
  });
  const signal =
    options.http === undefined
      ? await serveStdioUntilClosed(runtime, machine, { ...(answered && { answered }) })
      : await serveHttpUntilStopped(runtime, machine, { ...options, http: options.http, title: definition.title });
  await runtime.close();
  await machine.close();
  await untilRead({ signal });
  // a client library may hold a socket or a timer; a server that was told to end ends
  process.exit();
}

/** Serves a backend over stdio until the client closes its end or a signal comes, which is then returned. */
export async function serveStdioUntilClosed(
  backend: McpBackend,
  machine: Machine,
  more: Pick<StdioOptions, 'profile' | 'answered'> = {},
): Promise<NodeJS.Signals | undefined> {
  const decisionKey = machine.env[DECISION_KEY_ENV];
  const front = serveOverStdio({
    backend,
    log: machine.log,
    roots: machine.roots,
    ...more,
    ...(decisionKey === undefined ? {} : { decisionKey }),
  });
  const signal = await Promise.race([front.closed.then(() => undefined), untilStopped()]);
  await front.close();
  return signal;
}

export interface HttpServing {
  http: { host: string; port: number };
  title: string;
  trustLoopback: boolean;
  ready?: () => boolean;
  maxSessions?: number;
  /** Told the address once the listener is open. */
  onListening?: (url: string) => void;
}

/** Serves a backend over HTTP on loopback until a signal comes, which is returned; before that requests in flight may end. */
export async function serveHttpUntilStopped(backend: McpBackend, machine: Machine, options: HttpServing): Promise<NodeJS.Signals> {
  const token = await ownerToken(machine.home);
  const front = createHttpFront({
    backend,
    log: machine.log,
    authenticate: loopbackSignIn({ trustLoopback: options.trustLoopback, isOwnerToken: (given) => tokenMatches(given, token) }),
    ready: options.ready ?? (() => true),
    metrics: machine.metrics.text,
    ...(options.maxSessions === undefined ? {} : { maxSessions: options.maxSessions }),
  });
  const listener = await listen({ ...options.http, onRequest: front.onRequest });
  if (options.onListening) options.onListening(listener.url);
  else process.stderr.write(`${options.title} listens on ${listener.url}/mcp\n`);
  const signal = await untilStopped();
  const draining = listener.close();
  await Promise.race([draining, new Promise((resolve) => setTimeout(resolve, 4_000).unref())]);
  await front.close();
  await draining;
  return signal;
}

function print(text: string): void {
  process.stdout.write(text);
}
