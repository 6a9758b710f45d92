import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ToolError } from '@deployment-engine/shared/contracts';
import { createExec, createLog, createRoots } from '@deployment-engine/shared/platform';
import {
  createRuntime,
  defaultPolicy,
  definePrompt,
  defineResource,
  defineServer,
  defineTool,
  InputRequired,
  reads,
  type ServerDefinition,
  writes,
} from '@deployment-engine/shared/toolkit';
import { callerFor, callFor, failure } from '../testing/machine.ts';
import { InProcessUpstream } from './in-process.ts';

const nothing = z.strictObject({});
const near = defineServer({
  name: 'near',
  title: 'Near',
  description: 'A server in this process.',
  version: '1.0.0',
  port: 0,
  instructions: 'Be near.',
  config: nothing,
  deps: {},
  tools: [
    defineTool({
      name: 'text_echo',
      title: 'Echo',
      description: 'Says it again.',
      scopes: ['text:read'],
      annotations: reads(),
      inputSchema: z.strictObject({ text: z.string().describe('t') }),
      outputSchema: z.object({ text: z.string() }),
      handler: ({ text }) => ({ text }),
    }),
    defineTool({
      name: 'text_keep',
      title: 'Keep',
      description: 'Keeps it.',
      scopes: [],
      toolset: 'more',
      annotations: writes({ idempotent: true }),
      inputSchema: nothing,
      outputSchema: nothing,
      handler: () => ({}),
    }),
  ],
  resources: [
    defineResource({
      uri: 'near://{name}',
      name: 'one',
      title: 'One',
      description: 'One.',
      mimeType: 'text/plain',
      scopes: ['text:read'],
      read: ({ name }) => ({ text: name ?? '' }),
      watch: (_uri, changed) => changed(),
      complete: () => ['a'],
    }),
    defineResource({
      uri: 'near://fixed',
      name: 'fixed',
      title: 'Fixed',
      description: 'Fixed.',
      mimeType: 'text/plain',
      read: () => ({ text: 'fixed' }),
    }),
  ],
  prompts: [
    definePrompt({
      name: 'p',
      title: 'P',
      description: 'P.',
      arguments: nothing,
      build: (_args, { ask }) => ask.elicit('k', { message: '?', schema: z.strictObject({}) }).action,
    }),
  ],
  probe: async () => ({ ready: false, missing: 'a backend', hint: 'Start it.' }),
});

function upstream(given: { load?: () => Promise<ServerDefinition>; toolsets?: string[] } = {}) {
  const env = {};
  const loaded = { times: 0 };
  const one = new InProcessUpstream({
    name: 'near',
    surface: () => near.surface(),
    load: async () => {
      loaded.times += 1;
      return given.load ? given.load() : near;
    },
    start: (definition) =>
      createRuntime(definition, {
        env,
        roots: createRoots({ env, cwd: '/' }),
        exec: createExec({ env }),
        log: createLog({ level: 'silent' }),
        stateDir: '/nonexistent',
        policy: defaultPolicy(),
        record: () => undefined,
        observe: () => undefined,
      }),
    toolsets: given.toolsets,
  });
  return { one, loaded };
}

const never = new AbortController().signal;

