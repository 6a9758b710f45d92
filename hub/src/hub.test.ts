import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type AuditEvent, type Principal, type WireError } from '@deployment-engine/shared/contracts';
import type { Caller, ToolResult } from '@deployment-engine/shared/toolkit';
import { hubConfig } from './config/schema.ts';
import type { Hub } from './hub.ts';
import { createHub } from './start.ts';
import { callerFor, failure, PATIENT, scripted, testMachine } from './testing/machine.ts';

let repo: string;
const git = (...args: string[]): string =>
  execFileSync('git', ['-C', repo, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', HOME: repo },
  });
beforeAll(() => {
  repo = realpathSync(mkdtempSync(join(tmpdir(), 'repo-')));
  git('init', '-q', '-b', 'main');
  writeFileSync(join(repo, 'a.txt'), 'one\n');
  git('add', '.');
  git('commit', '-q', '-m', 'first commit');
});
afterAll(() => rmSync(repo, { recursive: true, force: true }));

interface Opened {
  hub: Hub;
  events: AuditEvent[];
  caller: (given?: Partial<Caller>) => Caller;
  call: (tool: string, args?: object, given?: Partial<Caller>) => Promise<ToolResult>;
  /** The error of a call that is refused. */
  refusal: (tool: string, args?: object, given?: Partial<Caller>) => Promise<WireError>;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const SCRIPT = { prompts: [{ name: 'p', description: 'A prompt.' }], templates: [{ uriTemplate: 'note://{name}', name: 'note' }] };

function open(config: { hub?: object; servers?: object; mcpServers?: object } = { mcpServers: { Up: scripted(SCRIPT) } }): Opened {
  const machine = testMachine({ DEPLOYMENT_ENGINE_ROOTS: repo, HOME: repo });
  const events: AuditEvent[] = [];
  const audit = { ...machine.audit, append: async (event: AuditEvent) => void events.push(event) } as typeof machine.audit;
  const hub = createHub(hubConfig.parse(config), { ...machine, audit });
  closing.push(async () => {
    await hub.close();
    await machine.dispose();
  });
  const call: Opened['call'] = async (tool, args = {}, given = {}) => {
    const outcome = await hub.callTool(tool, args, callerFor(given));
    return outcome.kind === 'result' ? outcome.value.result : { content: [], asked: outcome.requests };
  };
  return {
    hub,
    events,
    caller: callerFor,
    call,
    async refusal(tool, args, given) {
      const result = await call(tool, args, given);
      expect(result.isError, JSON.stringify(result)).toBe(true);
      return (result.structuredContent as { error: WireError }).error;
    },
  };
}

const names = async ({ hub }: Opened, given: Partial<Caller> = {}): Promise<string[]> =>
  (await hub.listTools(callerFor(given))).map(({ name }) => name);
const ada: Principal = { id: 'user:ada', kind: 'user', scopes: [], roles: [] };
const CAN_ASK = { can: { elicitation: true, sampling: false, roots: false } };
const tokenOf = (error: WireError): string => (error.details as { plan_token: string }).plan_token;

describe('the lists', () => {
  it('are four tools in profile compact, for less than 1,500 tokens', async () => {
    const opened = open();
    expect(await names(opened)).toEqual(['search_tools', 'describe_tools', 'call_tool', 'fan_out']);
    expect(JSON.stringify(await opened.hub.listTools(opened.caller())).length / 4).toBeLessThan(1_500);
  });

  it('are every tool in profile flat, each under its server’s name', async () => {
    const opened = open();
    await opened.call('up__echo');
    const all = await names(opened, { profile: 'flat' });
    expect(all).toEqual(expect.arrayContaining(['git__status', 'docker__container_list', 'prometheus__query', 'up__echo']));
    expect(new Set(all).size).toBe(all.length);
    for (const name of all) expect(name).toMatch(/^[a-z][a-z0-9-]*__[a-z]/);
  });

  it('follow the configuration', async () => {
    expect(await names(open({ hub: { pinned: ['git__status', 'no__such'] } }))).toEqual([
      'search_tools',
      'describe_tools',
      'call_tool',
      'fan_out',
      'git__status',
    ]);
    const flat = await names(
      open({ hub: { profile: 'flat' }, servers: { docker: { enabled: false }, git: { tools: { log: { enabled: false } } } } }),
    );
    expect(flat).toContain('git__status');
    expect(flat).not.toContain('git__log');
    expect(flat.filter((name) => name.startsWith('docker__'))).toEqual([]);
  });

  it('show nothing that changes something in read-only mode', async () => {
    const opened = open({ hub: { readOnly: true }, mcpServers: { up: scripted() } });
    const listed = await opened.hub.listTools(opened.caller({ profile: 'flat' }));
    for (const { name, annotations } of listed) expect(annotations?.['readOnlyHint'], name).toBe(true);
    // a hint that no person has approved is a claim
    expect(listed.map(({ name }) => name)).not.toContain('up__echo');
    for (const tool of ['git__commit', 'up__echo'])
      expect((await opened.refusal('call_tool', { tool, arguments: { repo, message: 'x' } })).code, tool).toBe('read_only');
  });

  it('do not wait for a server that never answers, and tell of it when it does', async () => {
    const opened = open({ mcpServers: { silent: scripted({ initialize: 'never' }), up: scripted() } });
    const listed = names(opened, { profile: 'flat' });
    expect(await listed).toEqual(expect.arrayContaining(['git__status']));
    await expect.poll(() => names(opened, { profile: 'flat' }), PATIENT).toContain('up__echo');
  });

  it('tell of changes', async () => {
    const opened = open();
    await opened.call('up__echo');
    const heard: unknown[] = [];
    opened.hub.onChange((change) => void heard.push(change));
    await opened.call('up__change');
    await expect.poll(() => heard, PATIENT).toContain('tools');
  });
});

describe('the hub’s own tools', () => {
  it('find tools by what they do, names first, one line each', async () => {
    const result = await open().call('search_tools', { query: 'show the commit history of a repository', limit: 5 });
    const { tools } = result.structuredContent as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toContain('git__log');
    const lines = (result.content[0] as { text: string }).text.split('\n');
    expect(lines.map((line) => line.split(':')[0])).toEqual(tools.map(({ name }) => name));
  });

  it('find nothing politely, and nothing that the caller may not see', async () => {
    const opened = open();
    expect(JSON.stringify(await opened.call('search_tools', { query: 'zzzzqq' }))).toContain('No tool fits');
    const found = await opened.call('search_tools', { query: 'commit history' }, { principal: ada });
    expect((found.structuredContent as { tools: unknown[] }).tools).toEqual([]);
  });

  it('describe tools, and help with names', async () => {
    const opened = open();
    const result = await opened.call('describe_tools', { tools: ['git__status', 'git__statsu'] });
    expect(result.structuredContent).toMatchObject({
      tools: [{ name: 'git__status', inputSchema: { properties: { repo: {} } } }],
      missing: [expect.stringContaining('git__statsu')],
    });
    expect(await opened.refusal('describe_tools', { tools: ['git__statsu'] })).toMatchObject({ code: 'not_found' });
  });

  it('refuse bad input like every tool', async () => {
    const { refusal } = open();
    expect(await refusal('search_tools', { qurey: 'x' })).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('did you mean "query"?'),
    });
    expect(await refusal('call_tool', { tool: 'git__status', args: {} })).toMatchObject({ code: 'invalid_input' });
    expect(await refusal('fan_out', { calls: [] })).toMatchObject({ code: 'invalid_input' });
    expect(await refusal('call_tool', { tool: 'git__sttus' })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('git__status'),
    });
    expect(await refusal('call_tool', { tool: 'call_tool', arguments: { tool: 'git__status' } })).toMatchObject({ code: 'not_found' });
    expect(await refusal('call_tool', { tool: 'git__status', arguments: { repo, nonsense: 1 } })).toMatchObject({ code: 'invalid_input' });
  });
});

