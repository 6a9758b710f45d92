import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  SERVER_INFO_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server';
import type { IncomingMessage, ServerResponse } from '../../platform/listen/index.ts';
import type { BackendInfo, McpBackend, Outcome } from '../backend.ts';
import { type Caller, type ResultBody, UnknownTool } from '../call.ts';
import type { AskCapabilities } from '../ask.ts';
import type { LegacySession, LegacySessions } from './legacy-sessions.ts';
import { declaredCapabilities, handshakeCapabilities } from './capabilities.ts';
import { DEFAULT_LOG_LEVEL, isHeard } from './log-level.ts';
import type { Session } from './session.ts';
import { hasParamHeaders } from './param-headers.ts';
import { serverInfoOf } from './server-info.ts';

/**
 * A `tools/call` that needs nothing of the SDK's path, which costs about ten times a plain request. Only what is certain is
 * taken: everything unusual, and every protocol error, is left to the SDK, so both roads answer alike.
 */
export interface FastCall {
  id: string | number;
  name: string;
  args: unknown;
  meta: Record<string, unknown>;
  era: 'legacy' | 'modern';
  can: AskCapabilities;
  session: Session;
  legacy?: LegacySession;
}

export const MODERN = '2026-07-28';

interface CallMessage {
  jsonrpc?: unknown;
  id?: unknown;
  method?: unknown;
  params?: {
    name?: unknown;
    arguments?: unknown;
    _meta?: Record<string, unknown>;
    inputResponses?: unknown;
    requestState?: unknown;
    task?: unknown;
  };
}

/** The call in a message, if it is a plain one: no answers to earlier questions, no task, no wish for log messages. */
export function plainCall(body: unknown): Pick<FastCall, 'id' | 'name' | 'args' | 'meta'> | undefined {
  const { jsonrpc, id, method, params } = (body ?? {}) as CallMessage;
  if (jsonrpc !== '2.0' || method !== 'tools/call' || (typeof id !== 'string' && !Number.isSafeInteger(id))) return undefined;
  if (typeof params?.name !== 'string' || !isObject(params.arguments ?? {}) || !isObject(params._meta ?? {})) return undefined;
  if (params.inputResponses !== undefined || params.requestState !== undefined || params.task !== undefined) return undefined;
  const meta = params._meta ?? {};
  if (meta[LOG_LEVEL_META_KEY] !== undefined) return undefined;
  return { id: id as string | number, name: params.name, args: params.arguments, meta };
}

/** What the client of a 2026-07-28 request can be asked, if its envelope is complete and names that revision. */
export function modernCapabilities(meta: Record<string, unknown>): AskCapabilities | undefined {
  const info = meta[CLIENT_INFO_META_KEY] as { name?: unknown; version?: unknown } | undefined;
  const capabilities = meta[CLIENT_CAPABILITIES_META_KEY];
  if (
    meta[PROTOCOL_VERSION_META_KEY] !== MODERN ||
    typeof info?.name !== 'string' ||
    typeof info.version !== 'string' ||
    !isObject(capabilities)
  )
    return undefined;
  return declaredCapabilities(capabilities as object);
}

export function recogniseCall(
  request: IncomingMessage,
  body: unknown,
  session: Session,
  sessions: LegacySessions,
  backend: McpBackend,
): FastCall | undefined {
  const { headers } = request;
  if (request.method !== 'POST' || !isJson(headers['content-type']) || !acceptsBoth(headers.accept)) return undefined;
  const plain = plainCall(body);
  // progress would need the SDK's stream
  if (!plain || plain.meta['progressToken'] !== undefined) return undefined;
  const call = { ...plain, session };
  const version = headers['mcp-protocol-version'];

  if (call.meta[PROTOCOL_VERSION_META_KEY] !== undefined) {
    const can = modernCapabilities(call.meta);
    const certain =
      version === MODERN &&
      headers['mcp-method'] === 'tools/call' &&
      headers['mcp-name'] === call.name &&
      headers['mcp-session-id'] === undefined &&
      !hasParamHeaders(backend.inputSchemaOf(call.name));
    return can && certain ? { ...call, era: 'modern', can } : undefined;
  }

  if (version !== undefined && (typeof version !== 'string' || !SUPPORTED_PROTOCOL_VERSIONS.includes(version) || version === MODERN))
    return undefined;
  const sessionId = headers['mcp-session-id'];
  const legacy = typeof sessionId === 'string' ? sessions.find(sessionId, session.principal.id) : undefined;
  if (!legacy || legacy.calls.has(call.id)) return undefined;
  const can = handshakeCapabilities(legacy.server);
  // a request to the client in the middle of the call needs the SDK's stream
  if ((can.elicitation || can.sampling || can.roots) && backend.mayRequest(call.name)) return undefined;
  return { ...call, era: 'legacy', can, session: legacy.session, legacy };
}

