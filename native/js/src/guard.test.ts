import { expect, test } from 'vitest';

import { guardText, PERSONAL_DATA } from './index.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const key = `AKIAIOSFODNN7EXAMPLE`;

function guarded(text: string, json: boolean) {
  const result = guardText(encode(text), { json });
  return result.clean ? undefined : { ...result, text: Buffer.from(result.bytes).toString() };
}

test('clean text is told so', () => {
  expect(guardText(encode('commit 3f786850e387550fdab836ed7e6dc881de23001b 日本語 🎉'), { json: false })).toEqual({ clean: true });
  expect(guardText(encode('{"a":"line\\nline","b":[1,null]}'), { json: true })).toEqual({ clean: true });
  expect(guardText(new Uint8Array(), { json: true })).toEqual({ clean: true });
});

test('secrets are masked and told with their place in the source', () => {
  const text = `é ${key} and \u001b[31mred`;
  const found = guarded(text, false);
  expect(found?.text).toBe('é [masked:aws_access_key] and red');
  const source = Buffer.from(text);
  expect(found?.findings.map(({ kind, secret, start, end }) => [kind, secret, source.subarray(start, end).toString()])).toEqual([
    ['aws_access_key', true, key],
    ['ansi_escape', false, '\u001b[31m'],
  ]);
  expect(found?.findings[0]?.reason).toContain('AWS access key id');
  expect(found?.total).toBe(2);
});

test('escapes in JSON hide nothing, and the rest keeps its bytes', () => {
  const json = `{ "text" : "\\u0041KIAIOSFODNN7EXAMPLE\\n\\u200bign\\u00f6re" ,"n":1.50}`;
  expect(guarded(json, true)?.text).toBe('{ "text" : "[masked:aws_access_key]\\nign\\u00f6re" ,"n":1.50}');
  const embedded = JSON.stringify({ content: [{ type: 'resource', resource: { uri: 'file:///x', text: `{"password":"hunter2"}` } }] });
  const value = JSON.parse(guarded(embedded, true)?.text ?? '') as { content: [{ resource: { text: string } }] };
  expect(value.content[0].resource.text).toBe('{"password":"[masked:password]"}');
});

test('a million findings are cleaned and a thousand told', () => {
  const found = guarded('\u001b[0mx'.repeat(50_000), false);
  expect(found?.text).toBe('x'.repeat(50_000));
  expect(found?.findings).toHaveLength(1000);
  expect(found?.total).toBe(50_000);
});

test('what is no byte array is refused', () => {
  expect(() => guardText('text' as never, { json: false })).toThrow();
  expect(() => guardText(new Float64Array(4) as never, { json: false })).toThrow();
});

test('personal data is masked when it is asked for, and only the kinds that are', () => {
  const json = JSON.stringify({ text: 'ada@example.org, 4111 1111 1111 1111', card: 4111111111111111 });
  expect(guarded(json, true)).toBeUndefined();
  const found = guardText(encode(json), { json: true, personal: ['card_number'] });
  if (found.clean) throw new Error('nothing was found');
  expect(JSON.parse(Buffer.from(found.bytes).toString())).toEqual({
    text: 'ada@example.org, [masked:card_number]',
    card: '[masked:card_number]',
  });
  expect(found.findings.map(({ kind, personal, secret }) => [kind, personal, secret])).toEqual([
    ['card_number', true, false],
    ['card_number', true, false],
  ]);
  expect(guardText(encode(json), { json: true, personal: [...PERSONAL_DATA] })).toMatchObject({ clean: false, total: 3 });
  expect(() => guardText(encode(json), { json: true, personal: ['shoe_size' as never] })).toThrow(/shoe_size/);
});