describe('a built-in server in this process', () => {
  it('is listed without loading any of its code', async () => {
    const { one, loaded } = upstream();
    const catalogue = await one.catalogue();
    expect(catalogue).toBe(one.known());
    expect(catalogue).toMatchObject({
      tools: [{ name: 'text_echo' }, { name: 'text_keep' }],
      resources: [{ uri: 'near://fixed' }],
      templates: [{ uriTemplate: 'near://{name}' }],
      prompts: [{ name: 'p' }],
      instructions: 'Be near.',
      completions: true,
    });
    expect(catalogue.tools.map((tool) => one.traits(tool))).toEqual([
      { effect: 'read', idempotent: true, scopes: ['text:read'], deadlineMs: 60_000 },
      { effect: 'write', idempotent: true, scopes: [], deadlineMs: 60_000 },
    ]);
    expect(one.traits({ name: 'made_up', inputSchema: {} }).effect).toBe('destroy');
    expect([one.state, one.mayRequest, one.builtin, loaded.times]).toEqual(['idle', false, true, 0]);
    expect(await one.target('made_up', callFor('made_up'))).toBeUndefined();
    expect(loaded.times).toBe(0);
  });

  it('is loaded once by the first call', async () => {
    const { one, loaded } = upstream();
    const targets = await Promise.all([one.target('text_echo', callFor('text_echo')), one.target('text_keep', callFor('text_keep'))]);
    expect(targets.map((target) => target?.name)).toEqual(['text_echo', 'text_keep']);
    expect([loaded.times, one.state]).toEqual([1, 'ready']);
    await one.close();
  });

  it('shows only the toolsets that are on', async () => {
    const { one } = upstream({ toolsets: ['core'] });
    expect((await one.catalogue()).tools.map(({ name }) => name)).toEqual(['text_echo']);
    expect(await one.target('text_keep', callFor('text_keep'))).toBeUndefined();
  });

  it('that cannot be loaded is down, and is tried again', async () => {
    const faults = [
      new Error('SyntaxError in /root/secret.js'),
      new ToolError('invalid_input', 'servers.near.x: wrong', { hint: 'Mend it.' }),
    ];
    const { one, loaded } = upstream({
      load: async () => {
        const fault = faults.shift();
        if (fault) throw fault;
        return near;
      },
    });
    const error = await failure(one.target('text_echo', callFor('text_echo')));
    expect(error).toMatchObject({ code: 'unavailable' });
    expect((error as Error).message).not.toContain('secret');
    expect([one.state, one.problem]).toEqual(['down', 'the server cannot be loaded']);
    expect(await one.probe(never)).toEqual({ ready: false, missing: 'servers.near.x: wrong', hint: 'Mend it.' });
    expect((await one.target('text_echo', callFor('text_echo')))?.name).toBe('text_echo');
    expect([one.state, one.problem, loaded.times]).toEqual(['ready', undefined, 3]);
    expect(await one.probe(never)).toEqual({ ready: false, missing: 'a backend', hint: 'Start it.' });
  });

  it('guards its resources by their scopes', async () => {
    const { one } = upstream();
    const stranger = callerFor({ principal: { id: 'user:ada', kind: 'user', scopes: [], roles: [] } });
    expect(await one.readResource('near://x', callerFor())).toEqual([{ uri: 'near://x', mimeType: 'text/plain', text: 'x' }]);
    expect(await failure(one.readResource('near://x', stranger))).toMatchObject({ code: 'forbidden' });
    expect(await one.readResource('near://fixed', stranger)).toHaveLength(1);
    expect(await failure(one.watchResource('near://x', stranger, () => undefined))).toMatchObject({ code: 'forbidden' });
    expect(
      await failure(one.complete({ type: 'ref/resource', uri: 'near://{name}' }, { name: 'name', value: '' }, {}, stranger)),
    ).toMatchObject({ code: 'forbidden' });
    expect(await one.complete({ type: 'ref/resource', uri: 'near://{name}' }, { name: 'name', value: '' }, {}, callerFor())).toMatchObject({
      values: ['a'],
    });
    let changes = 0;
    (await one.watchResource('near://x', callerFor(), () => (changes += 1)))();
    expect(changes).toBe(1);
  });

  it('asks through the hub, which knows the client', async () => {
    const { one } = upstream();
    expect(await failure(one.getPrompt('p', {}, callerFor({ can: { elicitation: true, sampling: false, roots: false } })))).toBeInstanceOf(
      InputRequired,
    );
    expect(
      await one.getPrompt(
        'p',
        {},
        callerFor({ can: { elicitation: true, sampling: false, roots: false }, answers: { k: { action: 'decline' } } }),
      ),
    ).toMatchObject({ messages: [{ content: { text: 'decline' } }] });
  });

  it('ends without having begun', async () => {
    const { one, loaded } = upstream();
    one.onChange(() => expect.fail('it never changes'))();
    await one.close();
    expect(loaded.times).toBe(0);
  });
});
