import { listen, readBody } from '@deployment-engine/shared/platform';

/** A request as a fake backend sees it. */
export interface Seen {
  method: string;
  path: string;
  /** Of the URL, or of the form that was posted. */
  parameters: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** What a fake backend answers: a value as JSON of the API's envelope, or anything by hand. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is; anything else as JSON. */
  body?: unknown;
  /** Sends the header and a first byte, then nothing more. */
  hang?: boolean;
}

export interface FakeApi extends AsyncDisposable {
  url: string;
  seen: Seen[];
}

export const success = (data: unknown, more: object = {}): Reply => ({ body: { status: 'success', data, ...more } });

export const failure = (status: number, errorType: string, error: string): Reply => ({
  status,
  body: { status: 'error', errorType, error },
});

/** An HTTP server on loopback that answers by the path, for what a real Prometheus would not say on demand. */
export async function fakeApi(answer: (seen: Seen) => Reply): Promise<FakeApi> {
  const seen: Seen[] = [];
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    onRequest: (request, response) => {
      void readBody(request, 1_000_000).then((bytes) => {
        const url = new URL(request.url ?? '/', 'http://fake');
        const body = bytes.toString('utf8');
        const form = request.headers['content-type'] === 'application/x-www-form-urlencoded';
        const one: Seen = {
          method: request.method ?? '',
          path: url.pathname,
          parameters: form ? new URLSearchParams(body) : url.searchParams,
          headers: request.headers,
          body,
        };
        seen.push(one);
        const reply = answer(one);
        const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? '');
        const type = typeof reply.body === 'string' ? 'text/plain' : 'application/json';
        response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
        if (reply.hang === true) response.write(' ');
        else response.end(text);
      });
    },
  });
  return { url: listener.url, seen, [Symbol.asyncDispose]: () => listener.close(0) };
}

/** Answers by the end of the path; what is not named is missing, as an older server would say it. */
export function byPath(replies: Readonly<Record<string, Reply | ((seen: Seen) => Reply)>>): (seen: Seen) => Reply {
  return (seen) => {
    const [, reply] = Object.entries(replies).find(([end]) => seen.path.endsWith(end)) ?? [];
    return reply === undefined ? { status: 404, body: '404 page not found' } : typeof reply === 'function' ? reply(seen) : reply;
  };
}
