import { describe, expect, it } from 'vitest';
import { type AuditEvent, ToolError } from '../../contracts/index.ts';
import { InputRequired } from '../ask.ts';
import { ResultBody, UnknownTool } from '../call.ts';
import { auditStage } from './audit.ts';
import { callFor, failure, run, textBody } from './call.testing.ts';
import { metricsStage } from './metrics.ts';
import { traceStage } from './trace.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const raw = (text: string): ResultBody => ResultBody.raw(Buffer.from(text));
const failures: [string, unknown, Partial<AuditEvent>][] = [
  ['a refusal', new ToolError('forbidden', 'no'), { decision: 'refused', outcome: 'error', code: 'forbidden' }],
  ['bad input', new ToolError('invalid_input', 'no'), { decision: 'refused', outcome: 'error', code: 'invalid_input' }],
  ['a failing backend', new ToolError('upstream_error', 'no'), { decision: 'allowed', outcome: 'error', code: 'upstream_error' }],
  ['a fault of ours', new TypeError('x is undefined'), { decision: 'allowed', outcome: 'error', code: 'internal' }],
  ['an unknown tool', new UnknownTool('x'), { decision: 'refused', outcome: 'error', code: 'unknown_tool' }],
  ['a question to the client', new InputRequired({}), { decision: 'allowed', outcome: 'input_required' }],
];

describe('audit', () => {
  const recorded = async (call = callFor(), inner = async (): Promise<ResultBody> => textBody('done')): Promise<AuditEvent[]> => {
    const events: AuditEvent[] = [];
    await run(
      auditStage((event) => void events.push(event)),
      call,
      inner,
    ).catch(() => undefined);
    return events;
  };

  it('writes one record of a finished call, with what the stages have found out', async () => {
    const call = callFor({ args: { path: '/a', password: 'hunter2' }, target: { effect: 'write' } });
    const [event, ...more] = await recorded(call, async () => {
      Object.assign(call, { reason: 'owner', masked: ['aws'], traceparent: TRACEPARENT });
      return textBody('done');
    });
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      call: call.id,
      principal: 'owner',
      transport: 'stdio',
      server: 'server',
      tool: 'thing_do',
      effect: 'write',
      decision: 'allowed',
      outcome: 'ok',
      reason: 'owner',
      masked: ['aws'],
      trace: TRACEPARENT,
    });
    expect(event?.duration_ms).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(event?.arguments)).not.toContain('hunter2');
  });

  it.each(failures)('records %s and throws it on', async (_name, thrown, expected) => {
    const events: AuditEvent[] = [];
    const stage = auditStage((event) => void events.push(event));
    expect(await failure(run(stage, callFor(), () => Promise.reject(thrown as Error)))).toBe(thrown);
    expect(events).toEqual([expect.objectContaining(expected)]);
  });

  it('names a cancelled call cancelled, even if the code below threw something else', async () => {
    const stop = new AbortController();
    const events = await recorded(callFor({ caller: { signal: stop.signal } }), () => {
      stop.abort();
      return Promise.reject(new Error('socket hang up'));
    });
    expect(events).toEqual([expect.objectContaining({ outcome: 'error', code: 'cancelled' })]);
  });

  it('takes the word of a result that says it failed, as object and as bytes', async () => {
    expect(await recorded(callFor(), async () => textBody('no', { isError: true }))).toMatchObject([{ outcome: 'error' }]);
    expect(await recorded(callFor(), async () => raw('{"content":[],"isError" : true}'))).toMatchObject([{ outcome: 'error' }]);
    expect(
      await recorded(callFor(), async () => raw('{"content":[{"type":"text","text":"\\"isError\\":true"}],"isError":false}')),
    ).toMatchObject([{ outcome: 'ok' }]);
    expect(await recorded(callFor(), async () => raw('{"structuredContent":{"isError":true}}'))).toMatchObject([{ outcome: 'ok' }]);
    expect(await recorded(callFor(), async () => raw('{"isError":true, broken'))).toMatchObject([{ outcome: 'ok' }]);
  });

  it('is bounded whatever is called with', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as object;
    const [event] = await recorded(callFor({ tool: 'x'.repeat(10_000), args: { deep, long: 'y'.repeat(1_000_000) } }));
    expect(JSON.stringify(event).length).toBeLessThan(20_000);
  });
});

describe('metrics', () => {
  const observed = async (call = callFor(), inner = async (): Promise<ResultBody> => textBody('done')): Promise<unknown[]> => {
    const seen: unknown[] = [];
    await run(
      metricsStage((one) => void seen.push(one)),
      call,
      inner,
    ).catch(() => undefined);
    return seen;
  };

  it('counts a success with its time', async () => {
    expect(await observed()).toEqual([{ server: 'server', tool: 'thing_do', outcome: 'ok', seconds: expect.any(Number) }]);
    expect(await observed(callFor(), async () => textBody('no', { isError: true }))).toMatchObject([{ outcome: 'error' }]);
  });

  it.each(failures)('counts %s by its code', async (_name, thrown, { outcome, code }) => {
    expect(await observed(callFor(), () => Promise.reject(thrown as Error))).toMatchObject([{ outcome: code ?? outcome }]);
  });

  it('never makes a label of a name that a stranger chose', async () => {
    expect(await observed(callFor({ target: null, tool: 'made_up' }), () => Promise.reject(new UnknownTool('made_up')))).toMatchObject([
      { tool: 'unknown' },
    ]);
  });
});

describe('trace', () => {
  it('carries the caller’s trace on, and ignores what is none', async () => {
    const call = callFor({ caller: { meta: { traceparent: TRACEPARENT } } });
    await run(traceStage, call);
    expect(call.traceparent?.slice(0, 35)).toBe(TRACEPARENT.slice(0, 35));
    const other = callFor({ caller: { meta: { traceparent: 'nonsense\r\nx: y', tracestate: 5 } } });
    await run(traceStage, other);
    expect(other.traceparent).toBeUndefined();
  });

  it.each(failures)('throws %s on unchanged', async (_name, thrown) => {
    expect(await failure(run(traceStage, callFor(), () => Promise.reject(thrown as Error)))).toBe(thrown);
  });
});
