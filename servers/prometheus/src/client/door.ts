import { createHttp, type Http, type HttpResponse, type TlsSettings } from '@deployment-engine/shared/platform';
import type { EndpointSettings } from '../config.ts';
import type { RequestOptions } from './types.ts';

export type ParameterValue = string | number | boolean | undefined | readonly string[];
export type Parameters = Readonly<Record<string, ParameterValue>>;

export interface DoorOptions extends EndpointSettings {
  orgId?: string | undefined;
  timeoutMs: number;
  maxResponseBytes: number;
}

/** Longer ones go in the body: many gateways refuse a request line above 4 or 8 KiB. */
const LONGEST_QUERY = 2_000;

/** One backend's HTTP: its base URL, its credential, its limits. Paths below are ours; nothing in a call's arguments reaches the host or the path unescaped. */
export interface Door {
  /** GET, or POST as a form where `form` allows it and the parameters are long. */
  read(path: string, parameters: Parameters, options: RequestOptions & { form?: boolean }): Promise<HttpResponse>;
  /** Sends JSON. */
  write(method: 'POST' | 'DELETE', path: string, json: unknown, options: RequestOptions): Promise<HttpResponse>;
  close(): Promise<void>;
}

export function openDoor(settings: DoorOptions): Door {
  const base = settings.url.replace(/\/+$/, '');
  const { origin } = new URL(base);
  const http: Http = createHttp({
    origins: [origin],
    credentials: { [origin]: { headers: credentialHeaders(settings) } },
    timeoutMs: settings.timeoutMs,
    maxBytes: settings.maxResponseBytes,
    ...(settings.tls === undefined ? {} : { tls: { [origin]: tlsOf(settings.tls) } }),
  });
  // a redirect of an API is a sign-in page or a wrong address: it is reported, never followed
  const common = { headers: { accept: 'application/json' }, maxRedirects: 0 };
  return {
    read(path, parameters, { signal, timeoutMs, form = false }) {
      const encoded = encode(parameters);
      if (form && encoded.length > LONGEST_QUERY) {
        const headers = { ...common.headers, 'content-type': 'application/x-www-form-urlencoded' };
        return http.request({ ...common, headers, url: `${base}${path}`, method: 'POST', body: encoded, signal, timeoutMs });
      }
      return http.request({ ...common, url: `${base}${path}${encoded === '' ? '' : `?${encoded}`}`, signal, timeoutMs });
    },
    write: (method, path, json, { signal, timeoutMs }) =>
      http.request({ ...common, url: `${base}${path}`, method, ...(json === undefined ? {} : { json }), signal, timeoutMs }),
    close: () => http.close(),
  };
}

function encode(parameters: Parameters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value as Exclude<ParameterValue, readonly string[]>]) {
      if (one !== undefined) search.append(name, String(one));
    }
  }
  return search.toString();
}

function credentialHeaders({ auth, headers, orgId }: DoorOptions): Record<string, string> {
  const basic =
    auth?.username === undefined ? undefined : Buffer.from(`${auth.username}:${auth.password?.reveal() ?? ''}`).toString('base64');
  return {
    ...Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, value.reveal()])),
    ...(auth?.bearer === undefined ? {} : { authorization: `Bearer ${auth.bearer.reveal()}` }),
    ...(basic === undefined ? {} : { authorization: `Basic ${basic}` }),
    ...(orgId === undefined ? {} : { 'x-scope-orgid': orgId }),
  };
}

function tlsOf({ key, ...rest }: NonNullable<EndpointSettings['tls']>): TlsSettings {
  return { ...rest, ...(key === undefined ? {} : { key: key.reveal() }) };
}
