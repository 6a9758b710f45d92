/** Bytes that no HTTP client would send, and the status line that answers them; an empty one: the connection is closed. */
export interface HostileBytes {
  name: string;
  bytes: (port: number) => string | Buffer;
  status: RegExp;
}

/** A line on stdin and the error that answers it. */
export interface HostileLine {
  name: string;
  line: string | Buffer;
  id: string | number | null;
  code: number;
  says: RegExp;
}

const http = (lines: string[], body = ''): string => `${lines.join('\r\n')}\r\n\r\n${body}`;

export const HOSTILE_BYTES: readonly HostileBytes[] = [
  { name: 'no HTTP', bytes: () => 'hello\r\n\r\n', status: /^HTTP\/1\.1 400 / },
  { name: 'TLS', bytes: () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]), status: /^HTTP\/1\.1 400 / },
  {
    name: 'another host',
    bytes: () => http(['POST /mcp HTTP/1.1', 'Host: evil.example', 'Content-Length: 0', 'Connection: close']),
    status: /^HTTP\/1\.1 403 /,
  },
  {
    name: 'a host that begins like this machine',
    bytes: () => http(['POST /mcp HTTP/1.1', 'Host: localhost.evil.example', 'Content-Length: 0', 'Connection: close']),
    status: /^HTTP\/1\.1 403 /,
  },
  { name: 'no host', bytes: () => http(['POST /mcp HTTP/1.1', 'Content-Length: 0']), status: /^HTTP\/1\.1 400 / },
  {
    name: 'a header with a line feed in it',
    bytes: (port) => http(['POST /mcp HTTP/1.1', `Host: 127.0.0.1:${port}`, 'X-A: a\nX-B: b', 'Content-Length: 0', 'Connection: close']),
    status: /^HTTP\/1\.1 400 /,
  },
  {
    name: 'a request in a request',
    bytes: (port) =>
      http(
        ['POST /mcp HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Length: 4', 'Transfer-Encoding: chunked', 'Connection: close'],
        '0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n',
      ),
    status: /^HTTP\/1\.1 400 /,
  },
  {
    name: 'two lengths',
    bytes: (port) => http(['POST /mcp HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Length: 1', 'Content-Length: 2']),
    status: /^HTTP\/1\.1 400 /,
  },
  {
    name: 'a length below nothing',
    bytes: (port) => http(['POST /mcp HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Length: -1']),
    status: /^HTTP\/1\.1 400 /,
  },
  {
    name: 'headers without end',
    bytes: (port) => http(['GET /mcp HTTP/1.1', `Host: 127.0.0.1:${port}`, `X-A: ${'a'.repeat(64 * 1024)}`]),
    status: /^HTTP\/1\.1 431 /,
  },
  {
    name: 'TRACE',
    bytes: (port) => http(['TRACE /mcp HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: close']),
    status: /^HTTP\/1\.1 405 /,
  },
  { name: 'a tunnel', bytes: () => http(['CONNECT 169.254.169.254:80 HTTP/1.1', 'Host: 169.254.169.254']), status: /^$/ },
  {
    name: 'a target that is no path',
    bytes: (port) => http(['GET // HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: close']),
    status: /^HTTP\/1\.1 400 /,
  },
  {
    name: 'a path that climbs',
    bytes: (port) => http(['GET /../../etc/passwd HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: close']),
    status: /^HTTP\/1\.1 404 /,
  },
];

export const HOSTILE_LINES: readonly HostileLine[] = [
  { name: 'no JSON', line: 'hello', id: null, code: -32_700, says: /JSON/ },
  { name: 'half an object', line: '{"jsonrpc":"2.0"', id: null, code: -32_700, says: /JSON/ },
  { name: 'bytes that are no UTF-8', line: Buffer.from([0x22, 0xff, 0xfe, 0x22]), id: null, code: -32_700, says: /UTF-8/ },
  { name: 'null', line: 'null', id: null, code: -32_600, says: /Invalid Request/ },
  { name: 'a batch', line: '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', id: null, code: -32_600, says: /Invalid Request/ },
  {
    name: 'lists in lists without end',
    line: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    id: null,
    code: -32_600,
    says: /Invalid Request/,
  },
  { name: 'another version of JSON-RPC', line: '{"jsonrpc":"1.0","id":3,"method":"ping"}', id: 3, code: -32_600, says: /Invalid Request/ },
  { name: 'no version of JSON-RPC', line: '{"id":"a","method":"ping"}', id: 'a', code: -32_600, says: /Invalid Request/ },
  { name: 'no method', line: '{"jsonrpc":"2.0","id":5}', id: 5, code: -32_600, says: /Invalid Request/ },
  {
    name: 'an id that is an object',
    line: '{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}',
    id: null,
    code: -32_600,
    says: /Invalid Request/,
  },
  {
    name: 'an id that is half a number',
    line: '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
    id: 1.5,
    code: -32_600,
    says: /Invalid Request/,
  },
  {
    name: 'a method that does not exist',
    line: '{"jsonrpc":"2.0","id":7,"method":"tools/destroy"}',
    id: 7,
    code: -32_601,
    says: /Method not found/,
  },
  { name: 'a call without a name', line: '{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{}}', id: 8, code: -32_602, says: /./ },
  {
    name: 'a call whose arguments are a list',
    line: '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"git__status","arguments":[1]}}',
    id: 9,
    code: -32_602,
    says: /./,
  },
  {
    name: 'a resource behind a path',
    line: '{"jsonrpc":"2.0","id":10,"method":"resources/read","params":{"uri":"file:///etc/passwd"}}',
    id: 10,
    code: -32_602,
    says: /no resource/,
  },
  {
    name: 'a prompt that does not exist',
    line: '{"jsonrpc":"2.0","id":11,"method":"prompts/get","params":{"name":"git__nope"}}',
    id: 11,
    code: -32_602,
    says: /no prompt/,
  },
];
