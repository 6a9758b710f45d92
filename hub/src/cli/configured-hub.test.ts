import { writeFileSync } from 'node:fs';
import { OWNER } from '@deployment-engine/shared/contracts';
import { createLog } from '@deployment-engine/shared/platform';
import { type Caller, type Machine, openMachine } from '@deployment-engine/shared/toolkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConfiguredHub, openConfiguredHub } from './configured-hub.ts';
import { Desk } from './run-here.testing.ts';
import { startPage } from './start-page.ts';

const caller: Caller = {
  principal: OWNER,
  transport: 'internal',
  signal: new AbortController().signal,
  can: { elicitation: false, sampling: false, roots: false },
  answers: {},
  meta: {},
  profile: 'flat',
};

let desk: Desk;
let machine: Machine;
let log: string[];
let served: ConfiguredHub | undefined;
beforeEach(() => {
  desk = new Desk();
  log = [];
  machine = openMachine({ name: 'hub', log: createLog({ level: 'info', write: (line) => void log.push(line) }) });
});
afterEach(async () => {
  await served?.close();
  served = undefined;
  await machine.close();
  desk.close();
});

const names = async () => (await served!.backend.listTools(caller)).map(({ name }) => name);
const logged = (pattern: RegExp) => expect.poll(() => log.join(''), { timeout: 20_000 }).toMatch(pattern);

describe('a hub that follows its file', () => {
  it('takes over what is valid, and upstreams that did not change with it', async () => {
    const config = desk.write('mcp.config.json', { servers: { prometheus: {} } });
    served = openConfiguredHub({ config }, machine);
    const before = served.registry().upstreams.get('prometheus');
    expect(await names()).toContain('prometheus__query');
    const changes: unknown[] = [];
    served.backend.onChange((change) => changes.push(change));
    writeFileSync(config, JSON.stringify({ servers: { prometheus: {} }, mcpServers: { more: desk.fixture('changing-server') } }));
    await logged(/the configuration was reloaded/);
    expect(changes).toEqual(['tools', 'prompts', 'resources']);
    expect(served.registry().upstreams.get('prometheus')).toBe(before);
    expect(served.registry().upstreams.has('more')).toBe(true);
    writeFileSync(config, JSON.stringify({ servers: { prometheus: { enabled: false } } }));
    await expect.poll(names, { timeout: 20_000 }).not.toContain('prometheus__query');
  });

  it('forgets no open plan, no call with a key and no large result', async () => {
    const settings = (round: string): object => ({
      hub: { maxResultBytes: 3_000 },
      mcpServers: {
        asked: { ...desk.fixture('changing-server'), tools: { greet: { effect: 'destroy', confirm: 'plan' } } },
        more: desk.fixture('changing-server', { ROUND: round }),
      },
    });
    const config = desk.write('mcp.config.json', settings('1'));
    served = openConfiguredHub({ config }, machine);
    const call = async (tool: string, args: object, meta: Caller['meta'] = {}) => {
      const outcome = await served!.backend.callTool(tool, args, { ...caller, meta });
      if (outcome.kind !== 'result') throw new Error('it asked');
      return outcome.value.result;
    };
    const keyed = () => call('more__greet', {}, { 'io.deployment-engine/idempotency-key': 'once' });
    const plan = await call('asked__greet', { name: 'Ada' });
    const { plan_token } = (plan.structuredContent as { error: { details: { plan_token: string } } }).error.details;
    const first = await keyed();
    const { content } = await call('more__greet', { name: 'A'.repeat(4_000) });
    const { uri } = content.find((block) => block.type === 'resource_link') as { uri: string };

    writeFileSync(config, JSON.stringify(settings('2')));
    await logged(/the configuration was reloaded/);
    expect((await call('asked__greet', { name: 'Ada', plan_token })).content).toMatchObject([
      { text: expect.stringMatching(/^hello Ada/) as string },
    ]);
    expect((await call('asked__greet', { name: 'Ada', plan_token })).structuredContent).toMatchObject({
      error: { code: 'confirmation_required' },
    });
    expect(await keyed()).toEqual(first);
    // the server itself is another one
    expect((await call('more__greet', {})).content).not.toEqual(first.content);
    expect(await served.backend.readResource(uri, caller)).toMatchObject({
      kind: 'result',
      value: [{ text: expect.stringContaining('A'.repeat(4_000)) as string }],
    });
  });

  it('keeps what it has when the file is wrong, and says everything that is wrong', async () => {
    const config = desk.write('mcp.config.json', {});
    served = openConfiguredHub({ config }, machine);
    const before = served.registry();
    writeFileSync(config, JSON.stringify({ hub: { profile: 'tiny', queue: -1 } }));
    await logged(/hub\.profile[\s\S]*hub\.queue/);
    writeFileSync(config, JSON.stringify({ servers: { prometheus: { sources: 7 }, promethius: {} } }));
    await logged(/servers\.prometheus\.sources/);
    await logged(/did you mean \\"prometheus\\"/);
    writeFileSync(config, JSON.stringify({ mcpServers: { prometheus: { command: 'x' } } }));
    await logged(/is taken/);
    expect(served.registry()).toBe(before);
    expect(await names()).toContain('prometheus__query');
    expect(log.join('')).not.toContain('was reloaded');
  });
});

describe('the start page', () => {
  async function page(flags: Parameters<typeof openConfiguredHub>[0]): Promise<string> {
    served = openConfiguredHub(flags, machine);
    let text = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => ((text += String(chunk)), true));
    try {
      startPage({ url: 'http://127.0.0.1:1/mcp', served, machine, flags: flags as { config?: string } });
      await expect.poll(() => text, { timeout: 20_000 }).toContain('Ctrl-C ends the hub');
      return text;
    } finally {
      write.mockRestore();
    }
  }

  it('says what is ready, how to sign in, and what to paste', async () => {
    const config = desk.write('mcp.config.json', { mcpServers: { broken: desk.fixture('crashing-server') } });
    const text = await page({ config });
    expect(text).toMatch(/^Deployment Engine 0\.1\.0 listens on http:\/\/127\.0\.0\.1:1\/mcp\n/);
    expect(text).toMatch(/✗ prometheus/);
    expect(text).toMatch(/✗ broken[^\n]*\n(?: +[^\n]*\n)* +stderr: cannot sign in with password=\[masked\]/);
    expect(text).toContain(desk.path('state', 'owner-token'));
    const { mcpServers } = JSON.parse(/\n(\{\n[\s\S]*\n\})\n/.exec(text)?.[1] ?? '') as { mcpServers: Record<string, { env: object }> };
    expect(mcpServers['deployment-engine']?.env).toMatchObject({ DEPLOYMENT_ENGINE_CONFIG: config, DEPLOYMENT_ENGINE_ROOTS: desk.project });
  });

  it('says that everybody on this machine is the owner, and that no folder is allowed', async () => {
    delete process.env['DEPLOYMENT_ENGINE_ROOTS'];
    process.chdir('/');
    await machine.close();
    machine = openMachine({ name: 'hub', log: createLog({ level: 'silent' }) });
    const text = await page({ trustLoopback: true });
    expect(text).toContain('--trust-loopback');
    expect(text).toMatch(/Folders that tools may touch: none\n +No folders are allowed/);
  });
});
