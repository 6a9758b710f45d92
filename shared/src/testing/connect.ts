import { Client as ModernClient, StreamableHTTPClientTransport, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { fileURLToPath } from 'node:url';
import { createLog } from '../platform/log/index.ts';
import { type IncomingMessage, listen } from '../platform/listen/index.ts';
import { type Authenticate, loopbackSignIn } from '../toolkit/protocol/authenticate.ts';
import { createHttpFront } from '../toolkit/protocol/http-front.ts';
import type { McpBackend } from '../toolkit/index.ts';

/** The protocol revision of each era that the tests speak. */
export type Era = 'legacy' | 'modern';

export type Target =
  | { command: string; args: string[]; env?: Record<string, string>; cwd?: string }
  | { url: string; headers?: Record<string, string> };

const INFO = { name: 'test-client', version: '1.0.0' };

/** Connects the SDK's v2 client in one era, over stdio (spawned) or HTTP. */
export async function connect(target: Target, era: Era, options: ClientOptions = {}): Promise<ModernClient> {
  const client = new ModernClient(INFO, { ...options, versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : 'legacy' } });
  const transport =
    'url' in target
      ? new StreamableHTTPClientTransport(new URL(target.url), { requestInit: { headers: target.headers ?? {} } })
      : new StdioClientTransport({ ...target, stderr: 'pipe' });
  await client.connect(transport);
  return client;
}

/** Connects the v1 SDK's client: what today's agent frameworks use. */
export async function connectV1(target: Target): Promise<V1Client> {
  const client = new V1Client(INFO);
  await client.connect(
    'url' in target
      ? new V1Http(new URL(target.url), { requestInit: { headers: target.headers ?? {} } })
      : new V1Stdio({ ...target, stderr: 'pipe' }),
  );
  return client;
}

/** How to start one of our TypeScript entry files with this Node. */
export function program(entry: URL, args: string[] = [], env: Record<string, string> = {}): Extract<Target, { command: string }> {
  return {
    command: process.execPath,
    args: ['--conditions=@deployment-engine/source', fileURLToPath(entry), ...args],
    env: {
      ...(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Record<string, string>),
      ...env,
    },
  };
}

export interface ServedBackend {
  url: string;
  close(): Promise<void>;
}

export interface ServeHttpOptions {
  /** Every caller is the owner unless this says otherwise. */
  authenticate?: Authenticate;
  /** False: no call takes the short road past the SDK. */
  shortRoad?: boolean;
  /** Sees each request before it is served. */
  observe?: (request: IncomingMessage) => void;
}

/** Serves a backend over HTTP on a free port. */
export async function serveHttp(backend: McpBackend, options: ServeHttpOptions = {}): Promise<ServedBackend> {
  const authenticate = options.authenticate ?? loopbackSignIn({ trustLoopback: true, isOwnerToken: () => false });
  const { shortRoad = true } = options;
  const front = createHttpFront({
    backend,
    authenticate,
    shortRoad,
    log: createLog({ level: 'silent' }),
    ready: () => true,
    metrics: () => '',
    maxBodyBytes: 1024 * 1024,
  });
  const onRequest: typeof front.onRequest = (request, response) => {
    options.observe?.(request);
    front.onRequest(request, response);
  };
  const listener = await listen({ host: '127.0.0.1', port: 0, onRequest });
  return {
    url: `${listener.url}/mcp`,
    async close() {
      await front.close();
      await listener.close(0);
    },
  };
}
