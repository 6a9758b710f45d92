import { randomBytes } from 'node:crypto';
import {
  createRequestStateCodec,
  inputRequired,
  LOG_LEVEL_META_KEY,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ResourceNotFoundError,
  Server,
  type InputRequests,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { guardValue } from '../../platform/text-guard/index.ts';
import { type AskCapabilities, MissingCapability } from '../ask.ts';
import type { McpBackend, Outcome } from '../backend.ts';
import { type Caller, UnknownTool } from '../call.ts';
import type { ClientLogLevel } from '../context.ts';
import { clipped, toToolError, wireError } from '../errors.ts';
import { digest } from '../pipeline/digest.ts';
import { requestCapabilities } from './capabilities.ts';
import { rootsOf, withToldRoots } from './client-roots.ts';
import { decisionOf } from './decision.ts';
import { DEFAULT_LOG_LEVEL, isHeard } from './log-level.ts';
import { capabilitiesOf, LIST_CACHE } from './server-capabilities.ts';
import { serverInfoOf } from './server-info.ts';
import type { Session } from './session.ts';

/** What a request that waits for answers carries through its client, sealed. */
interface RequestState {
  /** Digest of the method and parameters that the answers belong to. */
  request: string;
  /** Keys that were asked in the last round. */
  asked: string[];
  answers: Record<string, unknown>;
  kept?: unknown;
}

// one key a process: a state outlives neither the process nor ten minutes
// bound to the principal, so that one caller's consent is nobody else's
const codec = createRequestStateCodec<RequestState>({
  key: randomBytes(32),
  ttlSeconds: 600,
  bind: (ctx) => ctx.http?.authInfo?.clientId ?? '',
});

const INVALID_PARAMS = -32_602;

/** Binds a backend to one SDK server instance: the only translation between our words and the SDK's. */
export function createSdkServer(backend: McpBackend, session: Session): Server {
  const { info, offers } = backend;
  const server = new Server(serverInfoOf(info), {
    capabilities: capabilitiesOf(offers),
    ...(info.instructions === undefined ? {} : { instructions: info.instructions }),
    requestState: { verify: codec.verify },
    cacheHints: {
      'tools/list': LIST_CACHE,
      'prompts/list': LIST_CACHE,
      'resources/list': LIST_CACHE,
      'resources/templates/list': LIST_CACHE,
      'server/discover': LIST_CACHE,
    },
  });
  const caller = (ctx: ServerContext, request?: unknown): Caller => callerOf(server, session, ctx, request);

  server.setRequestHandler('tools/list', async (_request, ctx) => ({ tools: (await wire(backend.listTools(caller(ctx)))) as never }));
  server.setRequestHandler('tools/call', async (request, ctx) => {
    const { name, arguments: args } = request.params;
    const outcome = await wire(backend.callTool(name, args, await withToldRoots(session, caller(ctx, request.params))));
    return finish(outcome, request.params, ctx, (body) => server.projectCallToolResult(body.result as never, undefined));
  });
  if (offers.resources) {
    server.setRequestHandler('resources/list', async (_request, ctx) => ({
      resources: (await wire(backend.listResources(caller(ctx)))) as never,
    }));
    server.setRequestHandler('resources/templates/list', async (_request, ctx) => ({
      resourceTemplates: (await wire(backend.listTemplates(caller(ctx)))) as never,
    }));
    server.setRequestHandler('resources/read', async (request, ctx) => {
      const { uri } = request.params;
      const outcome = await wire(backend.readResource(uri, await withToldRoots(session, caller(ctx, request.params))), uri);
      return finish(outcome, request.params, ctx, (contents) => ({ contents }) as never);
    });
  }
  if (offers.logging) {
    // the session keeps it, because not every road to the client leads through the SDK
    server.setRequestHandler('logging/setLevel', async (request) => {
      session.logLevel = request.params.level;
      return {};
    });
  }
  if (offers.subscribe) bindSubscriptions(server, backend, caller);
  if (offers.prompts) {
    server.setRequestHandler('prompts/list', async (_request, ctx) => ({
      prompts: (await wire(backend.listPrompts(caller(ctx)))) as never,
    }));
    server.setRequestHandler('prompts/get', async (request, ctx) => {
      const { name, arguments: args } = request.params;
      return finish(
        await wire(backend.getPrompt(name, args ?? {}, await withToldRoots(session, caller(ctx, request.params)))),
        request.params,
        ctx,
        (value) => value as never,
      );
    });
  }
  if (offers.completions) {
    server.setRequestHandler('completion/complete', async (request, ctx) => {
      const { ref, argument, context } = request.params;
      const completion = await wire(backend.complete(ref, argument, context?.arguments ?? {}, caller(ctx)));
      return { completion: { ...completion } };
    });
  }
  return server;
}

/** Subscriptions of one connection. */
const MAX_WATCHES = 1_000;

/** Handshake-era subscriptions: one watch a URI, ended with the connection. */
function bindSubscriptions(server: Server, backend: McpBackend, caller: (ctx: ServerContext) => Caller): void {
  const watches = new Map<string, () => void>();
  const previous = server.onclose;
  server.onclose = () => {
    for (const stop of watches.values()) stop();
    watches.clear();
    previous?.();
  };
  server.setRequestHandler('resources/subscribe', async (request, ctx) => {
    const { uri } = request.params;
    if (watches.has(uri)) return {};
    if (watches.size >= MAX_WATCHES)
      throw new ProtocolError(INVALID_PARAMS, `This connection has ${MAX_WATCHES} subscriptions already; end one first.`);
    let wanted = true;
    let stop: (() => void) | undefined;
    // taken before the wait: two requests for one URI must not watch it twice, and a watch must not outlive its connection
    watches.set(uri, () => {
      wanted = false;
      stop?.();
    });
    try {
      stop = await wire(
        backend.watchResource(uri, caller(ctx), () => void server.sendResourceUpdated({ uri }).catch(() => undefined)),
        uri,
      );
    } catch (error) {
      watches.delete(uri);
      throw error;
    }
    if (!wanted) stop();
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', async (request) => {
    watches.get(request.params.uri)?.();
    watches.delete(request.params.uri);
    return {};
  });
}

function callerOf(server: Server, session: Session, ctx: ServerContext, params: unknown): Caller {
  const meta = (ctx.mcpReq._meta ?? {}) as Record<string, unknown>;
  const decision = decisionOf(meta, session.decisionKey);
  const can = requestCapabilities(server, ctx);
  const { progressToken } = meta as { progressToken?: string | number };
  const state = params === undefined ? undefined : ctx.mcpReq.requestState<RequestState>();
  return {
    principal: decision?.principal ?? session.principal,
    transport: session.transport,
    signal: ctx.mcpReq.signal,
    can,
    answers: state === undefined ? {} : answersOf(state, ctx, params),
    meta,
    ...(session.profile === undefined ? {} : { profile: session.profile }),
    // only requests that can wait for an answer may ask
    ...rootsOf(session, params === undefined ? { ...can, roots: false } : can),
    ...(state?.kept === undefined ? {} : { kept: state.kept }),
    ...(ctx.mcpReq.envelope === undefined
      ? { request: (method, requestParams, signal) => sendRequest(ctx, method, requestParams, signal) }
      : {}),
    ...(decision === undefined ? {} : { decided: decision.decided }),
    ...(progressToken === undefined
      ? {}
      : {
          progress: (progress) =>
            void ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, ...progress } }).catch(() => undefined),
        }),
    ...tellingOf(session, ctx, meta),
  };
}

