import type { Readable } from 'node:stream';
import { addAbortSignal } from 'node:stream';
import { ToolError } from '@deployment-engine/shared/contracts';
import { showAddress, type EngineAddress } from './address.ts';
import { BuildTranscript } from './buildkit.ts';
import { engineFailure } from './failure.ts';
import { recordsOf } from './frames.ts';

/** One request of the Docker Engine API (docs.docker.com/reference/api/engine). */
export interface EngineCall {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path segments, each encoded on its own: a name can never become another path. */
  path: readonly string[];
  query?: Record<string, unknown>;
  body?: unknown;
  /** A body that is not JSON: a tar archive. */
  file?: Readable | Buffer;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

/** What a call opened: the HTTP response's body, or the raw connection of an upgraded one. */
export interface Duplexish extends Readable {
  write(data: string | Uint8Array): boolean;
  end(): unknown;
}

interface DialOptions {
  path: string;
  method: string;
  statusCodes: Record<number, true | string>;
  options?: Record<string, unknown>;
  file?: Readable | Buffer;
  headers?: Record<string, string>;
  isStream?: boolean;
  hijack?: boolean;
  openStdin?: boolean;
  abortSignal?: AbortSignal;
}

/** The part of docker-modem that is used; its own types say `any`. */
interface Modem {
  dial(options: DialOptions, callback: (error: unknown, data: unknown) => void): void;
  buildRequest(options: Record<string, unknown>, ...rest: unknown[]): void;
}

interface Dockerode {
  modem: Modem;
}

const OK = { 200: true, 201: true, 202: true, 204: true, 304: true } as const;

/** A connection to one engine. Loads dockerode, which takes a tenth of a second, on the first request. */
export class Engine {
  readonly name: string;
  readonly address: EngineAddress;
  readonly readOnly: boolean;
  #dockerode: Promise<Dockerode> | undefined;

  constructor(name: string, address: EngineAddress, readOnly = false) {
    this.name = name;
    this.address = address;
    this.readOnly = readOnly;
  }

  /** Whether the engine's files are this machine's files, so that roots mean something there. */
  get local(): boolean {
    return this.address.kind === 'socket';
  }

  /** The JSON answer; undefined for an empty one. */
  async json<T>(call: EngineCall): Promise<T> {
    const data = await this.#dial(call, {});
    // docker-modem hands back the bytes when they do not parse to something truthy
    if (!Buffer.isBuffer(data)) return data as T;
    const text = data.toString();
    if (text.trim() === '' || text.trim() === 'null') return undefined as T;
    throw new ToolError('upstream_error', `The engine "${this.name}" answered with something that is not JSON.`, {
      hint: 'Check that the address leads to a Docker engine.',
    });
  }

