import { open, type OpenServer } from '@deployment-engine/shared/testing';
import { type Change, defineResource, defineServer, defineTool, reads } from '@deployment-engine/shared/toolkit';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ReloadableBackend } from './reload.ts';

/** A server whose answers carry its version, and whose slow tool waits until it is let go. */
function versioned(version: string) {
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const watching = { now: 0 };
  let tell: () => void = () => undefined;
  const say = defineTool({
    name: 'say',
    title: 'Say',
    description: 'Says the version.',
    scopes: [],
    annotations: reads(),
    inputSchema: z.strictObject({ slowly: z.boolean().default(false).describe('Wait first') }),
    outputSchema: z.object({ version: z.string() }),
    async handler({ slowly }) {
      if (slowly) {
        started.resolve();
        await gate.promise;
      }
      return { version };
    },
    render: (output) => output.version,
  });
  const state = defineResource({
    uri: 'state://now',
    name: 'state',
    title: 'State',
    description: 'Changes.',
    mimeType: 'text/plain',
    scopes: [],
    read: async () => [{ text: version }],
    watch: async (_uri, changed, { signal }) => {
      tell = changed;
      watching.now += 1;
      signal.addEventListener('abort', () => (watching.now -= 1));
    },
  });
  const definition = defineServer({
    name: 'versioned',
    title: 'Versioned',
    description: 'For tests.',
    version,
    port: 1,
    config: z.strictObject({}),
    deps: {},
    tools: [say],
    resources: [state],
  });
  return { definition, started: started.promise, letGo: () => gate.resolve(), watching, tell: () => tell() };
}

describe('a backend that is exchanged while it is served', () => {
  const opened: OpenServer[] = [];
  afterEach(async () => {
    for (const server of opened.splice(0)) await server.close();
  });

  async function two() {
    const [one, other] = [versioned('1'), versioned('2')];
    const [first, second] = [await open(one.definition), await open(other.definition)];
    opened.push(first, second);
    const closed: string[] = [];
    for (const { runtime } of [first, second]) {
      const close = runtime.close.bind(runtime);
      runtime.close = async () => {
        closed.push(runtime.info.version);
        await close();
      };
    }
    const backend = new ReloadableBackend(first.runtime);
    const failures: unknown[] = [];
    return {
      one,
      other,
      backend,
      closed,
      failures,
      caller: first.caller(),
      exchange: () => backend.replace(second.runtime, (error) => failures.push(error)),
    };
  }

  const versionOf = async (call: ReturnType<ReloadableBackend['callTool']>): Promise<unknown> => {
    const outcome = await call;
    return outcome.kind === 'result' ? outcome.value.result.structuredContent : outcome;
  };

  it('lets a call end where it began, sends later ones to the new one, and closes the old one when it is idle', async () => {
    const { one, backend, closed, exchange, caller } = await two();
    const changes: Change[] = [];
    backend.onChange((change) => changes.push(change));
    const slow = versionOf(backend.callTool('say', { slowly: true }, caller));
    await one.started;
    exchange();
    expect(backend.info.version).toBe('2');
    expect(changes).toEqual(['tools', 'prompts', 'resources']);
    expect(await versionOf(backend.callTool('say', {}, caller))).toEqual({ version: '2' });
    expect(closed).toEqual([]);
    one.letGo();
    expect(await slow).toEqual({ version: '1' });
    await expect.poll(() => closed).toEqual(['1']);
    await backend.close();
    expect(closed).toEqual(['1', '2']);
  });

  it('takes subscriptions along, and tells their watchers to look', async () => {
    const { one, other, backend, exchange, caller, failures } = await two();
    let told = 0;
    const stop = await backend.watchResource('state://now', caller, () => (told += 1));
    one.tell();
    expect(told).toBe(1);
    exchange();
    await expect.poll(() => told).toBe(2);
    expect([one.watching.now, other.watching.now]).toEqual([0, 1]);
    other.tell();
    expect(told).toBe(3);
    stop();
    expect(other.watching.now).toBe(0);
    expect(failures).toEqual([]);
  });

  it('closes also what still runs when all ends', async () => {
    const { one, backend, closed, exchange, caller } = await two();
    const slow = versionOf(backend.callTool('say', { slowly: true }, caller));
    await one.started;
    exchange();
    await backend.close();
    expect(closed.toSorted()).toEqual(['1', '2']);
    one.letGo();
    await slow;
  });
});
