import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ANONYMOUS, type AuditEvent, type Principal, ToolError } from '../contracts/index.ts';
import { open, type OpenOptions, type OpenServer } from '../testing/open.ts';
import { UnknownTool } from './call.ts';
import type { ServerEnv, ToolContext } from './context.ts';
import { definePrompt } from './define-prompt.ts';
import { defineResource } from './define-resource.ts';
import { defineServer } from './define-server.ts';
import { defineTool, destroys, reads, writes } from './define-tool.ts';
import { outputPath } from './output-path.ts';
import { failure } from './pipeline/call.testing.ts';

const KEY = `AKIAIOSFODNN7EXAMPLE`;
const nothing = z.strictObject({});

interface Notes {
  all: () => string[];
  close: () => void;
}

/** A server of everything, whose backend tells when it was made and closed. */
function notes(seen: string[] = []) {
  return defineServer({
    name: 'notes',
    title: 'Notes',
    description: 'Notes for tests.',
    version: '1.2.3',
    port: 0,
    instructions: 'Use it in tests.',
    config: z.strictObject({ greeting: z.string().default('hello') }),
    deps: {
      notes: ({ config }: ServerEnv<{ greeting: string }>): Notes => {
        seen.push(`made with ${config.greeting}`);
        return { all: () => ['one', 'two'], close: () => void seen.push('closed') };
      },
      never: (): string => {
        seen.push('never');
        throw new Error('/root/secret');
      },
    },
    tools: [
      defineTool({
        name: 'note_list',
        title: 'List',
        description: 'Lists notes.',
        scopes: ['notes:read'],
        annotations: reads(),
        inputSchema: z.strictObject({ prefix: z.string().default('').describe('p'), sarif_path: outputPath('o') }),
        outputSchema: z.object({ notes: z.array(z.string()) }),
        handler: ({ prefix }, { deps }: ToolContext<{ notes: Notes }>) => ({
          notes: deps.notes.all().filter((note) => note.startsWith(prefix)),
        }),
      }),
      defineTool({
        name: 'note_wrong',
        title: 'Wrong',
        description: 'Breaks its word.',
        scopes: [],
        annotations: reads(),
        inputSchema: nothing,
        outputSchema: z.object({ n: z.number() }),
        handler: () => ({ n: 'x' }) as unknown as { n: number },
      }),
      defineTool({
        name: 'note_fault',
        title: 'Fault',
        description: 'Uses what cannot be made.',
        scopes: [],
        annotations: reads(),
        inputSchema: nothing,
        outputSchema: nothing,
        handler: (_input, { deps }: ToolContext<{ never: string }>) => ({ [deps.never]: 1 }) as Record<string, never>,
      }),
      defineTool({
        name: 'note_add',
        title: 'Add',
        description: 'Adds a note.',
        scopes: ['notes:write'],
        annotations: writes(),
        inputSchema: nothing,
        outputSchema: nothing,
        handler: () => ({}),
      }),
      defineTool({
        name: 'note_drop',
        title: 'Drop',
        description: 'Drops all.',
        scopes: ['notes:write'],
        toolset: 'danger',
        annotations: destroys(),
        inputSchema: nothing,
        outputSchema: nothing,
        handler: () => ({}),
      }),
    ],
    resources: [
      defineResource({
        uri: 'notes://about',
        name: 'about',
        title: 'About',
        description: 'About.',
        mimeType: 'text/plain',
        read: () => ({ text: `key ${KEY}` }),
      }),
      defineResource({
        uri: 'notes://note/{name}',
        name: 'note',
        title: 'Note',
        description: 'One note.',
        mimeType: 'text/plain',
        scopes: ['notes:read'],
        read: ({ name }, { deps }: ToolContext<{ notes: Notes }>) => {
          if (!deps.notes.all().includes(name ?? '')) throw new ToolError('not_found', `no note ${name}`);
          return [{ text: name ?? '' }, { uri: 'notes://else', mimeType: 'text/html', blob: 'AAAA' }];
        },
        list: ({ deps }) => deps.notes.all().map((name) => ({ uri: `notes://note/${name}`, name })),
        complete: (_variable, typed, { deps }) => deps.notes.all().filter((name) => name.startsWith(typed)),
        watch: (_uri, changed, { signal }) => {
          seen.push('watching');
          changed();
          signal.addEventListener('abort', () => void seen.push('watch ended'));
        },
      }),
      defineResource({
        uri: 'notes://broken/{name}',
        name: 'broken',
        title: 'Broken',
        description: 'Throws.',
        mimeType: 'text/plain',
        read: () => Promise.reject(new Error('ENOENT /root/secret')),
        list: () => Promise.reject(new Error('away')),
        watch: () => Promise.reject(new Error('ENOENT /root/secret')),
        complete: () => Promise.reject(new Error('ENOENT /root/secret')),
      }),
    ],
    prompts: [
      definePrompt({
        name: 'review',
        title: 'Review',
        description: 'Reviews.',
        arguments: z.strictObject({ topic: z.string().describe('t'), tone: z.string().optional().describe('o') }),
        build: ({ topic, tone }) => `Review ${topic} ${tone ?? ''} ${KEY}`,
        complete: (argument, typed) => Array.from({ length: 150 }, (_, index) => `${argument} ${typed}${index}`),
      }),
      definePrompt({
        name: 'ask_first',
        title: 'Ask',
        description: 'Asks first.',
        arguments: nothing,
        build: (_args, { ask }) => [
          {
            role: 'user',
            content: {
              type: 'text',
              text: ask.elicit('who', { message: `Who? ${KEY}`, schema: z.strictObject({ name: z.string().describe('n') }) }).action,
            },
          },
        ],
      }),
    ],
  });
}

