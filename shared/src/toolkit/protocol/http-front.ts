import { isUtf8 } from 'node:buffer';
import { createMcpHandler, isJsonContentType, type AuthInfo } from '@modelcontextprotocol/server';
import type { Principal } from '../../contracts/index.ts';
import { ToolError } from '../../contracts/index.ts';
import {
  clientSignal,
  type IncomingMessage,
  readBody,
  type ServerResponse,
  toWebRequest,
  writeWebResponse,
} from '../../platform/listen/index.ts';
import type { Log } from '../../platform/log/index.ts';
import type { McpBackend } from '../backend.ts';
import type { Authenticate } from './authenticate.ts';
import { recogniseCall, serveFastCall } from './fast-call.ts';
import { answerError, guardHostAndOrigin } from './http-guard.ts';
import { LegacySessions } from './legacy-sessions.ts';
import { paramHeaderMismatch } from './param-headers.ts';
import { isModern } from './era.ts';
import { watchListened } from './listen-watches.ts';
import { createSdkServer } from './sdk-server.ts';
import type { Session } from './session.ts';

export interface HttpFrontOptions {
  backend: McpBackend;
  authenticate: Authenticate;
  log: Log;
  /** Whether `/readyz` says yes. */
  ready: () => boolean;
  /** The text of `/metrics`, in the Prometheus format. */
  metrics: () => string;
  /** Host names that requests may carry besides those of this machine. */
  allowedHosts?: readonly string[];
  /** Bytes; 4 MiB by default. */
  maxBodyBytes?: number;
  maxSessions?: number;
  /** False: every request takes the SDK's road. For tests that compare the two. */
  shortRoad?: boolean;
}

export interface HttpFront {
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

const METHODS: readonly string[] = ['POST', 'GET', 'DELETE'];
const HEADER_MISMATCH = -32_020;

/** MCP over HTTP for any backend: both protocol eras on `/mcp`, with health and metrics beside it. */
export function createHttpFront(options: HttpFrontOptions): HttpFront {
  const { backend, log } = options;
  const maxBody = options.maxBodyBytes ?? 4 * 1024 * 1024;
  const sessions = new LegacySessions({ backend, ...(options.maxSessions === undefined ? {} : { maxSessions: options.maxSessions }) });
  const modern = createMcpHandler(({ authInfo }) => createSdkServer(backend, sessionOf(authInfo)), {
    legacy: 'reject',
    maxRequestBodySize: maxBody,
    onerror: (error) => log.debug({ err: error }, 'request refused'),
  });
  const stopAnnouncing = backend.onChange((change) => {
    if (change === 'tools') modern.notify.toolsChanged();
    else if (change === 'prompts') modern.notify.promptsChanged();
    else if (change === 'resources') modern.notify.resourcesChanged();
  });

  const serveMcp = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    if (!guardHostAndOrigin(request, response, options.allowedHosts)) return;
    const signedIn = options.authenticate(request);
    if (!signedIn.ok) {
      answerError(
        response,
        signedIn.status,
        -32_001,
        signedIn.message,
        signedIn.status === 401 ? { 'www-authenticate': 'Bearer realm="deployment-engine"' } : {},
      );
      return;
    }
    if (!METHODS.includes(request.method ?? '')) {
      answerError(response, 405, -32_000, `Method not allowed: use ${METHODS.join(', ')}.`, { allow: METHODS.join(', ') });
      return;
    }
    const session = httpSession(signedIn.principal, url);
    const gone = clientSignal(response);
    const bytes = request.method === 'POST' ? await readBody(request, maxBody) : undefined;
    const body = parse(bytes);
    if (bytes !== undefined && !isJsonContentType(request.headers['content-type'] ?? null)) {
      answerError(response, 415, -32_000, 'Unsupported Media Type: Content-Type must be application/json.');
      return;
    }
    if (bytes !== undefined && body === undefined) {
      answerError(response, 400, -32_700, 'Parse error: the request body is not valid JSON in UTF-8.');
      return;
    }
    const call = options.shortRoad === false ? undefined : recogniseCall(request, body, session, sessions, backend);
    if (call && (await serveFastCall(call, backend, response, gone))) return;

    const web = toWebRequest(request, url, bytes, gone);
    if (!isModern(web, body)) {
      await writeWebResponse(await sessions.serve(web, body, session), response);
      return;
    }
    const mismatch = headerMismatch(backend, web, body);
    if (mismatch) {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(mismatch));
      return;
    }
    const stopWatching = await watchListened(backend, session, body, gone, (uri) => modern.notify.resourceUpdated(uri));
    try {
      await writeWebResponse(await modern.fetch(web, { authInfo: authInfoOf(session), parsedBody: body }), response);
    } finally {
      stopWatching();
    }
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    if (!url) return answerText(response, 400, 'Bad request: the target is not a path.\n');
    if (url.pathname === '/mcp') return serveMcp(request, response, url);
    if (request.method !== 'GET' && request.method !== 'HEAD') return answerText(response, 404, 'Not found. MCP is at /mcp.\n');
    if (url.pathname === '/healthz') return answerText(response, 200, 'ok\n');
    if (url.pathname === '/readyz')
      return options.ready() ? answerText(response, 200, 'ready\n') : answerText(response, 503, 'not ready\n');
    if (url.pathname === '/metrics' && guardHostAndOrigin(request, response, options.allowedHosts))
      return answerText(response, 200, options.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
    if (!response.headersSent) answerText(response, 404, 'Not found. MCP is at /mcp.\n');
  };

