import { ToolError } from '@deployment-engine/shared/contracts';
import type { Http } from '@deployment-engine/shared/platform';

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** A `fetch` for the SDK whose requests pass our own door: guarded addresses, bound credentials, limits. */
export function fetchThrough(http: Http): Fetch {
  return async (url, init = {}) => {
    const answer = await http.stream({
      url,
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(typeof init.body === 'string' ? { body: init.body } : {}),
      ...(init.signal ? { signal: init.signal } : {}),
      idleMs: 0,
    });
    const iterator = answer.body[Symbol.asyncIterator]();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await iterator.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          controller.error(error instanceof ToolError ? new TypeError(error.message, { cause: error }) : error);
        }
      },
      cancel: () => answer.close(),
    });
    const empty = answer.status === 204 || answer.status === 205 || answer.status === 304;
    return new Response(empty ? null : body, { status: answer.status, headers: answer.headers });
  };
}
