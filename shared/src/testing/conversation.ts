import { PassThrough } from 'node:stream';
import { createLog } from '../platform/log/index.ts';
import { createRoots } from '../platform/paths/index.ts';
import type { McpBackend } from '../toolkit/index.ts';
import { serveOverStdio } from '../toolkit/protocol/stdio.ts';
import type { Listing } from '../toolkit/start/listing.ts';
import { openStdio } from '../toolkit/start/open-stdio.ts';

/** Made anew for each answer. */
const FENCE = /untrusted-[0-9a-f]{12}/g;

/** One line as a client sends it: a message, or the text of what is none. */
export type Line = object | string;

export interface ConversationOptions {
  backend: McpBackend;
  /** Answers the opening from this, as a program does; without it the server hears everything. */
  listing?: Listing;
  /** Sizes of the pieces in which the input arrives; 0: each line on its own. */
  pieces?: number;
}

/** Sends a server lines over streams of this process, ends the input, and returns every message that it wrote, in a fixed order and without what is random. */
export async function conversation(lines: readonly Line[], { backend, listing, pieces = 0 }: ConversationOptions): Promise<unknown[]> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let written = '';
  output.setEncoding('utf8').on('data', (text: string) => (written += text));
  const texts = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  for (const text of pieces === 0 ? texts : cut(Buffer.from(texts.join('')), pieces)) input.write(text);
  input.end();

  const opened = listing && (await openStdio({ listing, input, output, patience: 60_000 }));
  if (!opened?.left) {
    const front = serveOverStdio({
      backend,
      log: createLog({ name: 'conversation', level: 'silent' }),
      roots: createRoots({ env: {}, cwd: '/' }),
      streams: { input, output },
      ...(opened && { answered: opened.answered }),
    });
    await front.closed;
    await front.close();
  }
  return written
    .replaceAll(FENCE, 'untrusted')
    .split('\n')
    .filter(Boolean)
    .toSorted()
    .map((line) => JSON.parse(line) as unknown);
}

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

const META = 'io.modelcontextprotocol/';
const clientInfo = { name: 'client', version: '1' };

export const request = (id: string | number, method: string, params?: object): object => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(params && { params }),
});

/** A request of the 2026-07-28 revision. */
export const modernRequest = (id: string | number, method: string, params: object = {}): object =>
  request(id, method, {
    ...params,
    _meta: { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientInfo`]: clientInfo, [`${META}clientCapabilities`]: {} },
  });

/** The handshake of an earlier revision. */
export const handshake = (protocolVersion: string): object[] => [
  request('hello', 'initialize', { protocolVersion, capabilities: {}, clientInfo }),
  { jsonrpc: '2.0', method: 'notifications/initialized' },
];

const LISTS = ['tools/list', 'prompts/list', 'resources/templates/list'];

/** How clients of each era begin. */
export const OPENINGS: Readonly<Record<string, readonly object[]>> = {
  ...Object.fromEntries(
    ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'].map((version) => [
      version,
      [
        ...handshake(version),
        request(1, 'ping'),
        ...LISTS.map((method, index) => request(index + 2, method, index === 0 ? {} : undefined)),
      ],
    ]),
  ),
  '2026-07-28': [modernRequest('probe', 'server/discover'), ...LISTS.map((method, index) => modernRequest(index, method))],
  'a probe, then a handshake': [modernRequest('probe', 'server/discover'), ...handshake('2025-11-25'), request(1, 'tools/list')],
};
