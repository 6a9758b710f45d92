import { OWNER } from '@deployment-engine/shared/contracts';
import type { Caller } from '@deployment-engine/shared/toolkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Ground, openServedHub, prepareGround, type ServedHub } from '../hub-process/index.ts';
import { CLIENTS, failureOf, type HubClient, openClient, textOf } from './clients.ts';
import { SILENT, Worker } from './worker.ts';

const OWNER_CALLER: Caller = {
  principal: OWNER,
  transport: 'http',
  signal: new AbortController().signal,
  can: { elicitation: false, sampling: false, roots: false },
  answers: {},
  meta: {},
};

describe("other people's servers behind the hub", () => {
  let ground: Ground;
  let worker: Worker;
  let hub: ServedHub;
  const clients: HubClient[] = [];

  beforeEach(() => {
    ground = prepareGround();
    worker = new Worker(ground);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await hub.close();
    ground.clear();
  });

  const openHub = async (mcpServers: object): Promise<void> => {
    hub = await openServedHub(ground, { hub: { profile: 'flat' }, mcpServers });
  };
  const join = async (kind: (typeof CLIENTS)[number] = 'v2 modern'): Promise<HubClient> => {
    const client = await openClient(kind, { url: hub.url });
    clients.push(client);
    return client;
  };

  it.each(CLIENTS)('lists and calls their tools under their own names (client %s)', async (kind) => {
    await openHub({ worker: worker.entry() });
    const client = await join(kind);
    expect(await client.toolNames()).toEqual(expect.arrayContaining(['worker__note_text', 'worker__say_described']));
    expect(textOf(await client.call('worker__note_text', { text: 'hello' }))).toBe('noted: hello');
    expect(worker.notes().filter((note) => note.startsWith('called'))).toEqual(['called note_text {"text":"hello"}']);
  });

  it('are listed without waiting a second for one that never answers, and without waiting for it again', async () => {
    await openHub({ silent: SILENT, worker: worker.entry() });
    // so that this one is known
    await (await join()).call('worker__note_text', { text: 'first' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      // time stands still but for what is given: a list that needs more never comes
      for (const given of [999, 1]) {
        const listing = hub.hub.listTools(OWNER_CALLER);
        await vi.advanceTimersByTimeAsync(given);
        const names = (await listing).map(({ name }) => name);
        expect(names).toEqual(expect.arrayContaining(['worker__note_text', 'git__status']));
        expect(names.filter((name) => name.startsWith('silent__'))).toEqual([]);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('has one that has crashed back within three seconds, and sends it no call twice', { retry: 2 }, async () => {
    await openHub({ worker: worker.entry() });
    const client = await join();
    await client.call('worker__note_text', { text: 'before' });
    const crashed = await client.call('worker__exit_now');
    expect(failureOf(crashed)).toMatchObject({ code: 'unavailable', hint: expect.stringContaining('not repeated') as unknown });
    const begun = performance.now();
    await vi.waitFor(async () => expect(textOf(await client.call('worker__note_text', { text: 'after' }))).toBe('noted: after'), {
      timeout: 10_000,
      interval: 50,
    });
    expect(performance.now() - begun).toBeLessThan(3_000);
    const calls = worker.notes().filter((note) => note.startsWith('called'));
    expect(calls).toEqual(['called note_text {"text":"before"}', 'called exit_now {}', 'called note_text {"text":"after"}']);
    expect(worker.pids()).toHaveLength(2);
  });

  it.each(CLIENTS)('ends a call by its deadline and cancels it there (client %s)', async (kind) => {
    await openHub({ worker: worker.entry({ tools: { wait_long: { deadlineMs: 300 } } }) });
    const client = await join(kind);
    expect(failureOf(await client.call('worker__wait_long'))).toMatchObject({ code: 'timeout' });
    await worker.noted('cancelled wait_long');
    expect(worker.notes().filter((note) => note.startsWith('called'))).toHaveLength(1);
  });

  it.each(CLIENTS)("passes a client's cancellation on (client %s)", async (kind) => {
    await openHub({ worker: worker.entry() });
    const client = await join(kind);
    const stop = new AbortController();
    const ended = client.call('worker__wait_long', {}, stop.signal).then(
      () => 'answered',
      () => 'ended',
    );
    await worker.noted('called wait_long');
    stop.abort();
    expect(await ended).toBe('ended');
    await worker.noted('cancelled wait_long');
    // the connection goes on
    expect(textOf(await client.call('worker__note_text', { text: 'still there' }))).toBe('noted: still there');
  });

  it('takes the first answer of several and cancels the rest', async () => {
    await openHub({ worker: worker.entry({ tools: { note_text: { effect: 'read' }, wait_long: { effect: 'read' } } }) });
    const client = await join();
    const calls = [
      { id: 'slow', tool: 'worker__wait_long' },
      { id: 'quick', tool: 'worker__note_text', arguments: { text: 'quick' } },
    ];
    const { structuredContent } = await client.call('fan_out', { calls, mode: 'first' });
    expect(structuredContent).toMatchObject({
      satisfied: true,
      results: [
        { id: 'slow', status: 'cancelled' },
        { id: 'quick', status: 'ok' },
      ],
    });
    await worker.noted('cancelled wait_long');
  });

  it('refuses to race calls of which it is not known that they only read', async () => {
    await openHub({ worker: worker.entry() });
    const client = await join();
    const calls = [{ tool: 'worker__note_text', arguments: { text: 'no' } }, { tool: 'worker__say_described' }];
    for (const mode of ['first', 'hedged'])
      expect(failureOf(await client.call('fan_out', { calls, mode }))).toMatchObject({ code: 'invalid_input' });
    expect(worker.notes().filter((note) => note.startsWith('called'))).toEqual([]);
  });

  it('gives what has come when the time for everything is over', async () => {
    await openHub({ worker: worker.entry() });
    const client = await join();
    const calls = [
      { id: 'quick', tool: 'worker__note_text', arguments: { text: 'quick' } },
      { id: 'never', tool: 'worker__wait_long' },
    ];
    // known before, so that the deadline is not spent on its start
    await client.call('worker__say_described');
    const { structuredContent } = await client.call('fan_out', { calls, deadline_ms: 1_500 });
    expect(structuredContent).toMatchObject({
      satisfied: false,
      results: [
        { id: 'quick', status: 'ok' },
        { id: 'never', status: 'timeout' },
      ],
    });
    await worker.noted('cancelled wait_long');
  });

  it('keeps the hub going when one cannot be started at all', async () => {
    await openHub({ broken: { command: '/nonexistent/program' }, worker: worker.entry() });
    const client = await join();
    const refused = await client.call('broken__anything');
    expect(refused.isError).toBe(true);
    expect(failureOf(refused)?.message).toMatch(/broken/);
    expect(textOf(await client.call('worker__note_text', { text: 'fine' }))).toBe('noted: fine');
  });
});
