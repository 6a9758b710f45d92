import { parseArgs } from 'node:util';
import { ToolError } from '../contracts/index.ts';
import { isLoopbackHost } from '../platform/listen/index.ts';
import { nameList } from './name-list.ts';

export interface ServeOptions {
  /** Undefined: over stdio. */
  http?: { host: string; port: number };
  config?: string;
  readOnly: boolean;
  toolsets?: string[];
  trustLoopback: boolean;
  anonymousRead: boolean;
  logLevel?: string;
  show?: 'help' | 'version';
}

export const SERVE_HELP = `Options:
  --stdio                  speak MCP over standard input and output (default)
  --http [host:]port       speak MCP over HTTP; loopback addresses only
  --config <file>          configuration file (default: DEPLOYMENT_ENGINE_CONFIG)
  --read-only              hide and refuse every tool that changes something
  --toolsets <a,b>         which groups of tools are on (default: all)
  --trust-loopback         every caller on loopback is the owner
  --log-level <level>      trace, debug, info, warn, error or silent
  --help, --version
`;

/** Reads a server's command line. Throws `invalid_input` with one clear line. */
export function parseServeOptions(argv: readonly string[], defaultPort: number): ServeOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        stdio: { type: 'boolean' },
        http: { type: 'string' },
        config: { type: 'string' },
        'read-only': { type: 'boolean' },
        toolsets: { type: 'string' },
        'trust-loopback': { type: 'boolean' },
        'log-level': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
      },
    }));
  } catch (error) {
    throw new ToolError('invalid_input', (error as Error).message, { hint: 'See --help.' });
  }
  if (values.stdio && values.http !== undefined) throw new ToolError('invalid_input', 'Choose one of --stdio and --http.');
  return {
    ...(values.http === undefined ? {} : { http: parseAddress(values.http, defaultPort) }),
    ...(values.config === undefined ? {} : { config: values.config }),
    readOnly: values['read-only'] ?? false,
    ...(values.toolsets === undefined ? {} : { toolsets: nameList(values.toolsets) }),
    trustLoopback: values['trust-loopback'] ?? false,
    anonymousRead: false,
    ...(values['log-level'] === undefined ? {} : { logLevel: values['log-level'] }),
    ...(values.help ? { show: 'help' as const } : values.version ? { show: 'version' as const } : {}),
  };
}

/** `[host:]port`; loopback only, because there is no sign-in yet that would make another address safe. */
export function parseAddress(text: string, defaultPort: number): { host: string; port: number } {
  const [, host = '127.0.0.1', digits] = /^(?:(.*):)?(\d{1,5})$/.exec(text) ?? [
    undefined,
    text === '' ? '127.0.0.1' : text,
    String(defaultPort),
  ];
  const port = Number(digits);
  if (port > 65_535) throw new ToolError('invalid_input', `${digits} is not a port.`, { hint: 'Ports go from 0 (any free one) to 65535.' });
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (!isLoopbackHost(bare)) {
    throw new ToolError('forbidden', `${host} is not a loopback address; it is refused until there is a sign-in for other machines.`, {
      hint: 'Use 127.0.0.1, and a tunnel such as ssh -L for another machine.',
    });
  }
  return { host: bare, port };
}
