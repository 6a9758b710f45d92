import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from '@modelcontextprotocol/server';
import { isUtf8 } from 'node:buffer';
import type { Readable, Writable } from 'node:stream';
import type { McpBackend } from '../backend.ts';
import { type Caller, UnknownTool } from '../call.ts';
import type { AskCapabilities } from '../ask.ts';
import { declaredCapabilities } from './capabilities.ts';
import { rootsOf } from './client-roots.ts';
import { decisionOf } from './decision.ts';
import { framed, isProtocolError, modernCapabilities, plainCall } from './fast-call.ts';
import { DEFAULT_LOG_LEVEL, isHeard } from './log-level.ts';
import type { Session } from './session.ts';

export interface StdioTransportOptions {
  backend: McpBackend;
  input: Readable;
  output: Writable;
  /** The session that the SDK has pinned to this connection; undefined before its first request. */
  session: () => Session | undefined;
  /** Told of each message that the SDK gets, for what it keeps to itself (listen streams). */
  observe?: (message: unknown) => void;
  /** Told of each request that has been answered, with a result or an error, or cancelled. */
  answered?: (id: string | number) => void;
  onClosed?: () => void;
  /** Requests whose first answer is not sent, because the client has it already. */
  silent?: ReadonlySet<string | number>;
}

/** After the end of the input, requests that were read before it may still be answered for so long. */
const DRAIN_MS = 5_000;

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

interface OpeningMessage {
  id?: unknown;
  method?: unknown;
  params?: { capabilities?: Record<string, unknown>; requestId?: unknown; _meta?: Record<string, unknown> };
}

/**
 * MCP's stdio transport (one JSON message a line) that answers plain tool calls itself, as the HTTP front does, and gives
 * everything else to the SDK. A call is plain only once the SDK has settled the connection's era.
 */
