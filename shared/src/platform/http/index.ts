export { addressKind, type AddressKind, isAddress } from './address.ts';
export type { Resolve, ResolvedAddress, TlsSettings } from './connection.ts';
export { createGuard, type Guard, type GuardOptions } from './guard.ts';
export type { RequestHeaders, ResponseHeaders } from './header-fields.ts';
export {
  createHttp,
  type Credential,
  type Http,
  type HttpOptions,
  type HttpRequest,
  type HttpResponse,
  type HttpStream,
  type HttpStreamRequest,
} from './http.ts';
export { createProxyChoice, proxyFromEnv, type Proxy, type ProxySettings } from './proxy.ts';
export { retryAfterMs, statusError } from './status-error.ts';
export { parseOrigin, type Query, type QueryValue } from './target.ts';
export { connectThroughProxy, type ThroughProxy } from './through-proxy.ts';
