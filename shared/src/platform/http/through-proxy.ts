import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as startTls } from 'node:tls';
import { ToolError } from '../../contracts/error.ts';
import { tlsOf, type TlsSettings } from './connection.ts';
import type { Proxy } from './proxy.ts';

export interface ThroughProxy {
  proxy: Proxy;
  /** Where the proxy is asked to connect to. */
  host: string;
  port: number;
  /** Given: TLS with the target, inside the tunnel. */
  tls?: TlsSettings | undefined;
  signal: AbortSignal;
}

/**
 * A connection to the target through an HTTP proxy (RFC 9110, CONNECT), for client libraries with a transport of their own.
 *
 * @throws ToolError `unavailable` when the proxy does not answer or refuses
 */
export async function connectThroughProxy({ proxy, host, port, tls, signal }: ThroughProxy): Promise<Duplex> {
  const tunnel = await openTunnel(proxy, `${host.includes(':') ? `[${host}]` : host}:${port}`, signal);
  if (tls === undefined) return tunnel;
  return new Promise((resolve, reject) => {
    const settings = tlsOf(tls);
    const secure = startTls({
      ...settings,
      socket: tunnel,
      servername: settings.servername ?? (/^[\d.]+$|:/.test(host) ? '' : host),
      host,
    });
    secure.once('secureConnect', () => resolve(secure));
    secure.once('error', (error: NodeJS.ErrnoException) => {
      tunnel.destroy();
      reject(
        new ToolError('unavailable', `TLS with ${host} failed (${error.code ?? 'unknown reason'}).`, {
          hint: 'Check the authorities and the name of the certificate.',
          cause: error,
        }),
      );
    });
  });
}

function openTunnel(proxy: Proxy, target: string, signal: AbortSignal): Promise<Duplex> {
  const { protocol, hostname, port } = new URL(proxy.origin);
  const refused = (why: string, cause?: unknown): ToolError =>
    new ToolError('unavailable', `The proxy ${proxy.origin} ${why}.`, {
      hint: 'Check the proxy setting, or name the host in NO_PROXY.',
      cause,
    });
  return new Promise((resolve, reject) => {
    const asking = (protocol === 'https:' ? overHttps : overHttp)({
      host: hostname,
      port: port || (protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }) },
      agent: false,
      signal,
    });
    asking.once('connect', (answer, socket, head) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        return reject(refused(`refuses the connection (HTTP ${answer.statusCode})`));
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    // an answer instead of a tunnel
    asking.once('response', (answer) => {
      answer.destroy();
      reject(refused(`refuses the connection (HTTP ${answer.statusCode})`));
    });
    asking.once('error', (error: NodeJS.ErrnoException) => reject(refused(`does not answer (${error.code ?? 'unknown reason'})`, error)));
    asking.end();
  });
}
