import type { Duplex } from 'node:stream';
import { ToolError } from '@deployment-engine/shared/contracts';
import { connectThroughProxy } from '@deployment-engine/shared/platform';
import { oneLine } from '../report/text.ts';
import type { ApiCall, Connection, SocketTarget } from './connection.ts';
import { statusFailure } from './failure.ts';

// `ws` costs about 15 ms to load: the first socket pays for it.
type WebSocket = import('ws').WebSocket;
type Upgrade = NonNullable<ConstructorParameters<typeof import('ws').WebSocket>[2]>;

export interface SocketCall {
  path: readonly string[];
  query: ApiCall['query'];
  /** Subprotocols, the best first. */
  protocols: readonly string[];
  /** Ends the socket at once, whenever it comes. */
  signal: AbortSignal;
}

/** An open WebSocket to the API server. What is not read waits there: at most `WAITING` bytes are held here. */
export interface ApiSocket {
  /** The subprotocol that the API server chose. */
  protocol: string;
  /** Binary messages, to be read once. Ends when the other side closes; throws when the connection breaks or the signal aborts. */
  messages(): AsyncGenerator<Buffer>;
  /** Resolves once the message is handed on, so that a slow reader there slows the writer here. */
  send(message: Uint8Array): Promise<void>;
  /** Says goodbye, and cuts the connection if there is no answer. May be called twice. */
  close(): void;
}

const OPEN_MS = 30_000;
/** Largest message: API servers send 32 KiB at a time. */
const LARGEST = 16 * 1024 * 1024;
const WAITING = 1024 * 1024;
/** Load balancers end what is silent for a minute, and a peer that is gone says nothing. */
const PING_MS = 25_000;
const GOODBYE_MS = 2_000;
const LONGEST_REFUSAL = 65_536;

/**
 * Opens a WebSocket (RFC 6455) as the connection's user, with its certificates and headers.
 *
 * @throws ToolError what the API server says against it, `unavailable`, `timeout`, `cancelled`, also of a proxy between
 */
export async function openSocket(connection: Connection, call: SocketCall): Promise<ApiSocket> {
  const sentAt = await connection.ready();
  try {
    return await attempt(connection, call);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'unauthenticated' || !connection.renewCredentials(sentAt)) throw error;
    return attempt(connection, call);
  }
}

async function attempt(connection: Connection, { path, query, protocols, signal }: SocketCall): Promise<ApiSocket> {
  const [{ WebSocket }, target] = await Promise.all([import('ws'), connection.socketTarget(path, query)]);
  throwIfAborted(signal);
  const { ca, cert, key, rejectUnauthorized, serverName } = target.tls;
  const options: Upgrade = {
    headers: target.headers as Record<string, string>,
    handshakeTimeout: OPEN_MS,
    maxPayload: LARGEST,
    perMessageDeflate: false,
    followRedirects: false,
    ...(ca === undefined ? {} : { ca: pem(ca) }),
    ...(cert === undefined ? {} : { cert: pem(cert) }),
    ...(key === undefined ? {} : { key: pem(key) }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
  const through = await tunnelTo(target, signal);
  if (through !== undefined) options.createConnection = () => through as never;
  const socket = new WebSocket(target.url, [...protocols], options);
  // listens from the start: what comes with the opening would be lost on one who comes later
  const kept = new KeptSocket(socket, connection.entry.name, signal);
  try {
    await opened(socket, connection.entry.name, signal);
  } catch (error) {
    socket.terminate();
    throw error;
  }
  return kept;
}

/** The connection where it goes through a proxy. */
async function tunnelTo({ url, tls, proxy }: SocketTarget, signal: AbortSignal): Promise<Duplex | undefined> {
  if (proxy === undefined) return undefined;
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === 'wss:';
  const time = AbortSignal.timeout(OPEN_MS);
  try {
    return await connectThroughProxy({
      proxy,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 443 : 80) : Number(port),
      tls: secure ? tls : undefined,
      signal: AbortSignal.any([signal, time]),
    });
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}

const pem = (value: string | Uint8Array): string | Buffer => (typeof value === 'string' ? value : Buffer.from(value));

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortedBy(signal);
}

export const abortedBy = (signal: AbortSignal): ToolError =>
  signal.reason instanceof ToolError ? signal.reason : new ToolError('cancelled', 'The call was cancelled.');

function opened(socket: WebSocket, context: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortedBy(signal));
    const done = (settle: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('open', () => done(resolve));
    socket.once('close', () => done(() => reject(broken(new Error('closed'), context))));
    socket.once('error', (error: NodeJS.ErrnoException) => done(() => reject(broken(error, context))));
    // a refusal is an answer of the API like any other
    socket.once('unexpected-response', (_request, answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        if (body.length < LONGEST_REFUSAL) body += part;
      });
      const refuse = (): void => done(() => reject(statusFailure(answer.statusCode ?? 0, body, answer.headers as never, context)));
      answer.once('end', refuse);
      answer.once('error', refuse);
    });
  });
}

function broken(error: NodeJS.ErrnoException, context: string): ToolError {
  const late = /timed? ?out/i.test(error.message) || error.code === 'ETIMEDOUT';
  return new ToolError(
    late ? 'timeout' : 'unavailable',
    late
      ? `The API server of "${context}" did not open the connection in time.`
      : `The connection to the API server of "${context}" failed (${error.code ?? oneLine(error.message, 120)}).`,
    { hint: 'Try again in a moment; contexts_list shows which cluster it is.', cause: error },
  );
}

class KeptSocket implements ApiSocket {
  readonly #socket: WebSocket;
  readonly #waiting: Buffer[] = [];
  #bytes = 0;
  #failure: ToolError | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(socket: WebSocket, context: string, signal: AbortSignal) {
    this.#socket = socket;
    socket.on('message', (data) => this.#take(data as Buffer));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(broken(error, context)));
    const onAbort = (): void => {
      this.#fail(abortedBy(signal));
      socket.terminate();
    };
    const pings = this.#keepAlive(context);
    socket.once('close', () => {
      clearInterval(pings);
      signal.removeEventListener('abort', onAbort);
      this.#ended = true;
      this.#wake?.();
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  async *messages(): AsyncGenerator<Buffer> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.#bytes -= next.length;
        if (this.#bytes < WAITING && this.#socket.isPaused) this.#socket.resume();
        yield next;
        continue;
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  send(message: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      // one that is closed takes nothing more, and whoever reads learns why
      this.#socket.send(message, () => (this.#failure === undefined ? resolve() : reject(this.#failure)));
    });
  }

  close(): void {
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    // what still waits is given up, or the goodbye would wait behind it
    if (this.#socket.isPaused) this.#socket.resume();
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref();
  }

  #take(data: Buffer): void {
    this.#waiting.push(data);
    this.#bytes += data.length;
    if (this.#bytes >= WAITING && this.#socket.readyState === this.#socket.OPEN) this.#socket.pause();
    this.#wake?.();
  }

  #fail(error: ToolError): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  #keepAlive(context: string): NodeJS.Timeout {
    let answered = true;
    this.#socket.on('pong', () => (answered = true));
    return setInterval(() => {
      // while the reader is slow, pongs wait behind what it has not read
      if (!answered && !this.#socket.isPaused) {
        this.#fail(new ToolError('unavailable', `The API server of "${context}" does not answer any more.`, { hint: 'Try again.' }));
        return this.#socket.terminate();
      }
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      answered = false;
      this.#socket.ping();
    }, PING_MS).unref();
  }
}
