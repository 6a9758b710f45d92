import { randomUUID } from 'node:crypto';
import { isInitializeRequest, type Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { Change, McpBackend } from '../backend.ts';
import { createSdkServer } from './sdk-server.ts';
import type { Session } from './session.ts';

export interface LegacySession {
  id: string;
  session: Session;
  server: Server;
  transport: WebStandardStreamableHTTPServerTransport;
  lastUsed: number;
  /** Calls answered outside the SDK, to be cancelled by `notifications/cancelled`. */
  calls: Map<string | number, AbortController>;
}

export interface LegacySessionsOptions {
  backend: McpBackend;
  maxSessions?: number;
  /** Milliseconds without a request after which a session may be ended. */
  idleMs?: number;
}

/**
 * Sessions of the handshake revisions (2024-11-05 to 2025-11-25). Elicitation, sampling and subscriptions need one
 * server instance a client that lives longer than a request. Bounded in number; idle ones end.
 */
export class LegacySessions {
  readonly #backend: McpBackend;
  readonly #max: number;
  readonly #idleMs: number;
  readonly #sessions = new Map<string, LegacySession>();
  readonly #unsubscribe: () => void;

  constructor({ backend, maxSessions = 1_000, idleMs = 30 * 60_000 }: LegacySessionsOptions) {
    this.#backend = backend;
    this.#max = maxSessions;
    this.#idleMs = idleMs;
    this.#unsubscribe = backend.onChange((change) => this.#announce(change));
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The session of this id, if this principal opened it; another's session looks like none. */
  find(id: string | undefined, principalId: string): LegacySession | undefined {
    const found = id === undefined ? undefined : this.#sessions.get(id);
    if (found?.session.principal.id !== principalId) return undefined;
    found.lastUsed = Date.now();
    return found;
  }

  /** Serves one request of the handshake era. */
  async serve(request: Request, body: unknown, session: Session): Promise<Response> {
    const id = request.headers.get('mcp-session-id') ?? undefined;
    if (id === undefined && isInitializeRequest(body)) return this.#open(request, body, session);
    const found = this.find(id, session.principal.id);
    if (found) {
      this.#cancelled(found, body);
      return found.transport.handleRequest(request, { parsedBody: body });
    }
    if (id === undefined)
      return refusal(400, -32_000, 'Bad Request: Mcp-Session-Id header is required; open a session with initialize, or speak 2026-07-28.');
    return refusal(404, -32_001, 'Session not found: it has ended. Open a new one with initialize.');
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await Promise.allSettled([...this.#sessions.values()].map((found) => this.#end(found)));
  }

  async #open(request: Request, body: unknown, session: Session): Promise<Response> {
    await this.#makeRoom();
    const server = createSdkServer(this.#backend, session);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { id, session, server, transport, lastUsed: Date.now(), calls: new Map() });
      },
      onsessionclosed: (id) => {
        for (const call of this.#sessions.get(id)?.calls.values() ?? []) call.abort();
        this.#sessions.delete(id);
      },
    });
    await server.connect(transport);
    return transport.handleRequest(request, { parsedBody: body });
  }

  async #makeRoom(): Promise<void> {
    const now = Date.now();
    const byAge = [...this.#sessions.values()].toSorted((a, b) => a.lastUsed - b.lastUsed);
    const idle = byAge.filter(({ lastUsed, calls }) => calls.size === 0 && now - lastUsed > this.#idleMs);
    const surplus = this.#sessions.size - idle.length + 1 - this.#max;
    // strangers lose their sessions first: they must not be able to push out somebody who has signed in
    const stay = byAge.filter((found) => !idle.includes(found)).toSorted((a, b) => Number(isStranger(b)) - Number(isStranger(a)));
    await Promise.allSettled([...idle, ...stay.slice(0, Math.max(0, surplus))].map((found) => this.#end(found)));
  }

  async #end(found: LegacySession): Promise<void> {
    this.#sessions.delete(found.id);
    for (const call of found.calls.values()) call.abort();
    await found.server.close();
  }

  #cancelled(found: LegacySession, body: unknown): void {
    const { method, params } = (body ?? {}) as { method?: unknown; params?: { requestId?: string | number } };
    if (method === 'notifications/cancelled' && params?.requestId !== undefined) found.calls.get(params.requestId)?.abort();
  }

  #announce(change: Change): void {
    for (const { server } of this.#sessions.values()) announce(server, change);
  }
}

/** Tells one handshake-era client of a changed list. */
export function announce(server: Server, change: Change): void {
  const send =
    change === 'tools'
      ? server.sendToolListChanged()
      : change === 'prompts'
        ? server.sendPromptListChanged()
        : change === 'resources'
          ? server.sendResourceListChanged()
          : Promise.resolve();
  void send.catch(() => undefined);
}

function isStranger({ session }: LegacySession): boolean {
  return session.principal.kind === 'anonymous';
}

function refusal(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status });
}
