/** A W3C trace context (https://www.w3.org/TR/trace-context-2/) as it travels in `_meta.traceparent` or a header. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero. */
  traceId: string;
  /** 16 lower-case hexadecimal digits, not all zero. */
  spanId: string;
  /** 0 to 255; bit 0 means sampled. */
  flags: number;
}

const SHAPE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a traceparent; undefined for whatever is not one (§3.2: then a new trace begins). Versions to come are read by their first four fields. */
export const parseTraceparent = (value: unknown): TraceContext | undefined => {
  if (typeof value !== 'string' || value.length > 512) return undefined;
  const [, version, traceId, spanId, flags, rest] = SHAPE.exec(value) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined || version === 'ff') return undefined;
  if (version === '00' && rest !== undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
};

/** Writes version 00, which has room for the sampled and the random-trace-id bit. */
export const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${(flags & 0x03).toString(16).padStart(2, '0')}`;