describe('calls', () => {
  it('reach a built-in server and are recorded under their own name', async () => {
    const opened = open();
    const direct = await opened.call('git__log', { repo, limit: 1 });
    expect(JSON.stringify(direct)).toContain('first commit');
    const inner = await opened.call('call_tool', { tool: 'git__log', arguments: { repo, limit: 1 } });
    expect(inner.structuredContent).toEqual(direct.structuredContent);
    expect(opened.events.map(({ server, tool, effect, outcome }) => [server, tool, effect, outcome])).toEqual([
      ['git', 'log', 'read', 'ok'],
      ['git', 'log', 'read', 'ok'],
    ]);
  });

  it.each([
    'no_such',
    'git__no_such',
    'no-such__status',
    'up__no_such',
    'git__',
    '__status',
    'constructor',
    '__proto__',
    'git__constructor',
  ])('of an unknown tool are told so by its whole name: %s', async (name) => {
    const opened = open();
    expect(await failure(opened.call(name))).toMatchObject({ message: `Unknown tool: ${name}` });
    expect(opened.events).toMatchObject([{ decision: 'refused', code: 'unknown_tool' }]);
  });

  it('that the caller may not see look like unknown ones', async () => {
    const opened = open();
    for (const name of ['git__status', 'up__echo', 'git__lost'])
      expect(await failure(opened.call(name, { repo }, { principal: ada }))).toMatchObject({ message: `Unknown tool: ${name}` });
    expect(await opened.refusal('call_tool', { tool: 'git__status' }, { principal: ada })).toMatchObject({ code: 'not_found' });
  });

  it('of a stranger are refused, and the catalogue is open', async () => {
    const opened = open();
    const stranger: Partial<Caller> = { principal: ANONYMOUS, transport: 'http' };
    expect(await names(opened, { ...stranger, profile: 'flat' })).toContain('git__status');
    expect((await opened.refusal('git__status', { repo }, stranger)).code).toBe('unauthenticated');
    expect((await opened.refusal('call_tool', { tool: 'git__status', arguments: { repo } }, stranger)).code).toBe('unauthenticated');
    expect(JSON.stringify(await opened.call('fan_out', { calls: [{ tool: 'git__status', arguments: { repo } }] }, stranger))).toContain(
      'unauthenticated',
    );
    // strangers wait for a person's approval of other people's servers
    expect(await names(opened, { ...stranger, profile: 'flat' })).not.toContain('up__echo');
  });

  it('know their schemas, and which may turn to the client', async () => {
    const { hub, call } = open();
    await call('up__echo');
    expect(hub.inputSchemaOf('git__status')).toMatchObject({ type: 'object' });
    expect(hub.inputSchemaOf('call_tool')).toMatchObject({ type: 'object' });
    for (const name of ['git__no_such', 'no_such', 'constructor', 'git__constructor'])
      expect(hub.inputSchemaOf(name), name).toBeUndefined();
    expect(['git__status', 'up__echo', 'call_tool', 'search_tools'].map((name) => hub.mayRequest(name))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('consent', () => {
  const destroy = { tool: 'git__branch_delete', arguments: { repo: '', name: 'doomed' } };
  const prepare = (): typeof destroy => {
    git('branch', '-f', 'doomed');
    return { ...destroy, arguments: { ...destroy.arguments, repo } };
  };
  const isThere = (): boolean => git('branch', '--list', 'doomed').includes('doomed');

  it('is a plan for an owner who cannot be asked, also through call_tool', async () => {
    const inner = prepare();
    const { refusal, call } = open();
    const planned = await refusal('call_tool', inner);
    expect([planned.code, isThere()]).toEqual(['confirmation_required', true]);
    expect((await call('call_tool', { ...inner, arguments: { ...inner.arguments, plan_token: tokenOf(planned) } })).isError).not.toBe(true);
    expect(isThere()).toBe(false);
  });

  it('is asked of a person who can be', async () => {
    const inner = prepare();
    const opened = open();
    for (const [tool, args] of [
      ['git__branch_delete', inner.arguments],
      ['call_tool', inner],
    ] as const)
      expect(await opened.call(tool, args, CAN_ASK)).toMatchObject({
        asked: { 'io.deployment-engine/confirm': { method: 'elicitation/create' } },
      });
    expect(isThere()).toBe(true);
  });

  it('is not gone around by fan_out: a person who can be asked is', async () => {
    const inner = prepare();
    const opened = open();
    const result = await opened.call('fan_out', { calls: [inner] }, CAN_ASK);
    expect(result.structuredContent).toMatchObject({
      satisfied: false,
      results: [{ status: 'error', error: { code: 'unsupported', hint: expect.stringContaining('call_tool') } }],
    });
    expect(JSON.stringify(result)).not.toContain('plan_token');
    expect(isThere()).toBe(true);
  });

  it('is not gone around by a key for repetition', async () => {
    const inner = prepare();
    const { refusal } = open();
    for (const _turn of [1, 2])
      expect((await refusal('git__branch_delete', { ...inner.arguments, idempotency_key: 'k' })).code).toBe('confirmation_required');
    expect(isThere()).toBe(true);
  });

  it('can be wanted by the operator for a tool that only writes', async () => {
    const { refusal, call } = open({ servers: { git: { tools: { tag_create: { confirm: 'plan' } } } } });
    const args = { repo, name: `v${Date.now()}` };
    const planned = await refusal('git__tag_create', args);
    expect(planned.code).toBe('confirmation_required');
    expect((await call('git__tag_create', { ...args, plan_token: tokenOf(planned) })).isError).not.toBe(true);
  });

  it('can be denied altogether', async () => {
    const inner = prepare();
    const { refusal } = open({ servers: { git: { tools: { branch_delete: { confirm: 'deny' } } } } });
    expect((await refusal('git__branch_delete', inner.arguments, CAN_ASK)).code).toBe('forbidden');
  });
});

describe('fan_out', () => {
  it('returns every result under its own name, partial ones too', async () => {
    const result = await open().call('fan_out', {
      calls: [
        { tool: 'git__log', arguments: { repo }, id: 'history' },
        { tool: 'git__log', arguments: { repo: '/nowhere' } },
        { tool: 'git__nope' },
        { tool: 'up__echo', arguments: { a: 1 } },
      ],
    });
    expect(result.structuredContent).toMatchObject({
      satisfied: false,
      results: [
        { id: 'history', status: 'ok' },
        { id: '1', status: 'error' },
        { id: '2', status: 'error', error: { code: 'not_found' } },
        { id: '3', status: 'ok', result: { structuredContent: { args: { a: 1 } } } },
      ],
    });
  });

  it.each(['first', 'hedged'])('takes for %s only what may be made twice', async (mode) => {
    const { refusal, call } = open();
    expect(await refusal('fan_out', { mode, calls: [{ tool: 'git__commit', arguments: { repo, message: 'x' } }] })).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('changes something'),
    });
    // read by its own hint only
    expect(await refusal('fan_out', { mode, calls: [{ tool: 'up__echo' }] })).toMatchObject({ code: 'invalid_input' });
    expect(await refusal('fan_out', { mode, calls: [{ tool: 'git__nope' }] })).toMatchObject({ code: 'not_found' });
    expect(await refusal('fan_out', { mode, calls: [{ tool: 'git__commit', arguments: { repo } }] }, { principal: ada })).toMatchObject({
      code: 'not_found',
    });
    expect((await call('fan_out', { mode, calls: [{ tool: 'git__log', arguments: { repo } }] })).structuredContent).toMatchObject({
      satisfied: true,
    });
  });

  it('does not call itself', async () => {
    expect((await open().call('fan_out', { calls: [{ tool: 'fan_out', arguments: { calls: [] } }] })).structuredContent).toMatchObject({
      results: [{ status: 'error', error: { code: 'not_found' } }],
    });
  });
});

describe('results that are too large', () => {
  const config = { hub: { maxResultBytes: 10_000 }, mcpServers: { up: scripted() } };
  const link = (result: ToolResult): string => (result.content.find(({ type }) => type === 'resource_link') as { uri: string }).uri;

  it('stay readable for their caller, from a call and from fan_out', async () => {
    const opened = open(config);
    const results = [
      await opened.call('up__big', { bytes: 50_000 }),
      await opened.call('call_tool', { tool: 'up__big', arguments: { bytes: 50_000 } }),
    ];
    for (const result of results) {
      expect(JSON.stringify(result).length).toBeLessThan(40_000);
      const whole = await opened.hub.readResource(link(result), opened.caller());
      expect(whole.kind === 'result' && (whole.value[0] as { text: string }).text).toContain('x'.repeat(50_000));
      expect(await failure(opened.hub.readResource(link(result), opened.caller({ principal: ada })))).toMatchObject({ code: 'not_found' });
    }
    const many = await opened.call('fan_out', {
      calls: Array.from({ length: 20 }, () => ({ tool: 'up__big', arguments: { bytes: 5_000 } })),
    });
    expect(JSON.stringify(many).length).toBeLessThan(40_000);
    expect(link(many)).toMatch(/^hub\+result:/);
  });
});

describe('reads that are no tool calls', () => {
  it('pass under the server’s name, and are recorded', async () => {
    const opened = open();
    const { hub, caller, events } = opened;
    await opened.call('up__echo');
    events.length = 0;
    expect((await hub.listResources(caller())).map(({ uri }) => uri)).toContain('up+note://one');
    expect((await hub.listTemplates(caller())).map(({ uriTemplate }) => uriTemplate)).toContain('up+note://{name}');
    expect((await hub.listPrompts(caller())).map(({ name }) => name)).toContain('up__p');
    expect(await hub.readResource('up+note://one', caller())).toEqual({
      kind: 'result',
      value: [{ uri: 'up+note://one', text: 'text of note://one' }],
    });
    expect(await hub.getPrompt('up__p', {}, caller())).toMatchObject({
      kind: 'result',
      value: { messages: [{ content: { text: 'prompt p' } }] },
    });
    expect(await hub.complete({ type: 'ref/prompt', name: 'up__p' }, { name: 'x', value: '' }, {}, caller())).toEqual({
      values: ['a', 'b'],
    });
    expect(await hub.complete({ type: 'ref/resource', uri: 'up+note://{name}' }, { name: 'name', value: '' }, {}, caller())).toEqual({
      values: ['a', 'b'],
    });
    expect(events.map(({ server, tool, outcome }) => [server, tool, outcome])).toEqual([
      ['up', 'resources/read note://one', 'ok'],
      ['up', 'prompts/get p', 'ok'],
    ]);
  });

  it('of nothing are told so', async () => {
    const { hub, caller } = open();
    for (const uri of ['', 'x', 'note://one', 'none+note://one', 'up+note://none', 'hub+result://made-up'])
      expect(await failure(hub.readResource(uri, caller())), uri).toMatchObject({ code: 'not_found' });
    for (const name of ['', 'x', 'none__p', 'up__secret'])
      expect(await failure(hub.getPrompt(name, {}, caller())), name).toMatchObject({ code: 'not_found' });
    expect(await failure(hub.complete({ type: 'ref/prompt', name: 'none' }, { name: 'x', value: '' }, {}, caller()))).toMatchObject({
      code: 'invalid_input',
    });
    expect(await failure(hub.watchResource('none+x', caller(), () => undefined))).toMatchObject({ code: 'not_found' });
  });

  it('of a stranger are refused and recorded', async () => {
    const { hub, caller, events } = open();
    const stranger = caller({ principal: ANONYMOUS, transport: 'http' });
    expect(await failure(hub.readResource('up+note://one', stranger))).toMatchObject({ code: 'unauthenticated' });
    expect(await failure(hub.getPrompt('up__p', {}, stranger))).toMatchObject({ code: 'unauthenticated' });
    expect(await failure(hub.watchResource('up+note://one', stranger, () => undefined))).toMatchObject({ code: 'unauthenticated' });
    expect(await failure(hub.complete({ type: 'ref/prompt', name: 'up__p' }, { name: 'x', value: '' }, {}, stranger))).toMatchObject({
      code: 'unauthenticated',
    });
    expect(events.map(({ tool, decision, code }) => [tool, decision, code])).toEqual([
      ['resources/read note://one', 'refused', 'unauthenticated'],
      ['prompts/get p', 'refused', 'unauthenticated'],
    ]);
  });
});

describe('pass-through', () => {
  it('drops the prefix of the only server', async () => {
    const opened = open({ hub: { passthrough: 'Up' }, mcpServers: { Up: scripted(SCRIPT), Other: scripted() } });
    const { hub, caller } = opened;
    expect(await names(opened)).toContain('echo');
    expect(await names(opened)).not.toContain('call_tool');
    expect(await opened.call('echo', { a: 1 })).toMatchObject({ structuredContent: { args: { a: 1 } } });
    expect(await failure(opened.call('search_tools', { query: 'x' }))).toMatchObject({ message: 'Unknown tool: search_tools' });
    expect(await hub.readResource('note://one', caller())).toMatchObject({ value: [{ uri: 'note://one' }] });
    expect((await hub.listPrompts(caller())).map(({ name }) => name)).toEqual(['p']);
  });
});

describe('a configuration', () => {
  it.each([
    ['a server called like the hub', { mcpServers: { Hub: { command: 'x' } } }, 'hub itself'],
    ['a server called like a built-in one', { mcpServers: { GIT: { command: 'x' } } }, '"git" is taken'],
    ['two names that are one', { mcpServers: { 'a b': { command: 'x' }, 'a-b': { command: 'x' } } }, '"a-b" is taken'],
    ['a pass-through to nobody', { hub: { passthrough: 'nobody' } }, 'no server "nobody"'],
  ])('with %s is refused in one line', (_name, config, words) => {
    const machine = testMachine();
    closing.push(() => machine.dispose());
    expect(() => createHub(hubConfig.parse(config), machine)).toThrow(words);
  });

  it('may take a built-in server’s place once that is off, and leaves out what is off', async () => {
    const opened = open({ servers: { git: { enabled: false } }, mcpServers: { git: scripted(), off: { ...scripted(), enabled: false } } });
    expect(await opened.call('git__echo')).toMatchObject({ structuredContent: { args: {} } });
    expect(await failure(opened.call('off__echo'))).toMatchObject({ message: 'Unknown tool: off__echo' });
  });

  it.each([
    { hub: { profile: 'huge' } },
    { hub: { concurrency: 0 } },
    { hub: { unknown: 1 } },
    { mcpServers: { a: {} } },
    { mcpServers: { a: { command: '' } } },
    { mcpServers: { a: { url: 'file:///etc/passwd' } } },
    { mcpServers: { a: { url: 'not a url' } } },
    { mcpServers: { ['x'.repeat(101)]: { command: 'x' } } },
    { servers: { git: { isolation: 'jail' } } },
    { other: {} },
  ])('is checked: %j', (config) => {
    expect(hubConfig.safeParse(config).success).toBe(false);
  });
});
