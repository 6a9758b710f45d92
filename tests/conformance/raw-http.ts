import { request as send } from 'node:http';

export interface RawRequest {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface RawAnswer {
  status: number;
  sessionId: string | undefined;
  authenticate: string | undefined;
  /** The JSON-RPC messages of the body, whether it is one JSON text or an event stream; else its plain text. */
  messages: unknown[];
}

/** Sends exactly what is given, also headers that `fetch` would set itself or refuse. */
export function raw(url: string, { method = 'POST', path, headers = {}, body = '' }: RawRequest): Promise<RawAnswer> {
  const target = new URL(path ?? '', url);
  return new Promise((resolve, reject) => {
    const outgoing = send(target, { method, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          sessionId: response.headers['mcp-session-id'] as string | undefined,
          authenticate: response.headers['www-authenticate'],
          messages: messagesOf(Buffer.concat(chunks).toString('utf8'), response.headers['content-type'] ?? ''),
        }),
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function messagesOf(text: string, type: string): unknown[] {
  if (text === '') return [];
  if (type.startsWith('application/json')) return [JSON.parse(text)];
  if (!type.startsWith('text/event-stream')) return [text];
  return text.split('\n').flatMap((line) => (/^data: ?\S/.test(line) ? [JSON.parse(line.replace(/^data: ?/, ''))] : []));
}