export class StdioTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport['onmessage'];
  readonly #options: StdioTransportOptions;
  readonly #silent: Set<string | number>;
  readonly #calls = new Map<string | number, AbortController>();
  #parts: Buffer[] = [];
  #size = 0;
  #era: 'legacy' | 'modern' | undefined;
  #can: AskCapabilities = { elicitation: false, sampling: false, roots: false };
  #closed = false;
  /** Requests without an answer yet. */
  readonly #open = new Set<string | number>();
  #drained: (() => void) | undefined;
  /** The request whose answer settles the era. */
  #opening: { id: unknown; era: 'legacy' | 'modern' } | undefined;

  constructor(options: StdioTransportOptions) {
    this.#options = options;
    this.#silent = new Set(options.silent);
  }

  async start(): Promise<void> {
    const { input, output } = this.#options;
    input.on('data', (chunk: Buffer) => this.#read(chunk));
    input.once('end', () => void this.#drain());
    input.once('close', () => void this.#drain());
    input.on('error', (error) => this.onerror?.(error));
    // a client that went away
    output.on('error', () => void this.close());
    // whoever read before has paused it
    input.resume();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if ('result' in message && this.#opening !== undefined && message.id === this.#opening.id) {
      this.#era = this.#opening.era;
      this.#opening = undefined;
    }
    const answers = !('method' in message) && message.id !== undefined ? message.id : undefined;
    if (answers === undefined || !this.#silent.delete(answers)) this.#write(`${JSON.stringify(message)}\n`);
    if (answers !== undefined) this.#answered(answers);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const call of this.#calls.values()) call.abort();
    this.#options.input.pause();
    this.onclose?.();
    this.#options.onClosed?.();
  }

  async #drain(): Promise<void> {
    if (this.#closed) return;
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
        setTimeout(resolve, DRAIN_MS).unref();
      });
    }
    await this.close();
  }

  #answered(id: string | number): void {
    this.#open.delete(id);
    this.#options.answered?.(id);
    if (this.#open.size === 0) this.#drained?.();
  }

  #write(line: string | Buffer): void {
    if (!this.#closed) this.#options.output.write(line);
  }

  #read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#parts.push(chunk.subarray(start, end));
      start = end + 1;
      const line = Buffer.concat(this.#parts);
      this.#parts = [];
      this.#size = 0;
      // JSON is UTF-8 (RFC 8259, §8.1); what is not would be read as something that was never sent
      if (!isUtf8(line)) this.#refuseLine();
      else if (line.toString('utf8').trim() !== '') this.#receive(line.toString('utf8'));
    }
    if (start < chunk.length) {
      this.#parts.push(chunk.subarray(start));
      this.#size += chunk.length - start;
    }
    if (this.#size > MAX_MESSAGE_BYTES) {
      this.onerror?.(new Error(`a message is larger than ${MAX_MESSAGE_BYTES} bytes`));
      this.#write(
        `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request: the message is larger than ${MAX_MESSAGE_BYTES} bytes."}}\n`,
      );
      void this.close();
    }
  }

  #refuseLine(): void {
    this.#write('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error: the line is not valid JSON in UTF-8."}}\n');
  }

  #receive(line: string): void {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch (error) {
      this.#refuseLine();
      this.onerror?.(error as Error);
      return;
    }
    if (this.#era !== undefined && this.#answer(message)) return;
    try {
      const checked = parseJSONRPCMessage(message);
      this.#observe(checked as OpeningMessage);
      this.#pass(checked);
    } catch (error) {
      this.onerror?.(error as Error);
      this.#write(
        `${JSON.stringify({ jsonrpc: '2.0', id: idOf(message), error: { code: -32_600, message: 'Invalid Request: the message is not a JSON-RPC 2.0 request, notification or response.' } })}\n`,
      );
    }
  }

  #pass(message: unknown): void {
    this.#options.observe?.(message);
    const { id, method } = message as { id?: string | number; method?: unknown };
    if (id !== undefined && typeof method === 'string' && method !== 'subscriptions/listen') this.#open.add(id);
    this.onmessage?.(message as JSONRPCMessage);
  }

  #observe(message: OpeningMessage): void {
    const { id, method, params } = message;
    if (method === 'initialize') {
      this.#opening = { id, era: 'legacy' };
      this.#can = declaredCapabilities(params?.capabilities ?? {});
    } else if (
      this.#era === undefined &&
      this.#opening === undefined &&
      id !== undefined &&
      method !== 'server/discover' &&
      params?._meta &&
      modernCapabilities(params._meta)
    ) {
      this.#opening = { id, era: 'modern' };
    } else if (method === 'notifications/cancelled' && (typeof params?.requestId === 'string' || typeof params?.requestId === 'number'))
      this.#calls.get(params.requestId)?.abort();
    if (method === 'notifications/cancelled' && params?.requestId !== undefined) this.#answered(params.requestId as string | number);
  }

  /** True if the message was a plain call and is being answered. */
  #answer(message: unknown): boolean {
    const { backend } = this.#options;
    const session = this.#options.session();
    const plain = plainCall(message);
    if (!plain || !session || this.#calls.has(plain.id)) return false;
    const can = this.#era === 'modern' ? modernCapabilities(plain.meta) : this.#can;
    if (!can) return false;
    if (this.#era === 'legacy' && (can.elicitation || can.sampling || can.roots) && backend.mayRequest(plain.name)) return false;
    void this.#run(message, { ...plain, era: this.#era!, can }, session);
    return true;
  }

  async #run(
    message: unknown,
    call: NonNullable<ReturnType<typeof plainCall>> & { era: 'legacy' | 'modern'; can: AskCapabilities },
    session: Session,
  ): Promise<void> {
    const { backend } = this.#options;
    const stop = new AbortController();
    this.#calls.set(call.id, stop);
    this.#open.add(call.id);
    const { progressToken } = call.meta as { progressToken?: string | number };
    const notify = (method: string, params: object): void => this.#write(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`);
    const decision = decisionOf(call.meta, session.decisionKey);
    const caller: Caller = {
      principal: decision?.principal ?? session.principal,
      ...(decision === undefined ? {} : { decided: decision.decided }),
      transport: 'stdio',
      signal: stop.signal,
      can: call.can,
      answers: {},
      meta: call.meta,
      ...(session.profile === undefined ? {} : { profile: session.profile }),
      ...rootsOf(session, call.can),
      ...(progressToken === undefined ? {} : { progress: (progress) => notify('notifications/progress', { progressToken, ...progress }) }),
      ...(call.era === 'legacy'
        ? {
            logLevel: session.logLevel ?? DEFAULT_LOG_LEVEL,
            tell: (level, data, logger) => {
              if (isHeard(level, session.logLevel))
                notify('notifications/message', { level, data, ...(logger === undefined ? {} : { logger }) });
            },
          }
        : {}),
    };
    let handedOver = false;
    const handOver = (): void => {
      handedOver = true;
      this.#pass(message);
    };
    try {
      const outcome = await backend.callTool(call.name, call.args, caller);
      // MCP: a cancelled request gets no answer
      if (stop.signal.aborted) return;
      if (outcome.kind === 'input' || isProtocolError(outcome, call.era)) this.#pass(message);
      else this.#write(Buffer.concat([framed(call, outcome.value, backend.info), NEWLINE_BYTES]));
    } catch (thrown) {
      if (thrown instanceof UnknownTool) handOver();
      else
        this.#write(
          `${JSON.stringify({ jsonrpc: '2.0', id: call.id, error: { code: -32_603, message: 'Internal error. The details are in the server log.' } })}\n`,
        );
    } finally {
      this.#calls.delete(call.id);
      if (!handedOver) this.#answered(call.id);
    }
  }
}

const NEWLINE_BYTES = Buffer.from('\n');

function idOf(message: unknown): string | number | null {
  const { id } = (message ?? {}) as { id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
