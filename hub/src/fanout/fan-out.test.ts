import { describe, expect, it } from 'vitest';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { ToolResult } from '@deployment-engine/shared/toolkit';
import { fanOutInput } from '../surface/hub-tools.ts';
import { failure } from '../testing/machine.ts';
import { fanOut, type FanOutAnswer, type FanOutRequest, type InnerCall } from './fan-out.ts';

const ok: ToolResult = { content: [{ type: 'text', text: 'ok' }] };
const request = (tools: string[], more: object = {}): FanOutRequest =>
  fanOutInput.parse({ calls: tools.map((tool) => ({ tool: `x__${tool}` })), ...more });
const never = new AbortController().signal;

/** Calls that end when the test says so, or by their name: `ok`, `error`, `throws`, `hangs` (and ignores its signal). */
class Backend {
  running = 0;
  most = 0;
  readonly started: string[] = [];
  readonly aborted: string[] = [];
  readonly gates = new Map<string, PromiseWithResolvers<void>>();

  gate(name: string): PromiseWithResolvers<void> {
    let gate = this.gates.get(name);
    if (!gate) this.gates.set(name, (gate = Promise.withResolvers<void>()));
    return gate;
  }

  call: InnerCall = async (tool, _args, signal) => {
    const name = tool.slice('x__'.length);
    this.started.push(name);
    signal.addEventListener('abort', () => this.aborted.push(name));
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    try {
      if (name.startsWith('hangs')) await new Promise(() => undefined);
      if (name.startsWith('gated')) await this.gate(name).promise;
      if (name.startsWith('waits')) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { error: new ToolError('cancelled', 'stopped') };
      }
      if (name.startsWith('error')) return { error: new ToolError('conflict', `no ${name}`, { hint: 'h' }) };
      if (name.startsWith('late')) return { error: new ToolError('timeout', 'too late') };
      if (name.startsWith('says'))
        return { result: { content: [], isError: true, structuredContent: { error: { code: 'not_found', message: 'gone' } } } };
      return { result: ok };
    } finally {
      this.running -= 1;
    }
  };
}

const statuses = ({ results }: FanOutAnswer): string[] => results.map(({ status }) => status);

describe('all', () => {
  it('keeps the order and the names of the calls, whatever ends first', async () => {
    const backend = new Backend();
    const asked = fanOutInput.parse({
      calls: [{ tool: 'x__gated' }, { tool: 'x__ok', id: 'second' }, { tool: 'x__error' }, { tool: 'x__says' }, { tool: 'x__late' }],
    });
    const answer = fanOut(asked, backend.call, never);
    await expect.poll(() => backend.started).toHaveLength(5);
    backend.gate('gated').resolve();
    expect(await answer).toEqual({
      satisfied: false,
      results: [
        { id: '0', tool: 'x__gated', status: 'ok', latency_ms: expect.any(Number), result: ok },
        { id: 'second', tool: 'x__ok', status: 'ok', latency_ms: expect.any(Number), result: ok },
        {
          id: '2',
          tool: 'x__error',
          status: 'error',
          latency_ms: expect.any(Number),
          error: { code: 'conflict', message: 'no error', hint: 'h' },
        },
        {
          id: '3',
          tool: 'x__says',
          status: 'error',
          latency_ms: expect.any(Number),
          result: expect.objectContaining({ isError: true }),
          error: { code: 'not_found', message: 'gone' },
        },
        { id: '4', tool: 'x__late', status: 'timeout', latency_ms: expect.any(Number), error: { code: 'timeout', message: 'too late' } },
      ],
    });
  });

  it('is satisfied by all', async () => {
    expect(await fanOut(request(['ok', 'ok']), new Backend().call, never)).toMatchObject({ satisfied: true });
  });

  it('runs no more at once than it may', async () => {
    const backend = new Backend();
    const answer = fanOut(
      request(
        Array.from({ length: 30 }, () => 'gated'),
        { concurrency: 3 },
      ),
      backend.call,
      never,
    );
    await expect.poll(() => backend.running).toBe(3);
    backend.gate('gated').resolve();
    await answer;
    expect(backend.most).toBe(3);
    expect(backend.started).toHaveLength(30);
  });
});

describe('first', () => {
  it('stops the others at the first success', async () => {
    const backend = new Backend();
    const answer = await fanOut(request(['error', 'waits', 'ok', 'ok'], { mode: 'first', concurrency: 3 }), backend.call, never);
    expect(answer.satisfied).toBe(true);
    expect(statuses(answer)).toEqual(['error', 'cancelled', 'ok', 'skipped']);
    expect(backend.aborted).toContain('waits');
    expect(backend.started).not.toHaveLength(4);
  });

  it('does not wait for a call that ignores that it is stopped', async () => {
    expect(statuses(await fanOut(request(['hangs', 'ok'], { mode: 'first' }), new Backend().call, never))).toEqual(['cancelled', 'ok']);
  });

  it('is not satisfied when all fail', async () => {
    expect(await fanOut(request(['error', 'says'], { mode: 'first' }), new Backend().call, never)).toMatchObject({ satisfied: false });
  });
});

