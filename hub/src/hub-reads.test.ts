import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '@deployment-engine/shared/contracts';
import type { ToolResult } from '@deployment-engine/shared/toolkit';
import { hubConfig } from './config/schema.ts';
import { createHub } from './start.ts';
import { failure, scripted, testMachine } from './testing/machine.ts';
import { ada, closing, names, open, SCRIPT } from './testing/open-hub.ts';

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
