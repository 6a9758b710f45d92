import { ToolError } from '@deployment-engine/shared/contracts';
import {
  createHttp,
  createProxyChoice,
  proxyFromEnv,
  type Exec,
  type Http,
  type HttpResponse,
  type HttpStream,
  type Proxy,
  type ProxySettings,
  type RequestHeaders,
  type TlsSettings,
} from '@deployment-engine/shared/platform';
import type { KubernetesSettings } from '../config.ts';
import type { Credentials } from './credential.ts';
import { openCredentials } from './credentials.ts';
import { statusFailure } from './failure.ts';
import type { ContextEntry } from './kubeconfig.ts';
import { pemOf } from './pem.ts';

/** One request of the Kubernetes API. */
export interface ApiCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** Path segments, each encoded on its own: a name can never become another path. */
  path: readonly string[];
  query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>> | undefined;
  accept?: string | undefined;
  body?: unknown;
  contentType?: string | undefined;
  signal: AbortSignal;
  timeoutMs?: number | undefined;
  maxBytes?: number | undefined;
}

/** What a WebSocket to the API server needs. */
export interface SocketTarget {
  url: string;
  headers: RequestHeaders;
  tls: TlsSettings;
  /** Given: the connection is made through it. */
  proxy?: Proxy;
}

export interface ConnectionOptions {
  exec: Exec;
  env: Readonly<Record<string, string | undefined>>;
  settings: Pick<KubernetesSettings, 'timeoutMs' | 'credentialCommands' | 'impersonate'>;
  /** Impersonation is refused then: it would act with another's rights. */
  readOnly: boolean;
}

const MAX_BYTES = 64 * 1024 * 1024;
/** How many requests one answer may need at once; the API server's own fairness does the rest. */
const CONNECTIONS = 32;

/** The road to one API server as one user: connections are kept, credentials renewed. */
export class Connection {
  readonly entry: ContextEntry;
  readonly #options: ConnectionOptions;
  readonly #credentials: Credentials;
  readonly #headers: RequestHeaders;
  #opening: Promise<Http> | undefined;
  /** The client certificate of the open connections. */
  #certificate = '';

