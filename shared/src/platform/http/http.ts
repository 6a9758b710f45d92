import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { ToolError } from '../../contracts/error.ts';
import { abortFailure, orAbort } from '../resilience/abort.ts';
import { ACCEPTED_ENCODINGS, collect, decodeBody } from './body.ts';
import { type Connections, openConnections, type Resolve, type TlsSettings } from './connection.ts';
import { networkFailure } from './failure.ts';
import { createGuard } from './guard.ts';
import { cleanHeaders, flattenHeaders, type OutgoingHeaders, type RequestHeaders, type ResponseHeaders } from './header-fields.ts';
import { createProxyChoice, proxyFromEnv, type ProxySettings } from './proxy.ts';
import { isRedirect, type Outgoing, redirected } from './redirect.ts';
import { parseOrigin, parseTarget, type Query } from './target.ts';

/** Header fields that belong to one origin. A function is asked at every request, so a token can be renewed. */
export interface Credential {
  headers: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>);
}

export interface HttpOptions {
  /** Origins named in the operator's config: allowed at any address. */
  origins: readonly string[];
  /** Whether an origin nobody named may be reached at a public address. Default false. */
  allowPublic?: boolean | undefined;
  /** Hosts reachable at a public address even without `allowPublic`: `api.example.com`, `*.example.com`. */
  allowedHosts?: readonly string[] | undefined;
  /** By origin; each must be one of `origins`. Sent to that origin only, and never after a redirect has left it. */
  credentials?: Readonly<Record<string, Credential>> | undefined;
  /** Milliseconds from the call to the last byte of the answer. Default 30,000. */
  timeoutMs?: number | undefined;
  /** Milliseconds to open a connection. Default 10,000. */
  connectTimeoutMs?: number | undefined;
  /** Bytes of an answer, packed and unpacked. Default 16 MiB. */
  maxBytes?: number | undefined;
  /** Default 5. */
  maxRedirects?: number | undefined;
  userAgent?: string | undefined;
  /** Default: what HTTP_PROXY, HTTPS_PROXY and NO_PROXY say. False: none. */
  proxy?: ProxySettings | false | undefined;
  /** By origin; each must be one of `origins`. */
  tls?: Readonly<Record<string, TlsSettings>> | undefined;
  /** Connections open to one origin at once; more requests wait. Default 64. */
  maxConcurrent?: number | undefined;
  /** Replaces the system's name resolution, for split DNS. */
  resolve?: Resolve | undefined;
}

export interface HttpRequest {
  url: string | URL;
  /** Default GET, or POST when there is a body. */
  method?: string | undefined;
  headers?: RequestHeaders | undefined;
  /** Added to the URL's own. An array gives the name once for each item. */
  query?: Query | undefined;
  body?: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Sent as `application/json`; instead of `body`. */
  json?: unknown;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  maxBytes?: number | undefined;
  /** 0 hands the redirect itself back. */
  maxRedirects?: number | undefined;
}

export interface HttpStreamRequest extends HttpRequest {
  /** Milliseconds without a byte after which the body fails. Default: the time limit; 0 waits for ever. `timeoutMs` ends with the header. */
  idleMs?: number | undefined;
}

interface Answer {
  status: number;
  headers: ResponseHeaders;
  /** Where the answer came from, after redirects. */
  url: string;
}

export interface HttpResponse extends Answer {
  bytes(): Buffer;
  /** As UTF-8. */
  text(): string;
  /** Throws `upstream_error` when the body is not JSON. */
  json(): unknown;
}

export interface HttpStream extends Answer {
  /** To be read once. Reading fails with a ToolError as `request` does. */
  body: AsyncIterable<Uint8Array>;
  /** Ends the connection; needed only when the body is not read to its end. */
  close(): void;
}

/**
 * The one door to the network. Every failure is a ToolError: `invalid_input`, `forbidden`, `timeout`, `cancelled`, `too_large`,
 * `unavailable`, `upstream_error`. A status such as 404 is an answer, not a failure: see `statusError`.
 */
export interface Http {
  /** The whole answer in memory, within the limits. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** The header now, the body as it comes. */
  stream(request: HttpStreamRequest): Promise<HttpStream>;
  /** Ends every connection. */
  close(): Promise<void>;
}