/** Runs the call and answers it. False if the SDK must do it: the tool is unknown, or the client must be asked first. */
export async function serveFastCall(call: FastCall, backend: McpBackend, response: ServerResponse, gone: AbortSignal): Promise<boolean> {
  const stop = new AbortController();
  // closing the stream cancels by 2026-07-28; before, only notifications/cancelled does
  if (call.era === 'modern') {
    gone.addEventListener('abort', () => stop.abort(), { once: true });
    if (gone.aborted) stop.abort();
  }
  call.legacy?.calls.set(call.id, stop);
  // a call that may turn to its client needs the SDK's stream then, so nothing is sent before its end
  const stream = new LazyStream(response, call.can.elicitation || call.can.sampling || call.can.roots);
  const caller: Caller = {
    principal: call.session.principal,
    transport: 'http',
    signal: stop.signal,
    can: call.can,
    answers: {},
    meta: call.meta,
    ...(call.session.profile === undefined ? {} : { profile: call.session.profile }),
    ...(call.era === 'legacy'
      ? {
          logLevel: call.session.logLevel ?? DEFAULT_LOG_LEVEL,
          tell: (level, data, logger) => {
            if (isHeard(level, call.session.logLevel))
              stream.notify({ method: 'notifications/message', params: { level, data, ...(logger === undefined ? {} : { logger }) } });
          },
        }
      : {}),
  };
  try {
    const outcome = await backend.callTool(call.name, call.args, caller);
    if (!stream.started && (outcome.kind === 'input' || isProtocolError(outcome, call.era))) return false;
    // MCP: a cancelled request gets no answer
    if (call.era === 'legacy' && stop.signal.aborted) response.end();
    else if (outcome.kind === 'result') stream.finish(framed(call, outcome.value, backend.info));
    else
      stream.finish(
        Buffer.from(
          JSON.stringify({
            jsonrpc: '2.0',
            id: call.id,
            error: { code: -32_603, message: 'The call asked its client after it had begun to report.' },
          }),
        ),
      );
    return true;
  } catch (thrown) {
    if (thrown instanceof UnknownTool) return false;
    throw thrown;
  } finally {
    call.legacy?.calls.delete(call.id);
  }
}

/** 2026-07-28 answers a capability that the client lacks with a protocol error, which the SDK words. */
export function isProtocolError(outcome: Outcome<ResultBody>, era: FastCall['era']): boolean {
  return outcome.kind === 'result' && outcome.missing !== undefined && era === 'modern';
}

const TAIL = Buffer.from('}');
const QUOTE = 0x22;

/** The JSON-RPC message around the bytes of a result. */
export function framed(call: Pick<FastCall, 'id' | 'era'>, body: ResultBody, info: BackendInfo): Buffer {
  const head = `{"jsonrpc":"2.0","id":${JSON.stringify(call.id)},"result":`;
  const { bytes } = body;
  if (call.era === 'legacy') return Buffer.concat([Buffer.from(head), bytes, TAIL]);
  const serverInfo = serverInfoOf(info);
  // only an object that begins with a name can take others before it: not an empty one, and not `{ "a"`
  if (bytes[1] !== QUOTE || bytes.includes('"resultType"') || bytes.includes('"_meta"')) {
    const { result } = body;
    return Buffer.from(
      `${head}${JSON.stringify({ ...result, resultType: 'complete', _meta: { [SERVER_INFO_META_KEY]: serverInfo, ...result._meta } })}}`,
    );
  }
  const lead = `"resultType":"complete","_meta":${JSON.stringify({ [SERVER_INFO_META_KEY]: serverInfo })},`;
  return Buffer.concat([Buffer.from(`${head}{${lead}`), bytes.subarray(1), TAIL]);
}

/** Notifications held back for one call; beyond them the answer begins, and the client cannot be asked any more. */
const MAX_HELD = 1_000;

/** A response that is one JSON body, unless something must be told before: then it becomes an event stream. */
class LazyStream {
  started = false;
  readonly #response: ServerResponse;
  readonly #held: string[] = [];
  #holding: boolean;

  /** `holding`: what is to be told waits for the end of the call. */
  constructor(response: ServerResponse, holding: boolean) {
    this.#response = response;
    this.#holding = holding;
  }

  notify(notification: { method: string; params: Record<string, unknown> }): void {
    if (this.#response.destroyed || this.#response.writableEnded) return;
    this.#held.push(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...notification })}\n\n`);
    if (!this.#holding || this.#held.length > MAX_HELD) this.#release();
  }

  #release(): void {
    this.#holding = false;
    if (this.#held.length === 0) return;
    if (!this.started) this.#response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    this.started = true;
    this.#response.write(this.#held.splice(0).join(''));
  }

  finish(body: Buffer): void {
    if (this.#response.destroyed) return;
    this.#release();
    if (this.started) {
      this.#response.end(Buffer.concat([Buffer.from('event: message\ndata: '), body, Buffer.from('\n\n')]));
      return;
    }
    this.#response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    this.#response.end(body);
  }
}

function isObject(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json(?:\s*;|$)/i.test(contentType);
}

function acceptsBoth(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes('application/json') && accept.includes('text/event-stream');
}
