import { describe, expect, it } from 'vitest';
import { type AuditEvent } from '../contracts/index.ts';
import { type OpenServer } from '../testing/open.ts';
import { failure } from './pipeline/call.testing.ts';

import { begin, KEY } from './runtime.testing.ts';

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