interface Limits {
  timeoutMs: number;
  maxBytes: number;
  idleMs: number;
}

interface Exchange extends Answer {
  origin: string;
  body: AsyncIterable<Uint8Array>;
  controller: AbortController;
  endTimeLimit(): void;
  release(): void;
}

const byOrigin = <T>(
  entries: Readonly<Record<string, T>> | undefined,
  isListed: (origin: string) => boolean,
  what: string,
): Map<string, T> => {
  const map = new Map<string, T>();
  for (const [key, value] of Object.entries(entries ?? {})) {
    const origin = parseOrigin(key);
    if (!isListed(origin))
      throw new ToolError('invalid_input', `${what} are set for ${origin}, which is not among the origins.`, {
        hint: 'Add it to the origins.',
      });
    map.set(origin, value);
  }
  return map;
};

const bodyOf = ({ body, json }: HttpRequest, headers: OutgoingHeaders): Outgoing['body'] => {
  if (json !== undefined) {
    headers['content-type'] ??= 'application/json';
    return JSON.stringify(json);
  }
  return body;
};

const FORBIDDEN_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK']);

const outgoing = (request: HttpRequest, userAgent: string): Outgoing => {
  const headers: OutgoingHeaders = { accept: '*/*', 'user-agent': userAgent, ...cleanHeaders(request.headers) };
  const body = bodyOf(request, headers);
  const method = (request.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase();
  if (!/^[A-Z][A-Z-]{0,31}$/.test(method) || FORBIDDEN_METHODS.has(method))
    throw new ToolError('invalid_input', 'The HTTP method is not supported.', {
      hint: 'Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.',
    });
  return { url: parseTarget(request.url, request.query), method, headers, body, sameOrigin: true };
};

const sendable = (body: Outgoing['body']): string | Uint8Array | Readable | null =>
  body === undefined ? null : typeof body === 'string' || body instanceof Uint8Array ? body : Readable.from(body, { objectMode: false });

/** Opens a door with one set of rules. Nothing is loaded and no connection is made before the first request. */
export const createHttp = (options: HttpOptions): Http => {
  const guard = createGuard(options);
  const credentials = byOrigin(options.credentials, guard.isListed, 'Credentials');
  const tls = byOrigin(options.tls, guard.isListed, 'TLS settings');
  const proxyOf = createProxyChoice(options.proxy === false ? {} : (options.proxy ?? proxyFromEnv()));
  const defaults = {
    timeoutMs: options.timeoutMs ?? 30_000,
    maxBytes: options.maxBytes ?? 16 * 1024 * 1024,
    maxRedirects: options.maxRedirects ?? 5,
  };
  const connectTimeoutMs = options.connectTimeoutMs ?? 10_000;
  const userAgent = options.userAgent ?? 'deployment-engine';

  let opening: Promise<Connections> | undefined;
  const connections = (): Promise<Connections> =>
    (opening ??= openConnections({
      guard,
      resolve: options.resolve,
      tls,
      proxyOf,
      connectTimeoutMs,
      maxConcurrent: options.maxConcurrent ?? 64,
    }));

  const send = async (message: Outgoing, signal: AbortSignal, idleMs: number): Promise<Dispatcher.ResponseData> => {
    const { url, method, body, sameOrigin } = message;
    const credential = sameOrigin ? credentials.get(url.origin)?.headers : undefined;
    const secret = typeof credential === 'function' ? await credential() : credential;
    const headers = { ...message.headers, ...cleanHeaders(secret), 'accept-encoding': ACCEPTED_ENCODINGS };
    const { dispatcher } = await connections();
    signal.throwIfAborted();
    const path = `${url.pathname}${url.search}`;
    return dispatcher.request({
      origin: url.origin,
      path,
      method,
      headers,
      body: sendable(body),
      signal,
      headersTimeout: 0,
      bodyTimeout: idleMs,
    });
  };

  const follow = async (first: Outgoing, maxRedirects: number, signal: AbortSignal, idleMs: number) => {
    let message = first;
    for (let hops = 0; ; hops += 1) {
      guard.admit(message.url);
      const { origin } = message.url;
      // undici looks at the signal only once a connection is open; a request that still waits for one is let go here and never sent.
      const response = await orAbort(send(message, signal, idleMs), signal).catch((error: unknown) => {
        throw signal.aborted ? abortFailure(signal) : networkFailure(error, origin);
      });
      const location = response.headers['location'];
      if (maxRedirects === 0 || !isRedirect(response.statusCode) || typeof location !== 'string') return { message, response };
      response.body.on('error', () => undefined).destroy();
      if (hops >= maxRedirects)
        throw new ToolError('upstream_error', `${origin} redirects more than ${maxRedirects} times.`, { hint: 'Check the address.' });
      message = redirected(message, response.statusCode, location, guard.isListed);
    }
  };

  const exchange = async (request: HttpRequest, { timeoutMs, maxBytes, idleMs }: Limits): Promise<Exchange> => {
    const first = outgoing(request, userAgent);
    const controller = new AbortController();
    const { signal } = request;
    const onAbort = (): void => controller.abort(signal === undefined ? undefined : abortFailure(signal));
    if (signal?.aborted === true) throw abortFailure(signal);
    signal?.addEventListener('abort', onAbort, { once: true });
    const expire = (): void =>
      controller.abort(
        new ToolError('timeout', `No complete answer from ${first.url.origin} within ${timeoutMs} ms.`, {
          hint: 'Try again, ask for less, or raise the timeout.',
        }),
      );
    const timer = setTimeout(expire, timeoutMs);
    const endTimeLimit = (): void => clearTimeout(timer);
    const release = (): void => {
      endTimeLimit();
      signal?.removeEventListener('abort', onAbort);
    };
    try {
      const { message, response } = await follow(first, request.maxRedirects ?? defaults.maxRedirects, controller.signal, idleMs);
      const { origin, href } = message.url;
      const headers = flattenHeaders(response.headers);
      const shape = { encoding: headers['content-encoding'], length: headers['content-length'], maxBytes, origin };
      const isEmpty = message.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304;
      let body: AsyncIterable<Uint8Array>;
      try {
        body = decodeBody(response.body, isEmpty ? { ...shape, encoding: undefined, length: undefined } : shape);
      } catch (error) {
        response.body.on('error', () => undefined).destroy();
        throw error;
      }
      return { status: response.statusCode, headers, url: href, origin, body, controller, endTimeLimit, release };
    } catch (error) {
      release();
      throw error;
    }
  };

  const failed = (error: unknown, { controller, origin }: Exchange): ToolError =>
    controller.signal.aborted ? abortFailure(controller.signal) : networkFailure(error, origin);

  return {
    async request(request) {
      const limits = { timeoutMs: request.timeoutMs ?? defaults.timeoutMs, maxBytes: request.maxBytes ?? defaults.maxBytes, idleMs: 0 };
      const open = await exchange(request, limits);
      try {
        return buffered(open, await collect(open.body));
      } catch (error) {
        const failure = failed(error, open);
        open.controller.abort(failure);
        throw failure;
      } finally {
        open.release();
      }
    },

    async stream(request) {
      const timeoutMs = request.timeoutMs ?? defaults.timeoutMs;
      const open = await exchange(request, {
        timeoutMs,
        maxBytes: request.maxBytes ?? defaults.maxBytes,
        idleMs: request.idleMs ?? timeoutMs,
      });
      // The header is here: from now on only the idle limit and the caller's signal end the body.
      open.endTimeLimit();
      const close = (): void => {
        open.release();
        open.controller.abort(new ToolError('cancelled', 'The stream was closed.'));
      };
      const read = async function* (): AsyncGenerator<Uint8Array> {
        let ended = false;
        try {
          yield* open.body;
          ended = true;
        } catch (error) {
          throw failed(error, open);
        } finally {
          if (ended) open.release();
          else close();
        }
      };
      const { status, headers, url } = open;
      return { status, headers, url, body: read(), close };
    },

    async close() {
      await (await opening)?.close();
    },
  };
};

const buffered = ({ status, headers, url, origin }: Exchange, body: Buffer): HttpResponse => ({
  status,
  headers,
  url,
  bytes: () => body,
  text: () => body.toString('utf8'),
  json: () => {
    try {
      return JSON.parse(body.toString('utf8')) as unknown;
    } catch (error) {
      throw new ToolError('upstream_error', `${origin} answered with something that is not JSON (HTTP ${status}).`, {
        cause: error,
        hint: 'Check that the address points to the API itself.',
      });
    }
  },
});
