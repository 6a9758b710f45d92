import { spawn } from 'node:child_process';
import { connect, isAlive } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Ground, hubProgram, inheritedEnv, prepareGround, startHttpHub } from '../hub-process/index.ts';
import { openClient } from './clients.ts';
import { Worker } from './worker.ts';

describe('nothing is left running', () => {
  let ground: Ground;
  let worker: Worker;

  beforeEach(() => {
    ground = prepareGround();
    worker = new Worker(ground);
    ground.configure({ mcpServers: { worker: worker.entry({ stubborn: true }) } });
  });
  afterEach(() => {
    for (const pid of worker.pids()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    ground.clear();
  });

  /** The server and the child that it has started itself; both ignore SIGTERM. */
  const bothStarted = async (): Promise<number[]> => {
    await vi.waitFor(() => expect(worker.pids()).toHaveLength(2), 20_000);
    const pids = worker.pids();
    expect(pids.filter(isAlive)).toEqual(pids);
    return pids;
  };
  const allEnded = async (pids: number[]): Promise<void> => {
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), 20_000);
  };

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'of a hub over HTTP that gets %s, not even what ignores SIGTERM',
    async (signal) => {
      const hub = await startHttpHub(ground.env, '--trust-loopback');
      const client = await openClient('v2 modern', { url: hub.url });
      await client.call('call_tool', { tool: 'worker__note_text', arguments: { text: 'hello' } });
      const pids = await bothStarted();
      expect(await hub.stop(signal), hub.output()).toBe(0);
      expect(pids.filter(isAlive)).toEqual([]);
      await client.close().catch(() => undefined);
    },
    60_000,
  );

  it('of a hub over stdio whose client has left', async () => {
    const { command, args } = hubProgram('hub', '--stdio');
    const hub = spawn(command, args, { env: { ...inheritedEnv(), ...ground.env }, stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = new Promise<number | null>((resolve) => hub.once('exit', resolve));
    const send = (message: object): void => void hub.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    hub.stdout.resume();
    send({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'leaving', version: '1' } },
    });
    send({ method: 'notifications/initialized' });
    send({
      id: 2,
      method: 'tools/call',
      params: { name: 'call_tool', arguments: { tool: 'worker__note_text', arguments: { text: 'hello' } } },
    });
    const pids = await bothStarted();
    hub.stdin.end();
    expect(await ended).toBe(0);
    await allEnded(pids);
  }, 60_000);

  it('of a hub over stdio whose client has been killed in the middle of a call', async () => {
    const client = await connect({ ...hubProgram('hub', '--stdio'), env: { ...inheritedEnv(), ...ground.env } }, 'legacy');
    const waiting = client.callTool({ name: 'call_tool', arguments: { tool: 'worker__wait_long', arguments: {} } }).catch(() => undefined);
    await worker.noted('called wait_long');
    const pids = await bothStarted();
    await client.close();
    await waiting;
    await allEnded(pids);
  }, 60_000);

  it('and a call that runs when the hub is told to end may end first', async () => {
    const hub = await startHttpHub(ground.env, '--trust-loopback');
    const client = await openClient('v2 legacy', { url: hub.url });
    await client.call('call_tool', { tool: 'worker__note_text', arguments: { text: 'known' } });
    const fanOut = client.call('fan_out', { calls: [{ id: 'slow', tool: 'worker__wait_long' }], deadline_ms: 1_000 });
    await worker.noted('called wait_long');
    const stopped = hub.stop();
    expect((await fanOut).structuredContent).toMatchObject({ results: [{ id: 'slow', status: 'timeout' }] });
    expect(await stopped).toBe(0);
    await client.close().catch(() => undefined);
  }, 60_000);
});
