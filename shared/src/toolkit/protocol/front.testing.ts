import { z } from 'zod';
import { ANONYMOUS, OWNER, type Principal } from '../../contracts/index.ts';
import { createExec } from '../../platform/exec/index.ts';
import { listen, type Listener } from '../../platform/listen/index.ts';
import { createLog } from '../../platform/log/index.ts';
import { createRoots } from '../../platform/paths/index.ts';
import { createRuntime } from '../assemble.ts';
import type { ToolContext } from '../context.ts';
import { definePrompt } from '../define-prompt.ts';
import { defineResource } from '../define-resource.ts';
import { defineServer } from '../define-server.ts';
import { defineTool, destroys, reads } from '../define-tool.ts';
import { defaultPolicy } from '../policy.ts';
import type { Authenticate } from './authenticate.ts';
import { createHttpFront, type HttpFront, type HttpFrontOptions } from './http-front.ts';

const nothing = z.strictObject({});

/** What the server below has seen and done. */
export interface Seen {
  dropped: number;
  aborted: number;
  started: number;
  watching: number;
  /** Calls back what the watch was given. */
  changed: (() => void) | undefined;
}

/** A server with a tool for each thing that can happen on the way. */
export function kitchen(seen: Seen) {
  const told = z.object({ folders: z.array(z.string()) });
  return defineServer({
    name: 'kitchen',
    title: 'Kitchen',
    description: 'A server for tests.',
    version: '1.0.0',
    port: 0,
    config: nothing,
    deps: {},
    tools: [
      defineTool({
        name: 'text_echo',
        title: 'Echo',
        description: 'Says it again.',
        scopes: [],
        annotations: reads(),
        inputSchema: z.strictObject({ text: z.string().describe('t') }),
        outputSchema: z.object({ text: z.string() }),
        handler: ({ text }) => ({ text }),
        render: ({ text }) => text,
      }),
      defineTool({
        name: 'folder_list',
        title: 'Folders',
        description: 'Lists the folders that it may touch.',
        scopes: [],
        annotations: reads(),
        inputSchema: nothing,
        outputSchema: told,
        handler: (_input, { roots }: ToolContext) => ({ folders: [...roots.list()] }),
      }),
      defineTool({
        name: 'call_wait',
        title: 'Wait',
        description: 'Waits for its signal.',
        scopes: [],
        annotations: reads(),
        inputSchema: nothing,
        outputSchema: nothing,
        handler: (_input, { signal }: ToolContext) =>
          new Promise<Record<string, never>>((resolve) => {
            seen.started += 1;
            signal.addEventListener('abort', () => {
              seen.aborted += 1;
              resolve({});
            });
          }),
      }),
      defineTool({
        name: 'call_tell',
        title: 'Tell',
        description: 'Tells and reports.',
        scopes: [],
        annotations: reads(),
        inputSchema: nothing,
        outputSchema: nothing,
        handler: (_input, { tell, progress }: ToolContext) => (
          tell('warning', 'careful'),
          progress({ progress: 1, total: 2, message: 'half' }),
          {}
        ),
      }),
      defineTool({
        name: 'all_drop',
        title: 'Drop',
        description: 'Drops everything.',
        scopes: [],
        annotations: destroys(),
        inputSchema: z.strictObject({ what: z.string().describe('w') }),
        outputSchema: nothing,
        handler: () => ((seen.dropped += 1), {}),
      }),
      defineTool({
        name: 'name_ask',
        title: 'Ask',
        description: 'Asks for a name.',
        scopes: [],
        annotations: reads(),
        inputSchema: nothing,
        outputSchema: z.object({ name: z.string() }),
        handler: (_input, { ask }: ToolContext) => {
          const answer = ask.elicit('confirm', { message: 'Your name?', schema: z.strictObject({ name: z.string().describe('n') }) });
          return { name: answer.action === 'accept' ? answer.content.name : answer.action };
        },
      }),
    ],
    resources: [
      defineResource({
        uri: 'kitchen://{dish}',
        name: 'dish',
        title: 'Dish',
        description: 'A dish.',
        mimeType: 'text/plain',
        read: ({ dish }) => ({ text: dish ?? '' }),
        watch: (_uri, changed, { signal }) => {
          seen.watching += 1;
          seen.changed = changed;
          signal.addEventListener('abort', () => (seen.watching -= 1));
        },
      }),
      defineResource({
        uri: 'kitchen://menu',
        name: 'menu',
        title: 'Menu',
        description: 'The menu.',
        mimeType: 'text/plain',
        read: () => ({ text: 'menu' }),
      }),
    ],
    prompts: [
      definePrompt({
        name: 'cook',
        title: 'Cook',
        description: 'Cooks.',
        arguments: z.strictObject({ dish: z.string().describe('d') }),
        build: ({ dish }) => `Cook ${dish}`,
        complete: (_argument, typed) => [`${typed}s`],
      }),
    ],
  });
}