const ada: Principal = { id: 'user:ada', kind: 'user', scopes: [], roles: [] };
const opened: OpenServer[] = [];
const begin = async (options: OpenOptions = {}, seen: string[] = []): Promise<OpenServer> => {
  const server = await open(notes(seen), options);
  opened.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

describe('backends', () => {
  it('are made by the first call that needs them, once, and closed with the server', async () => {
    const seen: string[] = [];
    const { runtime, caller, call } = await begin({ config: { greeting: 'hi' } }, seen);
    await runtime.listTools(caller());
    await runtime.listTemplates(caller());
    await runtime.listPrompts(caller());
    await runtime.readResource('notes://about', caller());
    expect(runtime.surface.tools).toHaveLength(5);
    expect(seen).toEqual([]);
    expect(await call('note_list')).toMatchObject({ ok: true, output: { notes: ['one', 'two'] } });
    await call('note_list', { prefix: 't' });
    expect(seen).toEqual(['made with hi']);
    await runtime.close();
    await runtime.close();
    expect(seen).toEqual(['made with hi', 'closed']);
  });

  it('that cannot be made are a fault without words, and are tried again', async () => {
    const seen: string[] = [];
    const { call } = await begin({}, seen);
    for (const attempt of [1, 2]) {
      const result = await call('note_fault');
      expect(result, String(attempt)).toMatchObject({ ok: false, error: { code: 'internal' } });
      expect(JSON.stringify(result)).not.toContain('secret');
    }
    expect(seen).toEqual(['never', 'never']);
  });
});

describe('calls', () => {
  it('are recorded, also those that are refused', async () => {
    const { call, records } = await begin({ readOnly: true });
    await call('note_list');
    await call('note_add');
    await call('note_list', { prefx: 'x' });
    await failure(call('no_such'));
    expect(records.map(({ tool, decision, outcome, code }) => [tool, decision, outcome, code])).toEqual([
      ['note_list', 'allowed', 'ok', undefined],
      ['note_add', 'refused', 'error', 'read_only'],
      ['note_list', 'refused', 'error', 'invalid_input'],
      ['no_such', 'refused', 'error', 'unknown_tool'],
    ]);
  });

  it('that return what their schema refuses are a fault of ours', async () => {
    expect(await (await begin()).call('note_wrong')).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  it('of a read with an output path are writes', async () => {
    const { call, records } = await begin({ readOnly: true });
    expect(await call('note_list', { sarif_path: 'a.sarif' })).toMatchObject({ ok: false, error: { code: 'read_only' } });
    expect(records).toMatchObject([{ effect: 'write', decision: 'refused' }]);
  });
});

describe('who sees what', () => {
  const names = async ({ runtime, caller }: OpenServer): Promise<string[]> => (await runtime.listTools(caller())).map(({ name }) => name);

  it('follows toolsets', async () => {
    const { runtime } = await begin();
    expect(await names(await begin())).toHaveLength(5);
    expect(runtime.info).toEqual({
      name: 'notes',
      title: 'Notes',
      version: '1.2.3',
      description: 'Notes for tests.',
      instructions: 'Use it in tests.',
    });
    expect(runtime.offers).toMatchObject({ tools: true, resources: true, subscribe: true, prompts: true, completions: true });
  });

  it('follows read-only mode', async () => {
    expect(await names(await begin({ readOnly: true }))).toEqual(['note_list', 'note_wrong', 'note_fault']);
  });

  it('answers what is hidden exactly like what does not exist', async () => {
    const { call } = await begin({ principal: ada });
    const [hidden, missing] = [await failure(call('note_list')), await failure(call('note_lost'))];
    expect(hidden).toBeInstanceOf(UnknownTool);
    expect((hidden as Error).message.replace('note_list', '')).toBe((missing as Error).message.replace('note_lost', ''));
    // not even bad arguments tell them apart
    expect(await failure(call('note_list', { nonsense: 1 }))).toBeInstanceOf(UnknownTool);
  });

  it('shows a stranger the catalogue and no content', async () => {
    const seen: string[] = [];
    const server = await begin({ principal: ANONYMOUS, transport: 'http' }, seen);
    const { runtime, caller, call } = server;
    expect(await names(server)).toHaveLength(5);
    expect(await call('note_list')).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    expect((await runtime.listResources(caller())).map(({ uri }) => uri)).toEqual(['notes://about']);
    expect(await failure(runtime.readResource('notes://note/one', caller()))).toMatchObject({ code: 'unauthenticated' });
    expect(await failure(runtime.getPrompt('review', { topic: 'x' }, caller()))).toMatchObject({ code: 'unauthenticated' });
    expect(
      await failure(runtime.complete({ type: 'ref/resource', uri: 'notes://note/{name}' }, { name: 'name', value: '' }, {}, caller())),
    ).toMatchObject({ code: 'unauthenticated' });
    expect(await failure(runtime.watchResource('notes://note/one', caller(), () => undefined))).toMatchObject({ code: 'unauthenticated' });
    expect(seen).toEqual([]);
  });

  it('asks for a resource’s scopes on every road to it', async () => {
    const { runtime, caller } = await begin({ principal: ada });
    expect(await failure(runtime.readResource('notes://note/one', caller()))).toMatchObject({ code: 'forbidden' });
    expect(
      await failure(runtime.complete({ type: 'ref/resource', uri: 'notes://note/{name}' }, { name: 'name', value: '' }, {}, caller())),
    ).toMatchObject({ code: 'forbidden' });
    expect(await failure(runtime.watchResource('notes://note/one', caller(), () => undefined))).toMatchObject({ code: 'forbidden' });
    expect((await runtime.listResources(caller())).map(({ uri }) => uri)).toEqual(['notes://about']);
    // the hub has decided already
    expect(await runtime.readResource('notes://note/one', { ...caller(), decided: true })).toMatchObject({ kind: 'result' });
  });
});

describe('resources', () => {
  it('are read, cleaned and recorded', async () => {
    const { runtime, caller, records } = await begin();
    const outcome = await runtime.readResource('notes://about', caller());
    expect(outcome).toMatchObject({ kind: 'result', value: [{ uri: 'notes://about', mimeType: 'text/plain' }] });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
    expect(await runtime.readResource('notes://note/one', caller())).toEqual({
      kind: 'result',
      value: [
        { uri: 'notes://note/one', mimeType: 'text/plain', text: 'one' },
        { uri: 'notes://else', mimeType: 'text/html', blob: 'AAAA' },
      ],
    });
    expect(records).toMatchObject([
      { tool: 'resources/read notes://about', outcome: 'ok', effect: 'read' },
      { outcome: 'ok' },
    ] satisfies Partial<AuditEvent>[]);
  });

  it('that do not exist say so, and a long name is not kept whole', async () => {
    const { runtime, caller, records } = await begin();
    for (const uri of ['notes://none', 'other://x', '', `notes://note/${'x'.repeat(100_000)}`])
      expect(await failure(runtime.readResource(uri, caller())), uri.slice(0, 20)).toMatchObject({ code: 'not_found' });
    expect(JSON.stringify(records).length).toBeLessThan(5_000);
  });

  it('are listed without the one whose backend is away', async () => {
    const { runtime, caller } = await begin();
    expect((await runtime.listResources(caller())).map(({ uri }) => uri)).toEqual([
      'notes://about',
      'notes://note/one',
      'notes://note/two',
    ]);
    expect((await runtime.listTemplates(caller())).map(({ uriTemplate }) => uriTemplate)).toEqual([
      'notes://note/{name}',
      'notes://broken/{name}',
    ]);
  });

  it('are watched until it is stopped', async () => {
    const seen: string[] = [];
    const { runtime, caller } = await begin({}, seen);
    let changes = 0;
    const stop = await runtime.watchResource('notes://note/one', caller(), () => {
      changes += 1;
    });
    expect(changes).toBe(1);
    stop();
    expect(seen).toEqual(['watching', 'watch ended']);
    expect(await failure(runtime.watchResource('notes://about', caller(), () => undefined))).toMatchObject({ code: 'unsupported' });
  });

  it.each<[string, (server: OpenServer) => Promise<unknown>]>([
    ['read', ({ runtime, caller }) => runtime.readResource('notes://broken/x', caller())],
    ['watch', ({ runtime, caller }) => runtime.watchResource('notes://broken/x', caller(), () => undefined)],
    [
      'complete',
      ({ runtime, caller }) =>
        runtime.complete({ type: 'ref/resource', uri: 'notes://broken/{name}' }, { name: 'name', value: '' }, {}, caller()),
    ],
  ])('that break on %s keep their words to the log', async (_name, run) => {
    const lines: string[] = [];
    const error = await failure(run(await begin({ onLog: (line) => void lines.push(line) })));
    expect(error).toMatchObject({ code: 'internal' });
    expect((error as Error).message).not.toContain('secret');
  });

  it('end with the caller', async () => {
    const stop = new AbortController();
    stop.abort();
    const { runtime, caller } = await begin();
    expect(await failure(runtime.readResource('notes://note/one', caller({ signal: stop.signal })))).toMatchObject({ code: 'cancelled' });
  });
});

describe('prompts and completion', () => {
  it('are built from checked arguments, cleaned', async () => {
    const { runtime, caller } = await begin();
    const outcome = await runtime.getPrompt('review', { topic: 'x' }, caller());
    expect(outcome).toMatchObject({
      kind: 'result',
      value: {
        description: 'Reviews.',
        messages: [{ role: 'user', content: { type: 'text', text: expect.stringContaining('Review x') } }],
      },
    });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
    expect(await failure(runtime.getPrompt('review', {}, caller()))).toMatchObject({ code: 'invalid_input' });
    expect(await failure(runtime.getPrompt('review', { topic: 'x', tpic: 'y' }, caller()))).toMatchObject({ code: 'invalid_input' });
    expect(await failure(runtime.getPrompt('none', {}, caller()))).toMatchObject({ code: 'not_found' });
    expect((await runtime.listPrompts(caller()))[0]?.arguments).toEqual([
      { name: 'topic', description: 't', required: true },
      { name: 'tone', description: 'o', required: false },
    ]);
  });

  it('may ask the client first', async () => {
    const { runtime, caller } = await begin();
    const asking = await runtime.getPrompt('ask_first', {}, caller({ can: { elicitation: true } }));
    expect(asking).toMatchObject({ kind: 'input', requests: { who: { method: 'elicitation/create' } } });
    expect(JSON.stringify(asking)).not.toContain(KEY);
    expect(
      await runtime.getPrompt('ask_first', {}, caller({ can: { elicitation: true }, answers: { who: { action: 'decline' } } })),
    ).toMatchObject({ kind: 'result', value: { messages: [{ content: { text: 'decline' } }] } });
  });

  it('complete up to a hundred values', async () => {
    const { runtime, caller } = await begin();
    const completion = await runtime.complete({ type: 'ref/prompt', name: 'review' }, { name: 'topic', value: 'a' }, {}, caller());
    expect(completion).toMatchObject({ total: 150, hasMore: true });
    expect(completion.values).toHaveLength(100);
    expect(
      await runtime.complete({ type: 'ref/resource', uri: 'notes://note/{name}' }, { name: 'name', value: 't' }, {}, caller()),
    ).toEqual({ values: ['two'], total: 1, hasMore: false });
    expect(await runtime.complete({ type: 'ref/prompt', name: 'ask_first' }, { name: 'x', value: '' }, {}, caller())).toEqual({
      values: [],
      total: 0,
      hasMore: false,
    });
    expect(await failure(runtime.complete({ type: 'ref/prompt', name: 'none' }, { name: 'x', value: '' }, {}, caller()))).toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('a server as a backend', () => {
  it('knows its schemas, never turns to its client by itself, and has a fixed surface', async () => {
    const { runtime } = await begin();
    expect(runtime.inputSchemaOf('note_list')).toMatchObject({ type: 'object' });
    expect(runtime.inputSchemaOf('constructor')).toBeUndefined();
    expect(runtime.mayRequest()).toBe(false);
    runtime.onChange(() => expect.fail('it never changes'))();
    expect(await runtime.probe(new AbortController().signal)).toEqual({ ready: true });
  });
});
