import type { Attributes, Span } from '@opentelemetry/api';
import { formatTraceparent, parseTraceparent, type TraceContext } from './traceparent.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CallSpan {
  /** What to send on, so that the next one's span is a child of this; undefined when there is no trace. */
  readonly traceparent: string | undefined;
  set(attributes: SpanAttributes): void;
  /** Marks the call as failed: `code` is an error code of ours and becomes `error.type`. Never give a message that may hold data. */
  fail(code: string): void;
  /** Runs `fn` with this span as the current one. */
  run<T>(fn: () => T): T;
  end(): void;
}

type Api = typeof import('@opentelemetry/api');

const SCOPE = 'deployment-engine';
const MAX_TRACESTATE = 512;

// The API costs about 20 ms to import, and without an SDK in the process it does nothing: it is loaded only where somebody wants traces.
let api: Api | undefined;
let loading: Promise<Api> | undefined;

/** Where the API, of any copy in the process, keeps what an SDK registered (its own documented global symbol for major version 1). */
const GLOBAL = Symbol.for('opentelemetry.js.api.1');

const isRegistered = (): boolean => (globalThis as { [GLOBAL]?: unknown })[GLOBAL] !== undefined;

const load = async (): Promise<Api> => {
  api = await (loading ??= import('@opentelemetry/api'));
  return api;
};

/**
 * Makes spans real from the next call on, if an SDK is registered in this process or an `OTEL_` variable says that one will be. Without it,
 * the first call made after an SDK was registered is not recorded.
 * @returns whether tracing is on.
 */
export const startTelemetry = async (env: Readonly<Record<string, string | undefined>> = process.env): Promise<boolean> => {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  if (!isRegistered() && !Object.keys(env).some((name) => name.startsWith('OTEL_'))) return false;
  await load();
  return true;
};

const defined = (attributes: SpanAttributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

/** Without tracing a call only hands on what it was given, as the specification allows a participant that does not record (§3.3). */
const passThrough = (parent: TraceContext | undefined): CallSpan => ({
  traceparent: parent === undefined ? undefined : formatTraceparent(parent),
  set: () => undefined,
  fail: () => undefined,
  run: (fn) => fn(),
  end: () => undefined,
});

const contextOf = (otel: Api, parent: TraceContext | undefined, tracestate: string | undefined) => {
  if (parent === undefined) return otel.context.active();
  const state = tracestate !== undefined && tracestate.length <= MAX_TRACESTATE ? { traceState: otel.createTraceState(tracestate) } : {};
  return otel.trace.setSpanContext(otel.ROOT_CONTEXT, {
    traceId: parent.traceId,
    spanId: parent.spanId,
    traceFlags: parent.flags,
    isRemote: true,
    ...state,
  });
};

/** The traceparent that makes others children of this span; undefined for a span that belongs to no trace. */
const traceparentOfSpan = (otel: Api, span: Span): string | undefined => {
  const context = span.spanContext();
  return otel.isSpanContextValid(context)
    ? formatTraceparent({ traceId: context.traceId, spanId: context.spanId, flags: context.traceFlags })
    : undefined;
};

const recording = (
  otel: Api,
  name: string,
  attributes: SpanAttributes,
  parent: TraceContext | undefined,
  tracestate: string | undefined,
): CallSpan => {
  const context = contextOf(otel, parent, tracestate);
  const span = otel.trace.getTracer(SCOPE).startSpan(name, { kind: otel.SpanKind.SERVER, attributes: defined(attributes) }, context);
  const own = otel.trace.setSpan(context, span);
  return {
    traceparent: traceparentOfSpan(otel, span),
    set: (more) => void span.setAttributes(defined(more)),
    fail: (code) => {
      span.setAttribute('error.type', code);
      span.setStatus({ code: otel.SpanStatusCode.ERROR });
    },
    run: (fn) => otel.context.with(own, fn),
    end: () => span.end(),
  };
};

/**
 * Starts the span of one call.
 * @param traceparent what came in `_meta.traceparent` or the header; anything that is not one is ignored.
 * @param tracestate what came with it.
 */
export const startCallSpan = (name: string, attributes: SpanAttributes, traceparent?: unknown, tracestate?: unknown): CallSpan => {
  const parent = parseTraceparent(traceparent);
  if (api !== undefined) return recording(api, name, attributes, parent, typeof tracestate === 'string' ? tracestate : undefined);
  if (loading === undefined && isRegistered()) void load();
  return passThrough(parent);
};

/** What to put into `_meta.traceparent` of a call made on behalf of this span. */
export const traceparentOf = (span: CallSpan): string | undefined => span.traceparent;
