import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANONYMOUS, OWNER, type Principal } from '../../contracts/index.ts';
import type { Change, McpBackend } from '../backend.ts';
import { LegacySessions } from './legacy-sessions.ts';

/** As much of a backend as a handshake needs. */
function quiet(): { backend: McpBackend; emit: (change: Change) => void; listeners: () => number } {
  const listeners = new Set<(change: Change) => void>();
  const backend = {
    info: { name: 'quiet', title: 'Quiet', version: '1' },
    offers: { tools: true, resources: false, subscribe: false, prompts: false, completions: false, logging: false, listChanged: true },
    onChange: (listener: (change: Change) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as McpBackend;
  return { backend, emit: (change) => listeners.forEach((listener) => listener(change)), listeners: () => listeners.size };
}

const ada: Principal = { id: 'user:ada', kind: 'user', scopes: [], roles: [] };
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
};
const request = (headers: Record<string, string> = {}): Request =>
  new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: '{}',
  });

async function begin(sessions: LegacySessions, principal: Principal = OWNER): Promise<string> {
  const answer = await sessions.serve(request(), initialize, { transport: 'http', principal });
  await answer.text();
  return answer.headers.get('mcp-session-id')!;
}

describe('sessions', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('that nobody uses make room, and those in use stay', async () => {
    const sessions = new LegacySessions({ backend: quiet().backend, maxSessions: 10, idleMs: 1_000 });
    const [first, second] = [await begin(sessions), await begin(sessions)];
    vi.advanceTimersByTime(900);
    expect(sessions.find(second, 'owner')).toBeDefined();
    vi.advanceTimersByTime(900);
    await begin(sessions);
    expect([sessions.find(first, 'owner'), sessions.find(second, 'owner')?.id, sessions.size]).toEqual([undefined, second, 2]);
    await sessions.close();
    expect(sessions.size).toBe(0);
  });

  it('with a call that runs are not idle', async () => {
    const sessions = new LegacySessions({ backend: quiet().backend, idleMs: 1_000 });
    const id = await begin(sessions);
    sessions.find(id, 'owner')!.calls.set(1, new AbortController());
    vi.advanceTimersByTime(5_000);
    await begin(sessions);
    expect(sessions.find(id, 'owner')).toBeDefined();
    await sessions.close();
  });

  it('go in the order of strangers first, then of their last use', async () => {
    const sessions = new LegacySessions({ backend: quiet().backend, maxSessions: 3 });
    const mine = await begin(sessions, ada);
    vi.advanceTimersByTime(1);
    const stranger = await begin(sessions, ANONYMOUS);
    vi.advanceTimersByTime(1);
    const owners = await begin(sessions);
    await begin(sessions);
    expect([sessions.find(stranger, 'anonymous'), sessions.find(mine, 'user:ada')?.id, sessions.find(owners, 'owner')?.id]).toEqual([
      undefined,
      mine,
      owners,
    ]);
    vi.advanceTimersByTime(1);
    await begin(sessions);
    expect([sessions.size, sessions.find(mine, 'user:ada') === undefined || sessions.find(owners, 'owner') === undefined]).toEqual([
      3,
      true,
    ]);
    await sessions.close();
  });

  it('do not grow beyond their number, however many begin at once', async () => {
    const sessions = new LegacySessions({ backend: quiet().backend, maxSessions: 5 });
    await Promise.all(Array.from({ length: 50 }, () => begin(sessions)));
    await begin(sessions);
    expect(sessions.size).toBeLessThanOrEqual(5);
    await sessions.close();
  });

  it('end their calls with themselves, and listen to nothing after the end', async () => {
    const { backend, listeners } = quiet();
    const sessions = new LegacySessions({ backend });
    const id = await begin(sessions);
    const call = new AbortController();
    sessions.find(id, 'owner')!.calls.set(1, call);
    await sessions.close();
    expect([call.signal.aborted, listeners()]).toEqual([true, 0]);
  });

  it('that could not begin leave nothing behind', async () => {
    const sessions = new LegacySessions({ backend: quiet().backend });
    const answer = await sessions.serve(request({ accept: 'text/html' }), initialize, { transport: 'http', principal: OWNER });
    expect([answer.status, sessions.size]).toEqual([406, 0]);
    await sessions.close();
  });
});
