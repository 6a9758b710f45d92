import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { conversation, handshake, modernRequest, OPENINGS, request, type Line } from '../../testing/conversation.ts';
import { open, type OpenServer } from '../../testing/open.ts';
import { notes } from '../runtime.testing.ts';
import { listingOf } from './listing.ts';
import { openStdio } from './open-stdio.ts';

const definition = notes();
const listing = listingOf(definition.surface(), { readOnly: false, toolsets: undefined });
const opened: OpenServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function backend(options: Parameters<typeof open>[1] = {}) {
  const one = await open(definition, options);
  opened.push(one);
  return one.runtime;
}

/** What is said with an opening, and by the server alone. */
async function both(lines: readonly Line[], pieces = 0) {
  return [
    await conversation(lines, { backend: await backend(), listing, pieces }),
    await conversation(lines, { backend: await backend(), pieces }),
  ] as const;
}

const call = (id: number, tool = 'note_list'): object => request(id, 'tools/call', { name: tool, arguments: {} });

describe('a program that answers before its server is there', () => {
  it.each(Object.keys(OPENINGS))('says what the server says: %s', async (kind) => {
    const [quick, plain] = await both(OPENINGS[kind]!);
    expect(quick).toEqual(plain);
    expect(plain.length).toBeGreaterThan(2);
  });

  it.each([1, 7, 4_096])('whatever pieces of %i bytes its input comes in', async (pieces) => {
    const [quick, plain] = await both([...OPENINGS['2025-11-25']!, call(9)], pieces);
    expect(quick).toEqual(plain);
    expect(quick.find((message) => (message as { id?: unknown }).id === 9)).toMatchObject({
      result: { structuredContent: { notes: ['one', 'two'] } },
    });
  });

  const [initialize, initialized] = handshake('2025-06-18') as [{ params: object }, object];
  const odd: Record<string, Line[]> = {
    'a call at once': [initialize, initialized, call(1)],
    'a call before the lists': [initialize, initialized, call(1), request(2, 'tools/list'), request(3, 'ping')],
    'no handshake': [request(1, 'tools/list'), call(2)],
    'a revision that nobody knows': [{ ...initialize, params: { ...initialize.params, protocolVersion: '1999-01-01' } }, call(1)],
    'a handshake without a name': [{ ...initialize, params: { protocolVersion: '2025-06-18', capabilities: {} } }, call(1)],
    'a second handshake': [initialize, initialized, { ...initialize, id: 'again' }, call(1)],
    'an id used twice': [initialize, initialized, request(1, 'tools/list'), request(1, 'tools/list'), call(2)],
    'a page that was never offered': [initialize, initialized, request(1, 'tools/list', { cursor: 'x' })],
    'a list that a server has to make': [initialize, initialized, request(1, 'resources/list')],
    'a method that there is not': [initialize, initialized, request(1, 'tools/liszt'), request(2, 'tools/list')],
    'a line that is no JSON': [initialize, initialized, '{"jsonrpc":', request(1, 'tools/list')],
    'a message of no kind': [initialize, initialized, { id: 1 }, [], 'null', request(1, 'tools/list')],
    'an empty line': [initialize, '', initialized, request(1, 'tools/list')],
    'an id of a wrong kind': [initialize, initialized, { jsonrpc: '2.0', id: 1.5, method: 'ping' }, request(1, 'tools/list')],
    'a handshake that asks for an extension': [{ ...initialize, params: { ...initialize.params, _meta: { a: 1 } } }, initialized, call(1)],
    'modern after a handshake': [initialize, initialized, modernRequest(1, 'tools/list'), request(2, 'tools/list')],
    'a handshake after modern': [modernRequest(1, 'tools/list'), initialize, initialized, request(2, 'tools/list')],
    'a modern call': [modernRequest(1, 'server/discover'), modernRequest(2, 'tools/call', { name: 'note_list', arguments: {} })],
    'a modern ping': [modernRequest(1, 'server/discover'), modernRequest(2, 'ping'), modernRequest(3, 'tools/list')],
    'a log level': [initialize, initialized, request(1, 'logging/setLevel', { level: 'error' }), request(2, 'tools/list')],
  };
  it.each(Object.keys(odd))('leaves what is unusual to the server: %s', async (name) => {
    const [quick, plain] = await both(odd[name]!);
    expect(quick).toEqual(plain);
  });

  it('lists what the options allow', async () => {
    const lines = [...handshake('2025-11-25'), request(1, 'tools/list')];
    const quick = await conversation(lines, {
      backend: await backend(),
      listing: listingOf(definition.surface(), { readOnly: true, toolsets: undefined }),
    });
    expect(quick).toEqual(await conversation(lines, { backend: await backend({ readOnly: true }) }));
    const narrow = await conversation(lines, {
      backend: await backend(),
      listing: listingOf(definition.surface(), { readOnly: false, toolsets: ['none'] }),
    });
    expect(narrow).toContainEqual({ jsonrpc: '2.0', id: 1, result: { tools: [] } });
  });
});

describe('an opening', () => {
  const streams = () => ({ input: new PassThrough(), output: new PassThrough(), listing });
  const text = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

  it('ends with a client that has only looked', async () => {
    const { input, ...rest } = streams();
    input.end(text(OPENINGS['2025-06-18']!));
    expect(await openStdio({ input, ...rest, patience: 60_000 })).toEqual({ left: true });
  });

  it('ends when it is told to, and with a client that is gone', async () => {
    const stop = new AbortController();
    const told = openStdio({ ...streams(), patience: 60_000, signal: stop.signal });
    stop.abort();
    expect(await told).toEqual({ left: true });
    const { output, ...rest } = streams();
    const gone = openStdio({ output, ...rest, patience: 60_000 });
    output.destroy(new Error('EPIPE'));
    expect(await gone).toEqual({ left: true });
  });

  it('calls the server for a client that stays, and gives it everything that was said', async () => {
    const { input, ...rest } = streams();
    const opening = openStdio({ input, ...rest, patience: 1 });
    const said = `${text(OPENINGS['2025-06-18']!)}{"half`;
    input.write(said);
    expect(await opening).toEqual({ left: false, answered: new Set(['hello', 1, 2, 3, 4]) });
    expect((input.read() as Buffer).toString()).toBe(said);
  });

  it('calls the server for more than an opening can be', async () => {
    const { input, ...rest } = streams();
    const opening = openStdio({ input, ...rest, patience: 60_000 });
    for (let sent = 0; sent <= 1024 * 1024; sent += 65_536) input.write(Buffer.alloc(65_536, 'x'));
    expect(await opening).toEqual({ left: false, answered: new Set() });
  });

  it('calls the server for a line that is not UTF-8', async () => {
    const { input, ...rest } = streams();
    const opening = openStdio({ input, ...rest, patience: 60_000 });
    input.write(Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":"'), Buffer.from([0xff]), Buffer.from('","method":"ping"}\n')]));
    expect(await opening).toEqual({ left: false, answered: new Set() });
  });
});
