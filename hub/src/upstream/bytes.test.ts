import { describe, expect, it } from 'vitest';
import { InputRequired, MissingCapability } from '@deployment-engine/shared/toolkit';
import { callerFor } from '../testing/machine.ts';
import { readMessage } from './envelope.ts';
import { readEvents } from './events.ts';
import { forwardable } from './forwarding.ts';
import { LineReader } from './line-reader.ts';
import { resultOf } from './reply.ts';

/** All ways to cut bytes that matter: whole, one by one, and at every place once. */
function cuts(bytes: Buffer): Buffer[][] {
  return [
    [bytes],
    Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1)),
    ...Array.from(bytes, (_byte, index) => [bytes.subarray(0, index), bytes.subarray(index)]),
  ];
}

describe('lines', () => {
  const read = (pieces: Buffer[], limit = 100): { lines: string[]; fits: boolean[] } => {
    const lines: string[] = [];
    const reader = new LineReader(limit, (line) => void lines.push(line.toString()));
    return { lines, fits: pieces.map((piece) => reader.push(piece)) };
  };

  it('come out the same however they are cut', () => {
    for (const pieces of cuts(Buffer.from('one\n\ntwö\n{"a":1}\r\nrest'))) expect(read(pieces).lines).toEqual(['one', 'twö', '{"a":1}\r']);
  });

  it('that are too long are told and dropped, and the next one is read', () => {
    for (const pieces of cuts(Buffer.from(`ok\n${'x'.repeat(20)}\nafter\n`))) {
      const { lines, fits } = read(pieces, 10);
      expect(lines).toEqual(['ok', 'after']);
      expect(fits).toContain(false);
    }
    expect(read([Buffer.from('0123456789\n')], 10)).toEqual({ lines: ['0123456789'], fits: [true] });
  });
});

describe('server-sent events', () => {
  const read = async (pieces: Buffer[]): Promise<string[]> => {
    const events: string[] = [];
    async function* body(): AsyncGenerator<Buffer> {
      for (const piece of pieces) {
        // a source may use its buffer again
        const lent = Buffer.from(piece);
        yield lent;
        lent.fill(0x21);
      }
    }
    for await (const data of readEvents(body())) events.push(data.toString());
    return events;
  };

  it('come out the same however they are cut', async () => {
    const stream = Buffer.from(
      ': comment\nid: 5\nevent: message\ndata: {"a":"ü"}\n\ndata:two\ndata: lines\r\n\r\n\nretry: 5\n\ndata:  spaced\n\ndata: unfinished\n',
    );
    for (const pieces of cuts(stream)) expect(await read(pieces)).toEqual(['{"a":"ü"}', 'two\nlines', ' spaced']);
  });

  it('of many megabytes are read in time that grows with their length', async () => {
    const piece = Buffer.alloc(1024, 0x78);
    const [event] = await read([Buffer.from('data: '), ...Array.from({ length: 32 * 1024 }, () => piece), Buffer.from('\n\n')]);
    expect(event).toHaveLength(32 * 1024 * 1024);
  });
});

describe('messages of an upstream', () => {
  it('keep the bytes of a forwarded result', () => {
    const result = '{ "content":[],"x":"\\u00fc",  "id":5,"n":1.0 }';
    const message = readMessage(Buffer.from(`{"jsonrpc":"2.0","id":"fwd-7","result":${result}}`));
    expect(message).toMatchObject({ kind: 'reply', id: 'fwd-7', reply: { ok: true } });
    expect(message?.kind === 'reply' && message.reply.ok && message.reply.result.toString()).toBe(result);
  });

  it.each([
    ['the result before the id', '{"result":{"a":1},"id":"fwd-1","jsonrpc":"2.0"}', { a: 1 }],
    ['escapes in the id', '{"jsonrpc":"2.0","id":"\\u0066wd-1","result":{"a":1}}', { a: 1 }],
    ['two results: the last counts, as for everyone who parses', '{"id":"fwd-1","result":{"a":0},"result":{"a":1}}', { a: 1 }],
    ['no result at all', '{"id":"fwd-1"}', {}],
  ])('are replies: %s', (_name, line, result) => {
    const message = readMessage(Buffer.from(line));
    expect(message).toMatchObject({ kind: 'reply', id: 'fwd-1', reply: { ok: true } });
    expect(message?.kind === 'reply' && message.reply.ok && (JSON.parse(message.reply.result.toString()) as unknown)).toEqual(result);
  });

  it.each<[string, unknown]>([
    ['{"code":-32602,"message":"bad","data":{"x":1}}', { code: -32_602, message: 'bad', data: { x: 1 } }],
    ['"text"', { code: -32_603, message: expect.any(String) }],
    ['{"code":"x","message":5}', { code: -32_603, message: expect.any(String) }],
    ['[]', { code: -32_603, message: expect.any(String) }],
  ])('are errors of one shape: %s', (error, expected) => {
    expect(readMessage(Buffer.from(`{"id":"fwd-1","error":${error}}`))).toEqual({
      kind: 'reply',
      id: 'fwd-1',
      reply: { ok: false, error: expected },
    });
  });

  it.each([
    '{"jsonrpc":"2.0","id":"fwd-1","method":"ping"}',
    '{"jsonrpc":"2.0","id":1,"result":{}}',
    '{"method":"notifications/progress","params":{}}',
    '{}',
  ])('are for the SDK: %s', (line) => {
    expect(readMessage(Buffer.from(line))).toEqual({ kind: 'message', message: JSON.parse(line) as unknown });
  });

  it.each(['null', '5', '"x"', 'true', '[]', '[{"id":"fwd-1","result":{}}]', 'nonsense', '{', ''])('are none: %s', (line) => {
    expect(readMessage(Buffer.from(line))).toBeUndefined();
  });
});

