import { expect, test } from 'vitest';

import { editEnvelope, readSpan, scanEnvelope, type Envelope, type EnvelopeEdits } from './index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function scan(text: string): Envelope {
  const envelope = scanEnvelope(bytes(text));
  if (envelope === undefined) throw new Error(`not read: ${text}`);
  return envelope;
}

function edit(text: string, edits: EnvelopeEdits): unknown {
  const pieces = editEnvelope(bytes(text), scan(text), edits);
  return pieces === undefined ? undefined : JSON.parse(Buffer.concat(pieces).toString());
}

test('the parts of a call', () => {
  const text =
    '{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"git__status","arguments":{"id":7,"ü":"é"},"_meta":{"progressToken":1}}}';
  const envelope = scan(text);
  const read = (key: 'id' | 'method' | 'name' | 'arguments' | 'meta') => {
    const span = envelope[key];
    return span && readSpan(bytes(text), span);
  };
  expect([read('id'), read('method'), read('name'), read('arguments'), read('meta')]).toEqual([
    'a',
    'tools/call',
    'git__status',
    { id: 7, ü: 'é' },
    { progressToken: 1 },
  ]);
  expect(envelope).toMatchObject({ result: undefined, error: undefined, duplicate: false, multiline: false, paramsEmpty: false });
});

test('the parts of an answer, with escaped and nested keys', () => {
  const text = '{\n"result":{"id":1,"error":2},"\\u0069d":3}';
  const envelope = scan(text);
  expect(envelope.id && readSpan(bytes(text), envelope.id)).toBe(3);
  expect(envelope.result && readSpan(bytes(text), envelope.result)).toEqual({ id: 1, error: 2 });
  expect(envelope).toMatchObject({ error: undefined, multiline: true });
});

test('spans are offsets in the given view', () => {
  const text = '  {"id":12}  ';
  const inside = Buffer.from(`xxx${text}yyy`).subarray(3, 3 + text.length);
  const envelope = scanEnvelope(inside);
  expect(envelope?.id && readSpan(inside, envelope.id)).toBe(12);
});

test('what is not one message is not read', () => {
  for (const text of ['', '[]', '[{"id":1}]', '{"id":1', '{"id":1}x', 'null', '{"id"}'])
    expect(scanEnvelope(bytes(text)), text).toBeUndefined();
});

test('edits put in what is not there and change what is', () => {
  const call = '{"id":1,"method":"tools/call","params":{"name":"a__b","arguments":{"name":"a__b"}}}';
  expect(edit(call, { id: '"x"', name: 'b"', meta: '{"k":1}' })).toEqual({
    id: 'x',
    method: 'tools/call',
    params: { _meta: { k: 1 }, name: 'b"', arguments: { name: 'a__b' } },
  });
  expect(edit('{"params":{"_meta":{"old":1},"name":"n"},"id":1}', { meta: '{"new":2}' })).toEqual({
    params: { _meta: { new: 2 }, name: 'n' },
    id: 1,
  });
  expect(edit('{"id":1,"method":"ping"}', { meta: '{}' })).toEqual({ id: 1, method: 'ping', params: { _meta: {} } });
  expect(edit('{"id":1,"params":{ }}', { meta: '{}', id: '2' })).toEqual({ id: 2, params: { _meta: {} } });
  expect(edit('{}', { meta: '{}' })).toEqual({ params: { _meta: {} } });
  expect(edit(call, {})).toEqual(JSON.parse(call));
});

test('what cannot be edited in place is left to a full parse', () => {
  expect(edit('{"id":1,"id":2}', { id: '3' })).toBeUndefined();
  expect(edit('{"id":1,"params":{"name":"a","\\u006eame":"b"}}', { id: '3' })).toBeUndefined();
  expect(edit('{"method":"x"}', { id: '3' })).toBeUndefined();
  expect(edit('{"id":1}', { name: 'x' })).toBeUndefined();
  expect(edit('{"id":1,"params":[1]}', { meta: '{}' })).toBeUndefined();
});
