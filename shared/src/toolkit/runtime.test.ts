import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../contracts/index.ts';
import { type OpenServer } from '../testing/open.ts';
import { failure } from './pipeline/call.testing.ts';

import { UnknownTool } from './call.ts';
import { ada, begin } from './runtime.testing.ts';

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
    expect(await runtime.readResource('notes://note/one', { ...caller(), decided: {} })).toMatchObject({ kind: 'result' });
  });
});