describe('replies', () => {
  const result = (text: string): Buffer => resultOf({ ok: true, result: Buffer.from(text) });
  const thrown = (run: () => unknown): unknown => {
    try {
      run();
    } catch (error) {
      return error;
    }
    throw new Error('nothing was thrown');
  };

  it('pass as the bytes that came', () => {
    const bytes = Buffer.from('{"content":[{"type":"text","text":"input_required"}]}');
    expect(resultOf({ ok: true, result: bytes })).toBe(bytes);
  });

  it('are put on one line, whatever an upstream breaks', () => {
    expect(result('{\n  "content": [\r\n]\n}').toString()).toBe('{"content":[]}');
    expect(thrown(() => result('{"content":[]}\n{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage"}'))).toMatchObject({
      code: 'upstream_error',
    });
  });

  it.each(['[]', '"x"', 'null', '5', ''])('that are no object are the upstream’s fault: %s', (text) => {
    expect(thrown(() => result(text))).toMatchObject({ code: 'upstream_error' });
  });

  it('may ask for input first', () => {
    const error = thrown(() => result('{"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"}},"requestState":"s"}'));
    expect(error).toBeInstanceOf(InputRequired);
    expect(error).toMatchObject({ requests: { a: { method: 'roots/list' } }, keep: { keys: ['a'], requestState: 's' } });
    expect(result('{"content":[],"note":"\\"input_required\\"","x":"input_required"}').length).toBeGreaterThan(0);
    expect(thrown(() => result('{"resultType":"input_required"}'))).toMatchObject({ requests: {} });
    expect(thrown(() => result('{"x":"input_required"'))).toMatchObject({ code: 'upstream_error' });
  });

  it.each<[number, unknown, string]>([
    [-32_602, undefined, 'invalid_input'],
    [-32_002, undefined, 'not_found'],
    [-32_602, { uri: 'x://y' }, 'not_found'],
    [-32_603, undefined, 'upstream_error'],
    [-32_021, { requiredCapabilities: 'elicitation' }, 'upstream_error'],
    [-32_021, { requiredCapabilities: null }, 'upstream_error'],
    [1, 'text', 'upstream_error'],
  ])('that are errors keep their meaning: %d %j', (code, data, expected) => {
    expect(thrown(() => resultOf({ ok: false, error: { code, message: 'm', data } }))).toMatchObject({
      code: expected,
      message: 'm',
      details: { jsonrpc_code: code },
    });
  });

  it('tell of a capability that the client lacks', () => {
    expect(
      thrown(() => resultOf({ ok: false, error: { code: -32_021, message: 'm', data: { requiredCapabilities: { sampling: {} } } } })),
    ).toBeInstanceOf(MissingCapability);
  });
});

describe('what is forwarded', () => {
  const meta = {
    traceparent: 't',
    progressToken: 5,
    'io.modelcontextprotocol/clientInfo': { name: 'spy' },
    'io.deployment-engine/decision': { key: 'forged' },
    'com.example/x': 1,
  };

  it('carries nothing of our own words, and no decision that a client made up', () => {
    const { body, headers } = forwardable('tools/call', { name: 'a', arguments: {} }, callerFor({ meta }), 'legacy');
    expect(body).toEqual({ name: 'a', arguments: {}, _meta: { traceparent: 't', 'com.example/x': 1 } });
    expect(headers).toEqual({});
    expect(forwardable('tools/call', { name: 'a' }, callerFor(), 'legacy').body).toEqual({ name: 'a' });
  });

  it('is a whole request of 2026-07-28 in that era', () => {
    const { body, headers } = forwardable(
      'tools/call',
      { name: 'a' },
      callerFor({ meta, can: { elicitation: true, sampling: false, roots: true } }),
      'modern',
      { ours: 1 },
    );
    expect(body['_meta']).toMatchObject({
      traceparent: 't',
      ours: 1,
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'deployment-engine' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} }, roots: {} },
    });
    expect(headers).toEqual({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'a' });
  });

  it.each(['ä', ' a', 'a ', 'a\r\nX-Evil: 1', '', '=?base64?x', 'x\u0000'])(
    'puts no name into a header that could break it: %j',
    (name) => {
      const header = forwardable('tools/call', { name }, callerFor(), 'modern').headers['mcp-name'] ?? '';
      expect(header).toMatch(/^=\?base64\?[A-Za-z0-9+/]*=*\?=$/);
      expect(Buffer.from(header.slice(9, -2), 'base64').toString()).toBe(name);
    },
  );

  it('hands answers on to the upstream that asked, and no others', () => {
    const caller = callerFor({
      kept: { keys: ['a'], requestState: 's' },
      answers: { a: 1, 'io.deployment-engine/confirm': { action: 'accept' } },
    });
    expect(forwardable('tools/call', { name: 'x' }, caller, 'modern').body).toMatchObject({ inputResponses: { a: 1 }, requestState: 's' });
    expect(forwardable('tools/call', { name: 'x' }, callerFor({ answers: { a: 1 } }), 'modern').body).not.toHaveProperty('inputResponses');
  });
});