/** Everybody is who they say they are. */
const byHeader: Authenticate = ({ headers }) => {
  const id = headers['x-user'];
  if (id === undefined) return { ok: true, principal: OWNER };
  return {
    ok: true,
    principal: id === 'anonymous' ? ANONYMOUS : ({ id: `user:${String(id)}`, kind: 'user', scopes: ['*'], roles: [] } satisfies Principal),
  };
};

export interface Kitchen {
  url: string;
  port: number;
  seen: Seen;
  front: HttpFront;
  /** Sends one message; `headers` go above the usual ones. */
  post: (message: unknown, headers?: Record<string, string>) => Promise<Response>;
  /** Opens a session of the handshake era and returns its id. */
  initialize: (headers?: Record<string, string>, capabilities?: object) => Promise<string>;
  close: () => Promise<void>;
}

export async function openKitchen(options: Partial<HttpFrontOptions> = {}): Promise<Kitchen> {
  const seen: Seen = { dropped: 0, aborted: 0, started: 0, watching: 0, changed: undefined };
  const env = {};
  const exec = createExec({ env });
  const log = createLog({ level: 'silent' });
  const runtime = createRuntime(kitchen(seen), {
    env,
    exec,
    log,
    roots: createRoots({ env, cwd: '/' }),
    stateDir: '/nonexistent',
    policy: defaultPolicy(),
    record: () => undefined,
    observe: () => undefined,
  });
  const front = createHttpFront({
    backend: runtime,
    authenticate: byHeader,
    log,
    ready: () => true,
    metrics: () => 'calls 1\n',
    maxBodyBytes: 64 * 1024,
    ...options,
  });
  const listener: Listener = await listen({ host: '127.0.0.1', port: 0, onRequest: front.onRequest });
  const url = `${listener.url}/mcp`;
  const post: Kitchen['post'] = (message, headers = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: typeof message === 'string' || message instanceof Uint8Array ? (message as string) : JSON.stringify(message),
    });
  return {
    url,
    port: listener.port,
    seen,
    front,
    post,
    async initialize(headers = {}, capabilities = {}) {
      const answer = await post(
        {
          jsonrpc: '2.0',
          id: 1,
          method: 'initialize',
          params: { protocolVersion: '2025-06-18', capabilities, clientInfo: { name: 'test', version: '1' } },
        },
        headers,
      );
      await answer.text();
      return answer.headers.get('mcp-session-id') ?? '';
    },
    async close() {
      await front.close();
      await listener.close(0);
      await runtime.close();
      await exec.close();
    },
  };
}

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** A request of 2026-07-28 with its headers. */
export function modern(
  method: string,
  params: Record<string, unknown> = {},
  meta: object = {},
): { message: object; headers: Record<string, string> } {
  const name = params['name'] ?? params['uri'];
  return {
    message: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: { ...ENVELOPE, ...meta } } },
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...(typeof name === 'string' ? { 'mcp-name': name } : {}) },
  };
}

/** The JSON-RPC messages of an answer, whether it is one body or an event stream. */
export async function messagesOf(answer: Response): Promise<Record<string, unknown>[]> {
  const text = await answer.text();
  if (answer.headers.get('content-type')?.includes('text/event-stream')) {
    return text
      .split('\n')
      .flatMap((line) => (line.startsWith('data: ') && line.length > 6 ? [JSON.parse(line.slice(6)) as Record<string, unknown>] : []));
  }
  return text === '' ? [] : [JSON.parse(text) as Record<string, unknown>];
}
