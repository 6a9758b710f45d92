import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '@deployment-engine/shared/contracts';
import type { Caller } from '@deployment-engine/shared/toolkit';
import { failure, PATIENT, scripted } from './testing/machine.ts';
import { ada, CAN_ASK, git, names, open, repo, tokenOf } from './testing/open-hub.ts';

describe('the lists', () => {
  it('are five tools in profile compact, for less than 1,500 tokens', async () => {
    const opened = open();
    expect(await names(opened)).toEqual(['search_tools', 'describe_tools', 'route', 'call_tool', 'fan_out']);
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
      'route',
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

  it('are on the record like every call, what is refused too', async () => {
    const opened = open();
    await opened.call('search_tools', { query: 'with password=hunter2hunter2 commit' });
    await opened.call('route', { sentence: 'show the status' });
    await opened.refusal('describe_tools', { tools: 7 });
    expect(opened.events).toMatchObject([
      { server: 'hub', tool: 'search_tools', effect: 'read', decision: 'allowed', outcome: 'ok' },
      { server: 'hub', tool: 'route', outcome: 'ok' },
      { server: 'hub', tool: 'describe_tools', decision: 'refused', code: 'invalid_input' },
    ]);
    expect(JSON.stringify(opened.events)).not.toContain('hunter2');
    // what carries other calls leaves the record to them
    await opened.call('call_tool', { tool: 'git__status', arguments: { repo } });
    expect(opened.events.slice(3)).toMatchObject([{ server: 'git', tool: 'status' }]);
  });

  it('hold back whoever looks too often, but not the owner', async () => {
    const opened = open({ hub: { rateLimit: { perMinute: 1, burst: 2 } } });
    const look = (given: Partial<Caller>) => opened.call('search_tools', { query: 'commit' }, given);
    const stranger = { principal: ANONYMOUS, transport: 'http' } as const;
    for (const _ of [1, 2]) expect((await look(stranger)).isError).toBeUndefined();
    const error = await opened.refusal('describe_tools', { tools: ['git__log'] }, stranger);
    expect(error).toMatchObject({ code: 'rate_limited', retry_after_ms: expect.any(Number) as number });
    for (const _ of [1, 2, 3]) expect((await look({})).isError).toBeUndefined();
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
    ] as const) {
      const { asked } = (await opened.call(tool, args, CAN_ASK)) as unknown as { asked: Record<string, { method: string }> };
      expect(Object.entries(asked)).toEqual([
        [expect.stringMatching(/^io\.deployment-engine\/confirm\//), expect.objectContaining({ method: 'elicitation/create' })],
      ]);
    }
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
