import ipaddr from 'ipaddr.js';
import { ToolError } from '../../contracts/error.ts';
import { addressKind } from './address.ts';
import { bareHost } from './target.ts';

/** Where requests go out, in the words of the usual environment variables. */
export interface ProxySettings {
  /** Proxy for http URLs (HTTP_PROXY). */
  http?: string | undefined;
  /** Proxy for https URLs (HTTPS_PROXY). */
  https?: string | undefined;
  /** Comma-separated hosts reached directly (NO_PROXY): names (also for every name below), `*`, addresses, CIDR ranges; each may end in `:port`. */
  no?: string | undefined;
}

/** Reads HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY; the lower-case spelling wins, as in curl. */
export const proxyFromEnv = (env: Readonly<Record<string, string | undefined>> = process.env): ProxySettings => {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  const all = read('ALL_PROXY');
  return { http: read('HTTP_PROXY') ?? all, https: read('HTTPS_PROXY') ?? all, no: read('NO_PROXY') };
};

export interface Proxy {
  /** Without user name and password. */
  origin: string;
  /** The Proxy-Authorization field its credentials make. */
  authorization: string | undefined;
}

const parseProxy = (text: string): Proxy => {
  const url = text.includes('://') ? text : `http://${text}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:'))
    throw new ToolError('invalid_input', 'The proxy setting is not an http or https URL.', {
      hint: 'Correct HTTP_PROXY and HTTPS_PROXY, for example http://proxy.example:3128.',
    });
  const user = decodeURIComponent(parsed.username);
  const password = decodeURIComponent(parsed.password);
  const authorization = user === '' && password === '' ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return { origin: parsed.origin, authorization };
};

const inRange = (host: string, range: string): boolean => {
  if (!ipaddr.isValid(host) || !ipaddr.isValidCIDR(range)) return false;
  const address = ipaddr.parse(host);
  const [network, bits] = ipaddr.parseCIDR(range);
  return address.kind() === network.kind() && address.match(network, bits);
};

const bypasses = (entry: string, host: string, port: string): boolean => {
  const withPort = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry);
  if (withPort !== null && withPort[2] !== port) return false;
  const name = (withPort?.[1] ?? entry).replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return name === '*' || host === name || host.endsWith(`.${name}`) || inRange(host, name);
};

/** A function from a URL to the proxy it goes through, or undefined. This machine itself is always reached directly. */
export const createProxyChoice = (settings: ProxySettings): ((url: URL) => Proxy | undefined) => {
  const byScheme = { 'http:': settings.http && parseProxy(settings.http), 'https:': settings.https && parseProxy(settings.https) };
  const direct = (settings.no ?? '')
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '');
  return (url) => {
    const proxy = byScheme[url.protocol as 'http:' | 'https:'] || undefined;
    const host = bareHost(url);
    if (proxy === undefined || host === 'localhost' || host.endsWith('.localhost') || addressKind(host) === 'loopback') return undefined;
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    return direct.some((entry) => bypasses(entry, host, port)) ? undefined : proxy;
  };
};