  /** The answer's body as it comes. Aborting the call destroys it. */
  async stream(call: EngineCall): Promise<Readable> {
    const stream = (await this.#dial(call, { isStream: true })) as Readable;
    return addAbortSignal(call.signal, stream);
  }

  /** An upgraded connection, to send a program its input. */
  async connect(call: EngineCall): Promise<Duplexish> {
    const socket = (await this.#dial(call, { isStream: true, hijack: true, openStdin: true })) as Duplexish;
    return addAbortSignal(call.signal, socket);
  }

  /**
   * Reads a stream of progress records (pull, push, build), BuildKit's included, until it ends.
   *
   * @throws ToolError when the stream breaks or the call is cancelled
   */
  async follow(stream: Readable, event: (event: ProgressEvent) => void, signal: AbortSignal): Promise<void> {
    const transcript = new BuildTranscript();
    try {
      for await (const record of recordsOf<ProgressEvent & { aux?: unknown }>(stream)) {
        if (record.id === 'moby.buildkit.trace' && typeof record.aux === 'string')
          event({ stream: transcript.add(Buffer.from(record.aux, 'base64')) });
        else event(record);
      }
    } catch (error) {
      throw this.failure(error, signal);
    }
    if (signal.aborted) throw this.failure(undefined, signal);
  }

  /** Converts what a stream of this engine threw. */
  failure(error: unknown, signal: AbortSignal): ToolError {
    return engineFailure(error, this.name, showAddress(this.address), signal);
  }

  async #dial(call: EngineCall, extra: Partial<DialOptions>): Promise<unknown> {
    const { method = 'GET', path, query = {}, body, file, headers, signal } = call;
    try {
      if (signal.aborted) throw signal.reason;
      const { modem } = await this.#load();
      // `_query` and `_body` keep docker-modem from sending the one as the other
      const wanted = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
      const options: DialOptions = {
        path: `/${path.map(encodeURIComponent).join('/')}?`,
        method,
        statusCodes: OK,
        options: { _query: wanted, _body: body ?? {} },
        abortSignal: signal,
        ...(file === undefined ? {} : { file }),
        ...(headers === undefined ? {} : { headers }),
        ...extra,
      };
      return await new Promise((resolve, reject) => modem.dial(options, (error, data) => (error ? reject(error) : resolve(data))));
    } catch (error) {
      throw engineFailure(error, this.name, showAddress(this.address), signal);
    }
  }

  #load(): Promise<Dockerode> {
    this.#dockerode ??= createDockerode(this.address);
    return this.#dockerode;
  }
}

export interface ProgressEvent {
  id?: string;
  status?: string;
  stream?: string;
  error?: string;
  errorDetail?: { message?: string; code?: number };
  progressDetail?: { current?: number; total?: number };
  aux?: { ID?: string; Digest?: string; Size?: number; Tag?: string };
}

async function createDockerode(address: EngineAddress): Promise<Dockerode> {
  const { default: Docker } = await import('dockerode');
  let docker: Dockerode;
  try {
    docker = new Docker(optionsFor(address)) as unknown as Dockerode;
  } catch (error) {
    // docker-modem reads DOCKER_HOST and DOCKER_CERT_PATH of the process even where an address is given
    throw new ToolError('invalid_input', 'DOCKER_HOST or DOCKER_CERT_PATH of this process cannot be read.', {
      hint: 'Correct or unset them.',
      cause: error,
    });
  }
  const { modem } = docker;
  const build = modem.buildRequest.bind(modem);
  // An engine has no reason to send us elsewhere; its client would follow to any host.
  modem.buildRequest = (options, ...rest) => build({ ...options, maxRedirects: 0 }, ...rest);
  return docker;
}

/** Everything is given, undefined too: what is left out, docker-modem takes from the environment of the process. */
function optionsFor(address: EngineAddress): Record<string, unknown> {
  const nothing = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    protocol: undefined,
    pathPrefix: undefined,
    username: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
  };
  switch (address.kind) {
    case 'socket':
      return { ...nothing, socketPath: address.path, protocol: 'http' };
    case 'tcp':
      return tcpOptions(nothing, address);
    case 'ssh': {
      const { hostKey, privateKey, passphrase } = address.ssh;
      const expected = hostKey.slice('SHA256:'.length).replace(/=$/, '');
      return {
        ...nothing,
        host: address.host,
        port: address.port,
        username: address.user,
        protocol: 'ssh',
        sshOptions: {
          // ssh2 trusts every host unless it is told how to check
          hostHash: 'sha256',
          hostVerifier: (hex: string) => Buffer.from(hex, 'hex').toString('base64').replace(/=$/, '') === expected,
          ...(privateKey === undefined ? { agent: address.agent } : { privateKey: privateKey.reveal(), passphrase: passphrase?.reveal() }),
          readyTimeout: 15_000,
        },
      };
    }
  }
}

function tcpOptions(
  nothing: Record<string, unknown>,
  { host, port, tls }: Extract<EngineAddress, { kind: 'tcp' }>,
): Record<string, unknown> {
  const protocol = tls ? 'https' : 'http';
  // docker-modem parses `host` as a URL; only so does an IPv6 address survive
  const url = `${protocol}://${host.includes(':') ? `[${host}]` : host}`;
  return { ...nothing, host: url, port, protocol, pathPrefix: '/', ca: tls?.ca, cert: tls?.cert, key: tls?.key?.reveal() };
}
