import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createRoots } from '@deployment-engine/shared/platform';
import { defaultPolicy, type Machine } from '@deployment-engine/shared/toolkit';
import { hubConfig } from '../config/schema.ts';
import { callerFor, callFor, failure, scripted, type TestMachine, testMachine } from '../testing/machine.ts';
import { BUILTIN_NAMES, installedBuiltins } from './builtins.ts';
import { identityOf, Registry } from './registry.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function machineOf(env: Record<string, string> = {}): TestMachine {
  const machine = testMachine(env);
  closing.push(() => machine.dispose());
  return machine;
}

function registry(config: object, machine: Machine, previous?: Registry): Registry {
  const made = new Registry({ config: hubConfig.parse(config), machine, policy: defaultPolicy(), previous });
  closing.push(() => made.close());
  return made;
}

describe('the built-in servers', () => {
  it('are those that are installed, each with its surface, its module and its program', async () => {
    const installed = installedBuiltins();
    expect(installed.map(({ name }) => name)).toEqual(BUILTIN_NAMES.filter((name) => installed.some((one) => one.name === name)));
    expect(installed.map(({ name }) => name)).toEqual(expect.arrayContaining(['git', 'docker', 'prometheus']));
    for (const { name, surface, load } of installed) {
      expect(surface().name).toBe(name);
      expect((await load()).name).toBe(name);
    }
  });
});

describe('a new configuration', () => {
  const before = { mcpServers: { same: scripted(), changed: scripted(), gone: scripted() } };
  const after = { mcpServers: { same: scripted(), changed: scripted({ instructions: 'x' }), added: scripted() } };

  it('keeps what is the same as it runs, and ends the rest', async () => {
    const machine = machineOf();
    const first = registry(before, machine);
    const slow = await first.upstreams.get('same')!.target('echo', callFor('echo'));
    const gone = first.upstreams.get('gone')!;
    await gone.catalogue(new AbortController().signal);
    const second = registry(after, machine, first);
    expect(second.upstreams.get('same')).toBe(first.upstreams.get('same'));
    for (const name of ['changed', 'added']) expect(second.upstreams.get(name)).not.toBe(first.upstreams.get(name));
    expect([...second.upstreams.keys()]).not.toContain('gone');
    await first.close();
    expect(await failure(gone.readResource('x', callerFor()))).toMatchObject({ code: 'unavailable' });
    expect((await slow!.invoke({}, callFor('echo'))).result.content).toEqual([{ type: 'text', text: '{}' }]);
    // the store goes on with it
    expect(await second.store.list('pins')).not.toEqual([]);
  });

  it('that is wrong takes nothing away', async () => {
    const machine = machineOf();
    const first = registry(before, machine);
    expect(() => registry({ mcpServers: { hub: { command: 'x' } } }, machine, first)).toThrow('hub itself');
    expect(await first.upstreams.get('same')!.probe(new AbortController().signal)).toMatchObject({ ready: true });
  });

  it('makes built-in servers anew when their settings or the hub’s change', () => {
    const machine = machineOf();
    const first = registry({}, machine);
    expect(registry({}, machine, first).upstreams.get('git')).toBe(first.upstreams.get('git'));
    const other = registry({ servers: { git: { toolsets: ['core'] } } }, machine, first);
    expect(other.upstreams.get('git')).not.toBe(first.upstreams.get('git'));
    expect(other.upstreams.get('docker')).toBe(first.upstreams.get('docker'));
    expect(registry({ hub: { readOnly: true } }, machine, first).upstreams.get('docker')).not.toBe(first.upstreams.get('docker'));
    const servers = { git: { isolation: 'process' } };
    const apart = registry({ servers }, machine);
    const of = (hub: object) => registry({ servers, hub }, machine, apart).upstreams.get('git');
    expect(of({ queue: 9 })).toBe(apart.upstreams.get('git'));
    expect(of({ readOnly: true })).not.toBe(apart.upstreams.get('git'));
  });
});