/** The SDK itself tells a 2026-07-28 client only what the request has asked for. */
function tellingOf(session: Session, ctx: ServerContext, meta: Record<string, unknown>): Pick<Caller, 'tell' | 'logLevel'> {
  const modern = ctx.mcpReq.envelope !== undefined;
  const logLevel = modern ? (meta[LOG_LEVEL_META_KEY] as ClientLogLevel | undefined) : (session.logLevel ?? DEFAULT_LOG_LEVEL);
  return {
    ...(logLevel === undefined ? {} : { logLevel }),
    tell: (level, data, logger) => {
      if (modern || isHeard(level, session.logLevel)) void ctx.mcpReq.log(level, data, logger).catch(() => undefined);
    },
  };
}

/** The client has ten minutes, as long as a person may think. */
const REQUEST_TIMEOUT_MS = 10 * 60_000;

async function sendRequest(
  ctx: ServerContext,
  method: string,
  params: Record<string, unknown> | undefined,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const request = { method, ...(params === undefined ? {} : { params }) } as { method: 'roots/list' };
  return await ctx.mcpReq.send(request, { signal, timeout: REQUEST_TIMEOUT_MS });
}

/** Earlier answers and this round's; answers to questions that were not asked do not count. */
function answersOf(state: RequestState, ctx: ServerContext, params: unknown): Record<string, unknown> {
  if (state.request !== requestDigest(ctx.mcpReq.method, params)) {
    throw new ProtocolError(INVALID_PARAMS, 'Invalid or expired requestState', { reason: 'invalid_request_state' });
  }
  const fresh = Object.entries(ctx.mcpReq.inputResponses ?? {}).filter(([key]) => state.asked.includes(key));
  return { ...state.answers, ...Object.fromEntries(fresh) };
}

function requestDigest(method: string, params: unknown): string {
  const { name, uri, arguments: args } = params as { name?: string; uri?: string; arguments?: unknown };
  return digest([method, name ?? uri, args ?? {}]);
}

/** A finished value, or what must be asked first; the SDK carries that to clients of either era. */
async function finish<T, R>(outcome: Outcome<T>, params: unknown, ctx: ServerContext, shape: (value: T) => R): Promise<R> {
  if (outcome.kind === 'result') {
    // 2026-07-28 has a protocol error for it; an older client understands the failed result
    if (outcome.missing !== undefined && ctx.mcpReq.envelope !== undefined) throw missingCapability(outcome.missing);
    return shape(outcome.value);
  }
  const earlier = ctx.mcpReq.requestState<RequestState>();
  const answers = earlier === undefined ? {} : answersOf(earlier, ctx, params);
  const requestState = await codec.mint(
    { request: requestDigest(ctx.mcpReq.method, params), asked: Object.keys(outcome.requests), answers, kept: outcome.keep },
    ctx,
  );
  return inputRequired({ inputRequests: outcome.requests as InputRequests, requestState }) as R;
}

function missingCapability(capability: keyof AskCapabilities): ProtocolError {
  return new MissingRequiredClientCapabilityError({ requiredCapabilities: { [capability]: {} } });
}

/** Failures of requests that are no tool calls are protocol errors; their text is ours and says no secret. */
async function wire<T>(work: Promise<T>, uri?: string): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof UnknownTool) throw new ProtocolError(INVALID_PARAMS, guardValue(thrown.message));
    if (thrown instanceof MissingCapability) throw missingCapability(thrown.capability);
    // anything but our own errors may carry a path or a secret in its text
    const error = wireError(toToolError(thrown));
    if (error.code === 'not_found' && uri !== undefined) throw new ResourceNotFoundError(guardValue(clipped(uri)), error.message);
    const message = `${error.code}: ${error.message}${error.hint ? ` ${error.hint}` : ''}`;
    throw new ProtocolError(error.code === 'internal' || error.code === 'unavailable' ? -32_603 : INVALID_PARAMS, message, { error });
  }
}
