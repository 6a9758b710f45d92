import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { buildConnector, Dispatcher, Pool } from 'undici';
import { ToolError } from '../../contracts/error.ts';
import type { Guard } from './guard.ts';
import type { Proxy } from './proxy.ts';
import { bareHost } from './target.ts';

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** Turns a host name into addresses. The default asks the system (hosts file included). */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** TLS settings of one origin. Text or bytes in PEM. */
export interface TlsSettings {
  /** Authorities to trust instead of the usual ones. */
  ca?: string | Uint8Array | undefined;
  /** False accepts any certificate: for a test installation only. */
  rejectUnauthorized?: boolean | undefined;
  /** Client certificate and its key. */
  cert?: string | Uint8Array | undefined;
  key?: string | Uint8Array | undefined;
  /** The name that the certificate must bear, where it is not the host's. */
  serverName?: string | undefined;
}

export interface ConnectionOptions {
  guard: Guard;
  resolve: Resolve | undefined;
  tls: ReadonlyMap<string, TlsSettings>;
  proxyOf: (url: URL) => Proxy | undefined;
  connectTimeoutMs: number;
  maxConcurrent: number;
}

export interface Connections {
  dispatcher: Dispatcher;
  /** Ends every connection at once, requests in flight included. */
  close(): Promise<void>;
}

const ATTEMPT_MS = 250;

// undici costs about 130 ms to load: the first request pays, not the start of a server that may never make one.
let loading: Promise<typeof import('undici')> | undefined;
const loadUndici = (): Promise<typeof import('undici')> => (loading ??= import('undici'));

const resolveBySystem: Resolve = (host) => systemLookup(host, { all: true });

/** Resolves a host once and lets only checked addresses through. */
const resolveChecked = async (
  guard: Guard,
  resolve: Resolve,
  origin: string,
  host: string,
): Promise<readonly [ResolvedAddress, ...ResolvedAddress[]]> => {
  const addresses = await resolve(host);
  const [first, ...rest] = addresses;
  if (first === undefined)
    throw new ToolError('unavailable', `${origin} has a host name that does not resolve.`, { hint: 'Check the name.' });
  guard.checkAddresses(
    origin,
    addresses.map(({ address }) => address),
  );
  return [first, ...rest];
};

/**
 * The socket connects to what this returns, so the address that was checked is the address in use: no second look-up happens between
 * the two. The host name stays the one that TLS verifies.
 */
const checkedLookup =
  (guard: Guard, resolve: Resolve, origin: string): LookupFunction =>
  (host, options, callback) => {
    resolveChecked(guard, resolve, origin, host).then(
      (addresses) => {
        if (options.all === true)
          callback(
            null,
            addresses.map(({ address, family }) => ({ address, family })),
          );
        else callback(null, addresses[0].address, addresses[0].family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** What a proxy's own refusal means. */
export const tunnelRefused = (status: number): ToolError =>
  status === 407
    ? new ToolError('unavailable', 'The proxy does not accept the credential.', {
        hint: 'Put a valid user name and password into HTTPS_PROXY.',
      })
    : new ToolError(status === 403 ? 'forbidden' : 'unavailable', `The proxy refuses the connection (HTTP ${status}).`, {
        hint: 'Ask who runs the proxy, or name the host in NO_PROXY.',
      });

/** Opens the dispatcher that every request of one door goes through: one pool of connections per origin, each checked when it is made. */
export const openConnections = async (options: ConnectionOptions): Promise<Connections> => {
  const undici = await loadUndici();
  const { guard, tls, proxyOf, connectTimeoutMs, maxConcurrent } = options;
  const resolve = options.resolve ?? resolveBySystem;
  const proxies = new Map<string, Pool>();

  const connectorFor = (origin: string): buildConnector.connector =>
    undici.buildConnector({
      allowH2: false,
      timeout: connectTimeoutMs,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
      lookup: checkedLookup(guard, resolve, origin),
      ...tlsOf(tls.get(origin)),
    });

  const poolOf = (proxy: Proxy): Pool => {
    const known = proxies.get(proxy.origin) ?? new undici.Pool(proxy.origin, { allowH2: false, connectTimeout: connectTimeoutMs });
    proxies.set(proxy.origin, known);
    return known;
  };

  /** Every request through a tunnel names an address for an origin nobody listed: the proxy must not resolve the name a second time. */
  const tunnelFor = (origin: string, proxy: Proxy): buildConnector.connector => {
    const secure = connectorFor(origin);
    const open = async (url: URL): Promise<Dispatcher.ConnectData['socket']> => {
      const host = bareHost(url);
      const named = guard.isListed(origin) ? host : (await resolveChecked(guard, resolve, origin, host))[0].address;
      const authority = `${bracketed(named)}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
      const headers = { host: authority, ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }) };
      const { socket, statusCode } = await poolOf(proxy)
        .connect({ path: authority, headers, signal: AbortSignal.timeout(connectTimeoutMs) })
        .catch(proxyFailed);
      if (statusCode === 200) return socket;
      socket.on('error', () => undefined).destroy();
      throw tunnelRefused(statusCode);
    };
    return (request, callback) => {
      open(new URL(origin)).then(
        (socket) =>
          request.protocol === 'https:' ? secure({ ...request, httpSocket: socket as never }, callback) : callback(null, socket as never),
        (error: Error) => callback(error, null),
      );
    };
  };

  const agent = new undici.Agent({
    factory: (target) => {
      const url = new URL(String(target));
      const proxy = proxyOf(url);
      const shared = { connections: maxConcurrent, allowH2: false };
      if (proxy === undefined) return new undici.Pool(url.origin, { ...shared, connect: connectorFor(url.origin) });
      // Proxies commonly refuse CONNECT to other ports than 443: a plain request to an origin the operator named is forwarded by its name.
      if (url.protocol === 'http:' && guard.isListed(url.origin))
        return new undici.ProxyAgent({
          uri: proxy.origin,
          proxyTunnel: false,
          ...shared,
          ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
        });
      return new undici.Pool(url.origin, { ...shared, connect: tunnelFor(url.origin, proxy) });
    },
  });
  return {
    dispatcher: agent,
    close: async () => {
      await Promise.all([agent.destroy(), ...[...proxies.values()].map((pool) => pool.destroy())]);
    },
  };
};

export const tlsOf = (settings: TlsSettings | undefined) => {
  const asPem = (value: string | Uint8Array): string | Buffer => (typeof value === 'string' ? value : Buffer.from(value));
  return {
    ...(settings?.ca === undefined ? {} : { ca: asPem(settings.ca) }),
    ...(settings?.cert === undefined ? {} : { cert: asPem(settings.cert) }),
    ...(settings?.key === undefined ? {} : { key: asPem(settings.key) }),
    ...(settings?.serverName === undefined ? {} : { servername: settings.serverName }),
    ...(settings?.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: settings.rejectUnauthorized }),
  };
};

/** Always an error of ours, because undici takes some of its own for a broken connection and tries again for ever. */
const proxyFailed = (error: Error): never => {
  if (error.name === 'TimeoutError') throw new ToolError('timeout', 'The proxy did not open the connection in time.', { cause: error });
  throw new ToolError('unavailable', 'The proxy cannot be reached.', { cause: error, hint: 'Check HTTP_PROXY and HTTPS_PROXY.' });
};