  constructor(entry: ContextEntry, options: ConnectionOptions) {
    this.entry = entry;
    this.#options = options;
    this.#headers = impersonation(entry, options);
    this.#credentials = openCredentials(entry.credentials, {
      exec: options.exec,
      env: options.env,
      commands: options.settings.credentialCommands,
      cluster: entry,
    });
  }

  /** The answer, whatever its status. */
  async ask(call: ApiCall): Promise<HttpResponse> {
    return this.#renewing(async () =>
      (await this.#http()).request({ ...this.#request(call), timeoutMs: call.timeoutMs, maxBytes: call.maxBytes ?? MAX_BYTES }),
    );
  }

  /** The JSON answer of a request that went well. */
  async json<T>(call: ApiCall): Promise<T> {
    return this.#checked(await this.ask(call)).json() as T;
  }

  async text(call: ApiCall): Promise<string> {
    return this.#checked(await this.ask({ accept: '*/*', ...call })).text();
  }

  /** The body as it comes; `idleMs` 0 waits for ever. */
  async stream(call: ApiCall & { idleMs?: number }): Promise<HttpStream> {
    const answer = await this.#renewing(async () =>
      (await this.#http()).stream({
        ...this.#request(call),
        timeoutMs: call.timeoutMs,
        maxBytes: call.maxBytes ?? Number.MAX_SAFE_INTEGER,
        idleMs: call.idleMs ?? 0,
      }),
    );
    if (answer.status < 300) return answer;
    let text = '';
    const decoder = new TextDecoder();
    for await (const part of answer.body) if (text.length < 65_536) text += decoder.decode(part, { stream: true });
    throw statusFailure(answer.status, text, answer.headers, this.entry.name);
  }

  async socketTarget(path: readonly string[], query: ApiCall['query']): Promise<SocketTarget> {
    const url = new URL(this.#url(path));
    const proxy = createProxyChoice(this.#proxy())(url);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    for (const [name, value] of Object.entries(query ?? {}))
      for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) url.searchParams.append(name, String(one));
    return { url: url.href, ...(await this.identity()), ...(proxy ? { proxy } : {}) };
  }

  /** Who this connection is, for what makes a connection of its own. */
  async identity(): Promise<Pick<SocketTarget, 'headers' | 'tls'>> {
    return { headers: { ...this.#headers, ...(await this.#credentials.headers()) }, tls: await this.#tls() };
  }

  /** Makes the credentials of the next request; the moment (`performance.now()`) by which they were there, for {@link renewCredentials}. */
  async ready(): Promise<number> {
    await this.#credentials.headers();
    return performance.now();
  }

  /** Forgets credentials that were not accepted when they were sent (`performance.now()`). True if there are others to try. */
  renewCredentials(sentAt: number): boolean {
    return this.#credentials.renew(sentAt);
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    await (await opening?.catch(() => undefined))?.close();
  }

  #checked(answer: HttpResponse): HttpResponse {
    if (answer.status < 300) return answer;
    throw statusFailure(answer.status, answer.text(), answer.headers, this.entry.name);
  }

  #request({ method = 'GET', path, query, accept = 'application/json', body, contentType = 'application/json', signal }: ApiCall) {
    return {
      url: this.#url(path),
      method,
      ...(query ? { query } : {}),
      headers: { accept, ...this.#headers, ...(body === undefined ? {} : { 'content-type': contentType }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal,
      maxRedirects: 0,
    };
  }

  #url(path: readonly string[]): string {
    for (const one of path)
      if (one === '' || one === '.' || one === '..')
        throw new ToolError('invalid_input', 'A name may not be empty, "." or "..".', { hint: 'Give the object’s own name.' });
    return `${this.entry.server}/${path.map(encodeURIComponent).join('/')}`;
  }

  #http(): Promise<Http> {
    const opening = (this.#opening ??= this.#open());
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    return opening;
  }

  async #open(): Promise<Http> {
    const { origin } = new URL(this.entry.server);
    const tls = await this.#tls();
    this.#certificate = String(tls.cert);
    return createHttp({
      origins: [origin],
      credentials: { [origin]: { headers: () => this.#credentials.headers() } },
      tls: { [origin]: tls },
      timeoutMs: this.#options.settings.timeoutMs,
      maxConcurrent: CONNECTIONS,
      proxy: this.#proxy(),
    });
  }

  #proxy(): ProxySettings {
    const { proxyUrl } = this.entry;
    return proxyUrl ? { http: proxyUrl, https: proxyUrl } : proxyFromEnv(this.#options.env);
  }

  async #tls(): Promise<TlsSettings> {
    const [ca, own] = await Promise.all([pemOf(this.entry.ca), this.#credentials.certificate()]);
    return {
      ...own,
      ...(ca ? { ca } : {}),
      ...(this.entry.insecure ? { rejectUnauthorized: false } : {}),
      ...(this.entry.tlsServerName ? { serverName: this.entry.tlsServerName } : {}),
    };
  }

  /** Sends, and once more with renewed credentials where the first are not accepted. */
  async #renewing<T extends { status: number; close?(): void }>(send: () => Promise<T>): Promise<T> {
    const sentAt = await this.ready();
    const answer = await send();
    if (answer.status !== 401 || !this.#credentials.renew(sentAt)) return answer;
    answer.close?.();
    const { cert } = await this.#credentials.certificate();
    // a certificate belongs to the connection: a new one needs a new one; a token does not, and streams go on
    if (String(cert) !== this.#certificate) {
      this.#certificate = String(cert);
      await this.close();
    }
    return send();
  }
}

/** Impersonation headers (kubernetes.io, "User impersonation"). */
function impersonation({ credentials, name }: ContextEntry, { settings, readOnly }: ConnectionOptions): RequestHeaders {
  const wished = settings.impersonate ?? credentials.impersonate;
  if (wished === undefined) return {};
  if (readOnly)
    throw new ToolError('read_only', `The context "${name}" acts as another user, which read-only mode refuses.`, {
      hint: 'Use a context without impersonation.',
    });
  const extra = 'extra' in wished ? Object.entries(wished.extra) : [];
  return {
    'impersonate-user': wished.user,
    ...(wished.groups.length > 0 ? { 'impersonate-group': wished.groups } : {}),
    ...(wished.uid ? { 'impersonate-uid': wished.uid } : {}),
    ...Object.fromEntries(extra.map(([key, values]) => [`impersonate-extra-${encodeURIComponent(key)}`, values])),
  };
}
