export { type CallSpan, type SpanAttributes, startCallSpan, startTelemetry, traceparentOf } from './call-span.ts';
export * from './metrics/index.ts';
export { formatTraceparent, parseTraceparent, type TraceContext } from './traceparent.ts';
