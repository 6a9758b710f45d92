import { type JSONRPCMessage, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { ToolError } from '@deployment-engine/shared/contracts';
import { createHttp, type Http, statusError } from '@deployment-engine/shared/platform';
import { FORWARD_PREFIX, readMessage } from './envelope.ts';
import { fetchThrough } from './fetch-through.ts';
import { readEvents } from './events.ts';
import type { ForwardOptions, RawReply, Wire } from './wire.ts';

export interface HttpWireOptions {
  url: string;
  headers: Record<string, string>;
}

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** A server at a URL (Streamable HTTP). The SDK's transport keeps the session; forwarded requests go beside it in the same session. */
export class HttpWire implements Wire {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Wire['onmessage'];
  readonly hasPerRequestStream = true;
  readonly #url: string;
  readonly #http: Http;
  readonly #inner: StreamableHTTPClientTransport;
  #version: string | undefined;
  #next = 0;

  constructor({ url, headers }: HttpWireOptions) {
    const { origin } = new URL(url);
    this.#url = url;
    this.#http = createHttp({
      origins: [origin],
      credentials: { [origin]: { headers } },
      maxBytes: MAX_MESSAGE_BYTES,
      maxRedirects: 0,
      maxConcurrent: 128,
    });
    this.#inner = new StreamableHTTPClientTransport(new URL(url), { fetch: fetchThrough(this.#http) });
  }

  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }

  setProtocolVersion(version: string): void {
    this.#version = version;
    this.#inner.setProtocolVersion(version);
  }

  async start(): Promise<void> {
    this.#inner.onclose = () => this.onclose?.();
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onmessage = (message) => this.onmessage?.(message);
    await this.#inner.start();
  }

  async send(...[message, options]: Parameters<StreamableHTTPClientTransport['send']>): Promise<void> {
    await this.#inner.send(message, options);
  }

  async forward(method: string, params: Record<string, unknown>, { signal, onProgress, headers }: ForwardOptions): Promise<RawReply> {
    const id = `${FORWARD_PREFIX}${this.#next++}`;
    const meta = onProgress === undefined ? params['_meta'] : { ...(params['_meta'] as object | undefined), progressToken: id };
    const { sessionId } = this.#inner;
    const response = await this.#http.stream({
      url: this.#url,
      method: 'POST',
      signal,
      idleMs: 0,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
        ...(this.#version === undefined ? {} : { 'mcp-protocol-version': this.#version }),
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params: meta === undefined ? params : { ...params, _meta: meta } }),
    });
    if (response.status === 404 && sessionId !== undefined) {
      response.close();
      // the session is over (MCP, session management): a new connection opens a new one
      void this.close();
      throw new ToolError('unavailable', 'The session with the server has ended.', { hint: 'A new one is being opened; try again.' });
    }
    const type = response.headers['content-type'] ?? '';
    if (response.status >= 400 && !type.includes('json')) {
      response.close();
      throw statusError(response, 'the server');
    }
    if (type.includes('text/event-stream')) return this.#fromEvents(id, response.body, onProgress);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    const incoming = readMessage(Buffer.concat(chunks));
    if (incoming?.kind === 'reply') return incoming.reply;
    if (response.status >= 400) return { ok: false, error: errorOf(incoming) ?? { code: -32_603, message: `HTTP ${response.status}` } };
    throw new ToolError('upstream_error', 'The server answered with something that is no reply.');
  }

  tail(): string[] {
    return [];
  }

  async close(): Promise<void> {
    await this.#inner.terminateSession().catch(() => undefined);
    await this.#inner.close();
    await this.#http.close();
  }

  async #fromEvents(id: string, body: AsyncIterable<Uint8Array>, onProgress: ForwardOptions['onProgress']): Promise<RawReply> {
    for await (const data of readEvents(body)) {
      const incoming = readMessage(data);
      if (incoming?.kind === 'reply' && incoming.id === id) return incoming.reply;
      if (incoming?.kind !== 'message') continue;
      const { method, params } = incoming.message as { method?: unknown; params?: { progressToken?: unknown; progress?: unknown } };
      if (method === 'notifications/progress' && params?.progressToken === id && typeof params.progress === 'number') {
        const { progressToken: _token, ...progress } = params;
        onProgress?.(progress as { progress: number });
      } else this.onmessage?.(incoming.message as JSONRPCMessage);
    }
    throw new ToolError('unavailable', 'The server closed its answer before it was complete.', {
      hint: 'The call was not repeated: check whether it took effect.',
    });
  }
}

function errorOf(incoming: ReturnType<typeof readMessage>): { code: number; message: string; data?: unknown } | undefined {
  if (incoming?.kind !== 'message') return undefined;
  const { error } = incoming.message as { error?: { code?: unknown; message?: unknown; data?: unknown } };
  return typeof error?.code === 'number' && typeof error.message === 'string'
    ? { code: error.code, message: error.message, data: error.data }
    : undefined;
}
