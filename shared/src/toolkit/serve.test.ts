import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { defineServer } from './define-server.ts';
import { defineTool, reads } from './define-tool.ts';
import { openMachine } from './machine.ts';
import { modern } from './protocol/front.testing.ts';
import { serve, serveHttpUntilStopped } from './serve.ts';
import { loadServerSection } from './server-section.ts';
import { untilStopped } from './until-stopped.ts';
import { createRuntime } from './assemble.ts';
import { defaultPolicy } from './policy.ts';

const greeter = defineServer({
  name: 'greeter',
  title: 'Greeter',
  description: 'Greets.',
  version: '3.2.1',
  port: 0,
  config: z.strictObject({ greeting: z.string().default('hello') }),
  deps: { greeting: ({ config }: { config: { greeting: string } }) => config.greeting },
  tools: [
    defineTool({
      name: 'world_greet',
      title: 'Greet',
      description: 'Greets the world.',
      scopes: [],
      annotations: reads(),
      inputSchema: z.strictObject({}),
      outputSchema: z.object({ text: z.string() }),
      handler: (_input, { deps }: { deps: { greeting: string } }) => ({ text: `${deps.greeting} world` }),
    }),
  ],
});

let folder: string;
const told = { out: '', err: '' };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
  Object.assign(told, { out: '', err: '' });
  vi.stubEnv('DEPLOYMENT_ENGINE_HOME', join(folder, 'state'));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((told.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((told.err += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  // listeners of a program that would have ended here
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal);
  process.exitCode = 0;
  rmSync(folder, { recursive: true, force: true });
});

const PATIENT = { timeout: 20_000 };

describe('a server as a program', () => {
  it('tells its version and its options, and serves nothing', async () => {
    await serve(greeter, ['--version']);
    expect(told.out).toBe('3.2.1\n');
    await serve(greeter, ['--help']);
    expect(told.out).toContain('deployment-engine-greeter — Greeter: Greets.');
    expect(told.err).toBe('');
  });

  it.each([
    [['--nonsense'], /nonsense/],
    [['--http', '0.0.0.0:1'], /loopback/],
    [['--log-level', 'loud'], /not a log level/],
    [['--config', '/nonexistent/file.json'], /\/nonexistent\/file\.json/],
  ])('says in a line or two why it does not start: %j', async (argv, words) => {
    await serve(greeter, argv);
    expect(process.exitCode).toBe(1);
    expect(told.err).toMatch(words);
    expect(told.err.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect(told.err).not.toMatch(/\n\s+at /);
  });

  it('serves HTTP by its configuration until it is told to stop', async () => {
    const exited = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
    const file = join(folder, 'mcp.config.json');
    writeFileSync(
      file,
      JSON.stringify({ hub: { anything: 1 }, servers: { greeter: { greeting: 'good morning' }, other: { wrong: true } } }),
    );
    const serving = serve(greeter, ['--http', '0', '--trust-loopback', '--config', file]);
    await expect.poll(() => told.err, PATIENT).toMatch(/Greeter listens on http:/);
    const url = /http:\S+/.exec(told.err)![0];
    const { message, headers } = modern('tools/call', { name: 'world_greet', arguments: {} });
    const answer = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(message),
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    });
    expect(await answer.json()).toMatchObject({ result: { structuredContent: { text: 'good morning world' } } });
    expect(await (await fetch(new URL('/metrics', url))).text()).toContain(
      'deployment_engine_calls_total{server="greeter",tool="world_greet",outcome="ok"} 1',
    );
    process.emit('SIGTERM');
    await serving;
    expect(exited).toHaveBeenCalledOnce();
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('serving HTTP', () => {
  it('tells its address, and gives up a busy one before it serves', async () => {
    const machine = openMachine({ name: 'greeter', env: { DEPLOYMENT_ENGINE_HOME: folder } });
    const runtime = createRuntime(greeter, {
      env: {},
      roots: machine.roots,
      exec: machine.exec,
      log: machine.log,
      stateDir: folder,
      policy: defaultPolicy(),
      record: () => undefined,
      observe: () => undefined,
    });
    const listening = Promise.withResolvers<string>();
    const serving = serveHttpUntilStopped(runtime, machine, {
      http: { host: '127.0.0.1', port: 0 },
      title: 'Greeter',
      trustLoopback: false,
      ready: () => false,
      maxSessions: 1,
      onListening: listening.resolve,
    });
    const url = await listening.promise;
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    await expect(
      serveHttpUntilStopped(runtime, machine, {
        http: { host: '127.0.0.1', port: Number(new URL(url).port) },
        title: 'Second',
        trustLoopback: false,
      }),
    ).rejects.toMatchObject({ code: 'unavailable' });
    process.emit('SIGINT');
    await serving;
    await machine.close();
  });
});

describe('signals', () => {
  it('stop once, and end at once the second time', async () => {
    const exited = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
    const stopped = untilStopped();
    process.emit('SIGHUP');
    expect(await stopped).toBe('SIGHUP');
    expect(exited).not.toHaveBeenCalled();
    process.emit('SIGINT');
    expect(exited).toHaveBeenCalledWith(130);
  });
});

describe('a server’s section of the configuration', () => {
  const section = (content: unknown): object => {
    const file = join(folder, 'c.json');
    writeFileSync(file, JSON.stringify(content));
    return loadServerSection(file, greeter, { WHO: 'ada' });
  };

  it('is its own, with references resolved, and {} where there is none', () => {
    expect(section({ servers: { greeter: { greeting: { $env: 'WHO' } } } })).toEqual({ greeting: 'ada' });
    expect(section({})).toEqual({});
    expect(section({ mcpServers: { x: {} }, servers: { other: {} } })).toEqual({});
  });

  it('must be a section', () => {
    expect(() => section({ servers: { greeter: 'hello' } })).toThrow(/servers\.greeter/);
  });
});

describe('a machine', () => {
  it('opens its doors without a trace on the disk', async () => {
    const machine = openMachine({
      name: 'x',
      env: { DEPLOYMENT_ENGINE_HOME: join(folder, 'new'), DEPLOYMENT_ENGINE_ROOTS: folder, DEPLOYMENT_ENGINE_LOG: '' },
    });
    expect(existsSync(join(folder, 'new'))).toBe(false);
    expect(machine.roots.list()).toHaveLength(1);
    machine.metrics.observe({ server: 's', tool: 't', outcome: 'ok', seconds: 0.5 });
    expect(machine.metrics.text()).toContain('deployment_engine_call_duration_seconds_count{server="s"} 1');
    await machine.close();
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });

  it('refuses a level that does not exist', () => {
    expect(() => openMachine({ name: 'x', env: {}, logLevel: 'loud' })).toThrow(/not a log level/);
    expect(() => openMachine({ name: 'x', env: { DEPLOYMENT_ENGINE_LOG: 'loud' } })).toThrow(/not a log level/);
  });
});