  return {
    onRequest(request, response) {
      void route(request, response).catch((error: unknown) => fail(error, request, response, log));
    },
    async close() {
      stopAnnouncing();
      await Promise.allSettled([modern.close(), sessions.close()]);
    },
  };
}

function httpSession(principal: Principal, url: URL): Session {
  const profile = url.searchParams.get('profile');
  return { transport: 'http', principal, ...(profile === 'flat' || profile === 'compact' ? { profile } : {}) };
}

/** The SDK passes `authInfo` on untouched: our way to reach the factory. */
function authInfoOf(session: Session): AuthInfo {
  return { token: '', clientId: session.principal.id, scopes: [...session.principal.scopes], extra: { session } };
}

function sessionOf(authInfo: AuthInfo | undefined): Session {
  const session = authInfo?.extra?.['session'] as Session | undefined;
  if (!session) throw new Error('a request reached the SDK without its session');
  return session;
}

function parse(bytes: Buffer | undefined): unknown {
  // JSON is UTF-8 (RFC 8259, §8.1); what is not would be read as something that was never sent
  if (bytes === undefined || bytes.length === 0 || !isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

interface CallBody {
  id?: unknown;
  method?: unknown;
  params?: { name?: unknown; arguments?: unknown };
}

function headerMismatch(backend: McpBackend, request: Request, body: unknown): unknown {
  const { id, method, params } = (body ?? {}) as CallBody;
  const schema = method === 'tools/call' && typeof params?.name === 'string' ? backend.inputSchemaOf(params.name) : undefined;
  const mismatch = schema && paramHeaderMismatch(schema, params?.arguments, (name) => request.headers.get(name));
  return (
    mismatch && {
      jsonrpc: '2.0',
      id: id ?? null,
      error: { code: HEADER_MISMATCH, message: `Bad Request: ${mismatch.body}`, data: { mismatch } },
    }
  );
}

function answerText(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}

function fail(error: unknown, request: IncomingMessage, response: ServerResponse, log: Log): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (error instanceof ToolError && error.code === 'too_large') answerError(response, 413, -32_000, error.message, { connection: 'close' });
  else if (error instanceof ToolError && error.code === 'cancelled') response.destroy();
  else {
    log.error({ err: error, path: request.url }, 'a request met an unexpected fault');
    answerError(response, 500, -32_603, 'Internal error. The details are in the server log.');
  }
}
