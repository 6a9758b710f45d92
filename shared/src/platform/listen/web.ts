import type { IncomingMessage, ServerResponse } from 'node:http';
import { drained } from './drained.ts';

/** A Node request whose target has been parsed and whose body has been read, as the web's `Request`. Its signal aborts when the client goes away. */
export function toWebRequest(request: IncomingMessage, url: URL, body: Buffer | undefined, signal: AbortSignal): Request {
  const headers = new Headers();
  for (let index = 0; index < request.rawHeaders.length; index += 2)
    headers.append(request.rawHeaders[index]!, request.rawHeaders[index + 1]!);
  return new Request(`http://${request.headers.host ?? 'localhost'}${url.pathname}${url.search}`, {
    method: request.method ?? 'GET',
    headers,
    signal,
    ...(body === undefined || body.length === 0 ? {} : { body: new Uint8Array(body) }),
  });
}

/** Writes a web `Response` to a Node response, streaming its body and honouring back-pressure. */
export async function writeWebResponse(web: Response, response: ServerResponse): Promise<void> {
  response.writeHead(web.status, Object.fromEntries(web.headers));
  if (web.body === null) {
    response.end();
    return;
  }
  response.flushHeaders();
  const reader = web.body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  response.once('close', stop);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || response.destroyed) break;
      if (!response.write(value)) await drained(response);
    }
  } finally {
    response.off('close', stop);
    response.end();
  }
}

/** A signal that aborts when the client goes away before the response is complete. */
export function clientSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