describe('a built-in server in a process of its own', () => {
  it('runs as its own program, with the hub’s decision and the hub’s environment', async () => {
    const machine = machineOf({ PROMETHEUS_URL: 'http://127.0.0.1:9' });
    const upstream = registry({ servers: { prometheus: { isolation: 'process' } } }, machine).upstreams.get('prometheus')!;
    expect([upstream.builtin, upstream.mayRequest, upstream.state]).toEqual([true, false, 'idle']);
    expect((await upstream.catalogue(new AbortController().signal)).tools.map(({ name }) => name)).toContain('query');
    const call = callFor('source_list');
    const target = (await upstream.target('source_list', call))!;
    expect(target).toMatchObject({ effect: 'read', scopes: ['metrics:read'] });
    const body = await target.invoke({}, call);
    expect(JSON.stringify(body.result.structuredContent)).toContain('http://127.0.0.1:9');
    expect(upstream.state).toBe('ready');
    // what writes can be made once only, as in this process
    expect((await upstream.target('silence_create', callFor('silence_create')))?.extras).toEqual(['idempotency_key']);
  }, 60_000);
});

it.each(['in-process', 'process'] as const)(
  'gives a call of a built-in server %s the time that its tool takes',
  async (isolation) => {
    const upstream = registry({ servers: { git: { isolation } } }, machineOf()).upstreams.get('git')!;
    const deadlineOf = async (tool: string) => (await upstream.target(tool, callFor(tool)))?.deadlineMs;
    expect([await deadlineOf('status'), await deadlineOf('repo_clone')]).toEqual([60_000, 600_000]);
  },
  60_000,
);

it('gives the operator’s deadline for a tool to a server in a process of its own', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'roots-')));
  closing.push(async () => rmSync(folder, { recursive: true }));
  const machine = machineOf({ DEPLOYMENT_ENGINE_ROOTS: folder });
  const git = { isolation: 'process', tools: { repo_init: { deadlineMs: 1 } } };
  const call = callFor('repo_init');
  const target = await registry({ servers: { git } }, machine).upstreams.get('git')!.target('repo_init', call);
  const late = await target!.invoke({ repo: join(folder, 'new') }, call);
  expect(late.result.structuredContent).toMatchObject({ error: { code: 'timeout' } });
}, 60_000);

it('gives a built-in server in a process of its own the settings and the folders of this process', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'roots-')));
  closing.push(async () => rmSync(folder, { recursive: true }));
  const bare = machineOf();
  // the folders of a hub that was started in one of them: no variable says so
  const machine = { ...bare, roots: createRoots({ env: {}, cwd: folder, home: '/nowhere' }) };
  const prometheus = { isolation: 'process', sources: { far: { url: 'http://127.0.0.1:9' } } };
  const { upstreams } = registry({ servers: { prometheus, git: { isolation: 'process' } } }, machine);
  const listing = callFor('source_list');
  const sources = await (await upstreams.get('prometheus')!.target('source_list', listing))!.invoke({}, listing);
  expect(sources.result.structuredContent).toMatchObject({ sources: [{ name: 'far' }] });
  const making = callFor('repo_init');
  const made = await (await upstreams.get('git')!.target('repo_init', making))!.invoke({ repo: join(folder, 'new') }, making);
  expect(made.result.isError, JSON.stringify(made.result)).toBeFalsy();
}, 60_000);

it('tells a server’s endpoint and account by what reaches it', () => {
  const parse = (settings: object) => Object.values(hubConfig.parse({ mcpServers: { a: settings } }).mcpServers)[0]!;
  expect(identityOf(parse({ command: 'x', args: ['1'], env: { A: 'b' }, tools: { t: { enabled: false } } }))).toEqual({
    command: 'x',
    args: ['1'],
    env: { A: 'b' },
    cwd: undefined,
  });
  expect(identityOf(parse({ url: 'https://a.example/mcp', headers: { Authorization: 'x' }, idleStopMs: 5 }))).toEqual({
    url: 'https://a.example/mcp',
    headers: { Authorization: 'x' },
  });
});
