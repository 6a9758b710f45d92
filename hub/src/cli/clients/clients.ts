import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { UsageError } from '../failure.ts';

export type ClientName = 'claude-desktop' | 'claude-code' | 'cursor' | 'vscode';

/** The system as far as it decides where programs keep their settings. */
export interface Place {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

const HERE: Place = { platform: process.platform, env: process.env, home: homedir() };

/** An MCP client that keeps its servers in a JSON file. */
export interface Client {
  title: string;
  /** Member of the file that holds the servers by name. */
  section: 'mcpServers' | 'servers';
  /** Where its file lies for this person. */
  file(place?: Place): string;
  /** Its own word for the transport, if an entry needs one. */
  type: { stdio?: string; http?: string };
  /** Whether its file may name a URL at all. */
  http: boolean;
  /** Whether it reads JSON with comments. */
  comments: boolean;
  /** What makes the client read the file again. */
  restart: string;
}

const CLIENTS: Record<ClientName, Client> = {
  'claude-desktop': {
    title: 'Claude Desktop',
    section: 'mcpServers',
    file: (place = HERE) => inApplicationData(place, 'Claude', 'claude_desktop_config.json'),
    type: {},
    // its file takes commands only; an entry with a url is dropped or breaks the whole file
    http: false,
    comments: false,
    restart: 'Quit and start Claude Desktop again.',
  },
  'claude-code': {
    title: 'Claude Code',
    section: 'mcpServers',
    file: (place = HERE) => flavour(place).join(place.env['CLAUDE_CONFIG_DIR'] || place.home, '.claude.json'),
    type: { stdio: 'stdio', http: 'http' },
    http: true,
    comments: false,
    restart: 'Start Claude Code again; /mcp shows the server.',
  },
  cursor: {
    title: 'Cursor',
    section: 'mcpServers',
    file: (place = HERE) => flavour(place).join(place.home, '.cursor', 'mcp.json'),
    type: {},
    http: true,
    comments: true,
    restart: 'Cursor shows the server in its settings under MCP.',
  },
  vscode: {
    title: 'VS Code',
    section: 'servers',
    file: (place = HERE) => inApplicationData(place, 'Code', 'User', 'mcp.json'),
    type: { stdio: 'stdio', http: 'http' },
    http: true,
    comments: true,
    restart: 'In VS Code, "MCP: List Servers" shows the server.',
  },
};

export const CLIENT_NAMES = Object.keys(CLIENTS) as ClientName[];

export function clientNamed(name: string): Client {
  const client = (CLIENTS as Partial<Record<string, Client>>)[name];
  if (!client) throw new UsageError(`There is no client "${name}".`, `There are ${CLIENT_NAMES.join(', ')}.`);
  return client;
}

function flavour({ platform }: Place): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

/** Where desktop programs keep their settings: Application Support, %APPDATA%, or the XDG configuration folder. */
function inApplicationData(place: Place, ...names: string[]): string {
  const { platform, env, home } = place;
  const { join, isAbsolute } = flavour(place);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', ...names);
  if (platform === 'win32') return join(env['APPDATA'] || join(home, 'AppData', 'Roaming'), ...names);
  const named = env['XDG_CONFIG_HOME'];
  return join(named !== undefined && isAbsolute(named) ? named : join(home, '.config'), ...names);
}
