import type { Context, Span, SpanContext, SpanOptions, TracerProvider } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = `00-${trace}-00f067aa0ba902b7-01`;

type Door = typeof import('./call-span.ts');
type Api = typeof import('@opentelemetry/api');

let door: Door;
let api: Api;

// The state under test is that of the module (loaded or not) and of the process (an SDK registered or not): each test starts fresh.
beforeEach(async () => {
  vi.resetModules();
  api = await import('@opentelemetry/api');
  door = await import('./call-span.ts');
});
afterEach(() => {
  api.trace.disable();
  api.context.disable();
  delete (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')];
});

interface Recorded {
  name: string;
  options: SpanOptions;
  remote: SpanContext | undefined;
  attributes: Record<string, unknown>;
  status?: unknown;
  ended: boolean;
}

/** The smallest SDK: it implements the API's own interfaces and keeps what it is told. */
const register = (): Recorded[] => {
  const spans: Recorded[] = [];
  const startSpan = (name: string, options: SpanOptions = {}, context?: Context): Span => {
    const remote = context && api.trace.getSpanContext(context);
    const recorded: Recorded = { name, options, remote, attributes: { ...options.attributes }, ended: false };
    spans.push(recorded);
    const spanContext = { traceId: remote?.traceId ?? 'a'.repeat(32), spanId: `${spans.length}`.padStart(16, '0'), traceFlags: 1 };
    const span = {
      spanContext: () => spanContext,
      setAttribute: (key: string, value: unknown) => ((recorded.attributes[key] = value), span),
      setAttributes: (attributes: object) => (Object.assign(recorded.attributes, attributes), span),
      setStatus: (status: unknown) => ((recorded.status = status), span),
      end: () => void (recorded.ended = true),
    } as unknown as Span;
    return span;
  };
  api.trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) } as unknown as TracerProvider);
  return spans;
};

describe('without an SDK', () => {
  it('passes the trace on and does nothing else', async () => {
    expect(await door.startTelemetry({})).toBe(false);
    const span = door.startCallSpan('tools/call', { tool: 'x' }, parent);
    expect(door.traceparentOf(span)).toBe(parent);
    span.set({ a: 1 });
    span.fail('timeout');
    expect(span.run(() => 7)).toBe(7);
    span.end();
    expect(door.traceparentOf(door.startCallSpan('tools/call', {}))).toBeUndefined();
    expect(door.traceparentOf(door.startCallSpan('tools/call', {}, 'nonsense'))).toBeUndefined();
  });

  it('passes it on too when the environment announces an SDK that does not come', async () => {
    expect(await door.startTelemetry({ OTEL_SERVICE_NAME: 'x' })).toBe(true);
    expect(door.startCallSpan('tools/call', {}, parent).traceparent).toBe(parent);
    expect(door.startCallSpan('tools/call', {}).traceparent).toBeUndefined();
  });

  it('stays off where it is switched off', async () => {
    register();
    expect(await door.startTelemetry({ OTEL_SDK_DISABLED: 'TRUE', OTEL_SERVICE_NAME: 'x' })).toBe(false);
  });
});

describe('with an SDK', () => {
  it('records the call as a child of what came in, and sends its own id on', async () => {
    const spans = register();
    expect(await door.startTelemetry({})).toBe(true);
    const span = door.startCallSpan(
      'tools/call git__status',
      { tool: 'git__status', retried: false, absent: undefined },
      parent,
      'vendor=1',
    );
    expect(span.traceparent).toBe(`00-${trace}-${'1'.padStart(16, '0')}-01`);
    span.set({ bytes: 3, absent: undefined });
    span.fail('timeout');
    span.end();
    const [recorded] = spans;
    expect(recorded).toMatchObject({
      name: 'tools/call git__status',
      options: { kind: api.SpanKind.SERVER },
      status: { code: api.SpanStatusCode.ERROR },
      ended: true,
    });
    expect(recorded?.remote).toMatchObject({ traceId: trace, spanId: '00f067aa0ba902b7', traceFlags: 1, isRemote: true });
    expect(recorded?.remote?.traceState?.serialize()).toBe('vendor=1');
    expect(recorded?.attributes).toEqual({ tool: 'git__status', retried: false, bytes: 3, 'error.type': 'timeout' });
  });

  it('starts a trace when none came in, and drops a tracestate that is too long or no text', async () => {
    const spans = register();
    await door.startTelemetry({});
    expect(door.startCallSpan('a', {}).traceparent).toBe(`00-${'a'.repeat(32)}-${'1'.padStart(16, '0')}-01`);
    door.startCallSpan('b', {}, parent, `v=${'x'.repeat(600)}`);
    door.startCallSpan('c', {}, parent, 7);
    expect(spans.map(({ remote }) => remote?.traceState)).toEqual([undefined, undefined, undefined]);
  });

  it('makes the span current while the call runs', async () => {
    register();
    await door.startTelemetry({});
    let active: Context = api.ROOT_CONTEXT;
    api.context.setGlobalContextManager({
      active: () => active,
      with: (context, fn, self, ...parameters) => {
        const before = active;
        active = context;
        try {
          return fn.call(self, ...parameters);
        } finally {
          active = before;
        }
      },
      bind: (_context, target) => target,
      enable: () => api.context as never,
      disable: () => api.context as never,
    });
    const span = door.startCallSpan('tools/call', {}, parent);
    expect(span.run(() => api.trace.getSpanContext(api.context.active())?.spanId)).toBe('1'.padStart(16, '0'));
    expect(api.trace.getSpanContext(api.context.active())).toBeUndefined();
  });

  it('finds an SDK that was registered later, from the call after the first one on', async () => {
    expect(await door.startTelemetry({})).toBe(false);
    const spans = register();
    expect(door.startCallSpan('first', {}, parent).traceparent).toBe(parent);
    await vi.waitFor(() => {
      door.startCallSpan('later', {}, parent);
      expect(spans[0]?.name).toBe('later');
    });
  });
});
