import { afterEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '@deployment-engine/shared/contracts';
import { createLog } from '@deployment-engine/shared/platform';
import { failure, PATIENT } from '../testing/machine.ts';
import { abortable, Connection, type Live } from './connection.ts';
import type { UpstreamState } from './upstream.ts';
import type { Wire } from './wire.ts';

interface Sent {
  id?: string | number;
  method?: string;
  params?: { protocolVersion?: string };
}

type Behaviour = 'answer' | 'refuse' | 'fail' | 'unauthorized' | 'hang' | 'late';

const DISCOVERED = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: {},
  serverInfo: { name: 's', version: '1' },
  ttlMs: 0,
  cacheScope: 'private',
};

/** A wire to nowhere that answers a handshake as it is told. */
class ScriptedWire implements Wire {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Wire['onmessage'];
  readonly sent: Sent[] = [];
  closed = false;
  readonly #behaviour: Behaviour;
  #late: NodeJS.Timeout | undefined;

  constructor(behaviour: Behaviour = 'answer') {
    this.#behaviour = behaviour;
  }

  async start(): Promise<void> {
    if (this.#behaviour === 'fail') throw new ToolError('missing_dependency', 'no such program', { hint: 'Install it.' });
    if (this.#behaviour === 'unauthorized') throw Object.assign(new Error('HTTP 401'), { status: 401 });
  }

  async send(given: unknown): Promise<void> {
    const message = given as Sent;
    this.sent.push(message);
    const { id, method, params } = message;
    if (id === undefined || this.#behaviour === 'hang') return;
    // starts so slowly that the probe is over when it answers
    if (this.#behaviour === 'late' && method === 'server/discover') {
      this.#late = setTimeout(() => this.onmessage?.({ jsonrpc: '2.0', id, result: DISCOVERED } as never), 3_300);
      return;
    }
    const result = { protocolVersion: params?.protocolVersion ?? '2025-06-18', capabilities: {}, serverInfo: { name: 's', version: '1' } };
    const reply =
      method === 'initialize' && this.#behaviour === 'answer' ? { result } : { error: { code: -32_601, message: 'no such method' } };
    queueMicrotask(() => this.onmessage?.({ jsonrpc: '2.0', id, ...reply } as never));
  }

  async forward(): ReturnType<Wire['forward']> {
    return { ok: true, result: Buffer.from('{}') };
  }

  tail(): string[] {
    return ['first line', 'cannot open the database'];
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.#late);
    this.onclose?.();
  }
}

const made: Connection[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(made.splice(0).map((connection) => connection.close()));
});

function supervise(behaviours: (Behaviour | Error)[], more: { modern?: boolean } = {}) {
  const wires: ScriptedWire[] = [];
  const ready: Live[] = [];
  const states: UpstreamState[] = [];
  const connection = new Connection({
    name: 'Up',
    log: createLog({ level: 'silent' }),
    ...more,
    prepare: () => undefined,
    onReady: (live) => void ready.push(live),
    open: async () => {
      const behaviour = behaviours[Math.min(wires.length, behaviours.length - 1)];
      if (behaviour instanceof Error) throw behaviour;
      const wire = new ScriptedWire(behaviour);
      wires.push(wire);
      return wire;
    },
  });
  connection.onState((state) => void states.push(state));
  made.push(connection);
  return { connection, wires, ready, states };
}

describe('a connection', () => {
  it('is opened when it is needed, once for all who wait', async () => {
    const { connection, wires, ready, states } = supervise(['answer']);
    expect(wires).toHaveLength(0);
    const [one, two] = await Promise.all([connection.ready(), connection.ready()]);
    expect(one).toBe(two);
    expect(await connection.ready()).toBe(one);
    expect([wires.length, ready.length, one.era]).toEqual([1, 1, 'legacy']);
    expect(states).toEqual(['connecting', 'ready']);
  });

  it('tries the other era at once with a server that was slow to start', { timeout: 20_000 }, async () => {
    const { connection, wires, states } = supervise(['hang', 'answer']);
    expect((await connection.ready()).era).toBe('legacy');
    expect(wires.map(({ sent }) => sent.map(({ method }) => method))).toEqual([
      ['server/discover'],
      ['initialize', 'notifications/initialized'],
    ]);
    expect(states).toEqual(['connecting', 'ready']);
  });

  it('waits for a server of ours in the modern era', { timeout: 20_000 }, async () => {
    const { connection, wires } = supervise(['late'], { modern: true });
    expect((await connection.ready()).era).toBe('modern');
    expect(wires.map(({ sent }) => sent.map(({ method }) => method))).toEqual([['server/discover']]);
  });

  it('comes back by itself after a crash', async () => {
    const { connection, wires, states } = supervise(['answer']);
    const first = await connection.ready();
    await wires[0]!.close();
    expect(connection.live).toBeUndefined();
    expect(connection.problem).toMatchObject({ code: 'unavailable', hint: expect.stringContaining('cannot open the database') });
    await expect.poll(() => connection.live, PATIENT).toBeDefined();
    expect(await connection.ready()).not.toBe(first);
    expect(states).toEqual(['connecting', 'ready', 'down', 'connecting', 'ready']);
    expect(connection.problem).toBeUndefined();
  });

  it('waits longer each time that a start does not hold', async () => {
    // the clock stands, so that a pause is told whole however long the machine takes; timers go on
    vi.useFakeTimers({ toFake: ['Date'] });
    const { connection, wires } = supervise(['answer']);
    await connection.ready();
    const pauses: number[] = [];
    for (let crash = 0; crash < 4; crash += 1) {
      const before = wires.length;
      await wires.at(-1)!.close();
      const error = (await failure(connection.ready())) as ToolError;
      pauses.push(error.retryAfterMs ?? 0);
      await expect.poll(() => wires.length, PATIENT).toBeGreaterThan(before);
      await expect.poll(() => connection.live, PATIENT).toBeDefined();
    }
    // each pause lies in the upper half of 250 ms, 500 ms, 1 s, 2 s
    for (const [crash, pause] of pauses.entries()) {
      expect(pause).toBeLessThanOrEqual(250 * 2 ** crash);
      expect(pause).toBeGreaterThanOrEqual((250 * 2 ** crash) / 2);
    }
  });

  it('says why it cannot be used, and when to come again', async () => {
    const { connection } = supervise(['fail']);
    expect(await failure(connection.ready())).toMatchObject({
      code: 'missing_dependency',
      message: 'Up could not be started: no such program',
      hint: 'Install it.',
    });
    const again = (await failure(connection.ready())) as ToolError;
    expect(again).toMatchObject({ code: 'unavailable', message: expect.stringContaining('no such program'), hint: 'Install it.' });
    expect(again.retryAfterMs).toBeGreaterThan(0);
    expect(connection.state).toBe('down');
  });

  it('is down, too, when not even its wire can be made', async () => {
    const { connection } = supervise([new Error('bad address\nsecond line'), 'answer']);
    expect(await failure(connection.ready())).toMatchObject({ code: 'unavailable', message: 'Up could not be started: bad address' });
    expect(connection.state).toBe('down');
  });

  it('does not knock again by itself where a sign-in is missing', async () => {
    const { connection, wires } = supervise(['unauthorized', 'answer']);
    expect(await failure(connection.ready())).toMatchObject({ code: 'unauthenticated', hint: expect.stringContaining('Authorization') });
    expect(wires).toHaveLength(1);
    // a person may have mended it: the next call tries
    expect(await connection.ready()).toBeDefined();
  });

  it('tries both ways of greeting in turn', async () => {
    const { connection, wires } = supervise(['refuse', 'refuse', 'answer']);
    await failure(connection.ready());
    await expect.poll(() => connection.live, PATIENT).toBeDefined();
    const opening = wires.map(({ sent }) => sent[0]?.method);
    expect(opening[0]).not.toBe('initialize');
    expect(opening[1]).toBe('initialize');
    expect(opening[2]).not.toBe('initialize');
  });

  it('rests until it is needed again', async () => {
    const { connection, wires } = supervise(['answer']);
    await connection.ready();
    await connection.rest();
    expect([connection.state, wires[0]!.closed]).toEqual(['idle', true]);
    await connection.ready();
    expect(wires).toHaveLength(2);
  });

  it('lets a caller go who does not want to wait', async () => {
    const { connection } = supervise(['hang']);
    const stop = new AbortController();
    const waiting = connection.ready(stop.signal);
    stop.abort(new ToolError('timeout', 'too late'));
    expect(await failure(waiting)).toMatchObject({ code: 'timeout' });
  });

  it('ends for good, also in the middle of a greeting', async () => {
    const { connection, wires } = supervise(['hang']);
    const waiting = failure(connection.ready());
    await expect.poll(() => wires[0]?.sent.length, PATIENT).toBeGreaterThan(0);
    await connection.close();
    expect(await waiting).toBeInstanceOf(ToolError);
    expect(wires.every(({ closed }) => closed)).toBe(true);
    expect(await failure(connection.ready())).toMatchObject({ code: 'unavailable', message: expect.stringContaining('shut down') });
  });

  it('shows the last words', async () => {
    const { connection } = supervise(['answer']);
    expect(connection.tail()).toEqual([]);
    await connection.ready();
    expect(connection.tail()).toEqual(['first line', 'cannot open the database']);
  });
});

describe('work that may be given up', () => {
  it('ends with the signal or by itself, and leaves nothing behind', async () => {
    expect(await abortable(Promise.resolve(5), new AbortController().signal)).toBe(5);
    expect(await failure(abortable(new Promise(() => undefined), AbortSignal.abort('why')))).toBe('why');
    expect(await failure(abortable(Promise.reject(new Error('no')), new AbortController().signal))).toMatchObject({ message: 'no' });
  });
});