describe('quorum', () => {
  it('is the majority unless it is given', async () => {
    for (const [tools, more, satisfied] of [
      [['ok', 'ok', 'error'], {}, true],
      [['ok', 'error', 'error'], {}, false],
      [['ok', 'ok'], {}, true],
      [['ok', 'error'], {}, false],
      [['ok', 'error', 'error'], { quorum: 1 }, true],
      [['ok', 'ok', 'error'], { quorum: 3 }, false],
    ] as const) {
      expect(
        (await fanOut(request([...tools], { mode: 'quorum', ...more }), new Backend().call, never)).satisfied,
        JSON.stringify([tools, more]),
      ).toBe(satisfied);
    }
  });

  it('stops when it is reached', async () => {
    const answer = await fanOut(request(['ok', 'ok', 'waits'], { mode: 'quorum' }), new Backend().call, never);
    expect([answer.satisfied, ...statuses(answer)]).toEqual([true, 'ok', 'ok', 'cancelled']);
  });

  it('cannot be larger than there are calls', async () => {
    expect(await failure(fanOut(request(['ok'], { mode: 'quorum', quorum: 2 }), new Backend().call, never))).toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('hedged', () => {
  it('makes the next call when one fails or takes too long', async () => {
    const backend = new Backend();
    const answer = await fanOut(request(['error', 'waits', 'ok', 'ok'], { mode: 'hedged', after_ms: 5 }), backend.call, never);
    expect([answer.satisfied, ...statuses(answer)]).toEqual([true, 'error', 'cancelled', 'ok', 'skipped']);
    expect(backend.started).toEqual(['error', 'waits', 'ok']);
  });

  it('makes no second call if the first one answers', async () => {
    const backend = new Backend();
    const answer = await fanOut(request(['ok', 'ok'], { mode: 'hedged', after_ms: 60_000 }), backend.call, never);
    expect([answer.satisfied, ...statuses(answer)]).toEqual([true, 'ok', 'skipped']);
    expect(backend.started).toEqual(['ok']);
  });

  it('takes a late first answer over a failing second', async () => {
    const backend = new Backend();
    const answer = fanOut(request(['gated', 'error'], { mode: 'hedged', after_ms: 5 }), backend.call, never);
    await expect.poll(() => backend.started).toHaveLength(2);
    backend.gate('gated').resolve();
    expect(statuses(await answer)).toEqual(['ok', 'error']);
  });
});

describe('time and cancellation', () => {
  it.each(['all', 'first', 'quorum', 'hedged'])('%s answers with what there is when its time is over', async (mode) => {
    const answer = await fanOut(request(['error', 'hangs', 'waits'], { mode, deadline_ms: 50, after_ms: 1 }), new Backend().call, never);
    expect(answer.satisfied).toBe(false);
    expect(statuses(answer)).toEqual(['error', 'timeout', 'timeout']);
  });

  it('tells calls that never began that time ran out', async () => {
    expect(statuses(await fanOut(request(['hangs', 'ok'], { concurrency: 1, deadline_ms: 30 }), new Backend().call, never))).toEqual([
      'timeout',
      'timeout',
    ]);
  });

  it('ends with its caller, and stops what runs', async () => {
    const backend = new Backend();
    const stop = new AbortController();
    const answer = fanOut(request(['waits', 'hangs']), backend.call, stop.signal);
    await expect.poll(() => backend.started).toHaveLength(2);
    stop.abort();
    expect(await failure(answer)).toMatchObject({ code: 'cancelled' });
    expect(backend.aborted.toSorted()).toEqual(['hangs', 'waits']);
  });

  it('ends by the deadline of the call around it', async () => {
    expect(
      await failure(fanOut(request(['hangs']), new Backend().call, AbortSignal.abort(new ToolError('timeout', 'late')))),
    ).toMatchObject({ code: 'timeout' });
  });

  it('cleans what it repeats', async () => {
    const asked = fanOutInput.parse({ calls: [{ tool: 'x__error', id: 'id \u202E' }] });
    const answer = await fanOut(asked, async () => ({ error: new ToolError('upstream_error', 'said \u001B[31mred') }), never);
    expect(JSON.stringify(answer)).not.toMatch(/\u202E|\\u001b/i);
  });
});
