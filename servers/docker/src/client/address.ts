import { ToolError } from '@deployment-engine/shared/contracts';
import type { Secret } from '@deployment-engine/shared/platform';
import type { HostSettings } from '../config.ts';

/** Where an engine listens. */
export type EngineAddress =
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls: Tls | undefined }
  | { kind: 'ssh'; host: string; port: number; user: string; ssh: NonNullable<HostSettings['ssh']>; agent: string | undefined };

/** `{}` means TLS with the system's authorities. */
export interface Tls {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: Secret | undefined;
}

const FORMS = 'Use unix:///path/to.sock, npipe:////./pipe/name, tcp://host:port, https://host:port or ssh://user@host.';

/**
 * Reads an engine's address as DOCKER_HOST and docker contexts write it.
 *
 * @throws ToolError `invalid_input` naming what does not fit
 */
export function parseAddress(
  settings: Pick<HostSettings, 'host' | 'tls' | 'ssh'>,
  where: string,
  env: Readonly<Record<string, string | undefined>> = {},
): EngineAddress {
  const { host, tls, ssh } = settings;
  const refuse = (problem: string, hint = FORMS) => new ToolError('invalid_input', `${where}: ${problem}`, { hint });
  const scheme = /^([a-z]+):\/\//.exec(host)?.[1];
  if (scheme === 'unix') {
    const path = host.slice('unix://'.length);
    if (!path.startsWith('/')) throw refuse('a unix socket needs an absolute path.');
    return { kind: 'socket', path };
  }
  if (scheme === 'npipe') return { kind: 'socket', path: host.slice('npipe://'.length).replaceAll('\\', '/') };

  let url: URL;
  try {
    url = new URL(scheme === undefined ? `tcp://${host}` : host);
  } catch {
    throw refuse('the address cannot be read.');
  }
  if (url.hostname === '') throw refuse('the address has no host name.');
  // brackets belong to the URL, not to the name that is connected to
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  switch (url.protocol) {
    case 'ssh:': {
      if (ssh === undefined) {
        throw refuse(
          'an ssh host needs the fingerprint of its key.',
          'Name the host in the settings: hosts.<name> = { host, ssh: { hostKey: "SHA256:…" } }.',
        );
      }
      return {
        kind: 'ssh',
        host: name,
        port: Number(url.port || 22),
        user: decodeURIComponent(url.username) || 'root',
        ssh,
        agent: env['SSH_AUTH_SOCK'],
      };
    }
    case 'tcp:':
    case 'http:':
    case 'https:': {
      if (url.username !== '' || url.password !== '') throw refuse('credentials do not belong in the address.', 'Use tls certificates.');
      if (url.pathname !== '' && url.pathname !== '/') throw refuse('an address with a path is not supported.');
      const secure = url.protocol === 'https:' || tls !== undefined;
      const port = Number(url.port || (secure ? 2376 : 2375));
      return { kind: 'tcp', host: name, port, tls: secure ? (tls ?? {}) : undefined };
    }
    default:
      throw refuse(`${url.protocol}// is not a kind of address that an engine listens on.`);
  }
}

/** The address in words, without anything secret. */
export function showAddress(address: EngineAddress): string {
  if (address.kind === 'socket') return address.path.startsWith('//') ? `npipe://${address.path}` : `unix://${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  if (address.kind === 'ssh') return `ssh://${address.user}@${host}:${address.port}`;
  return `${address.tls ? 'https' : 'tcp'}://${host}:${address.port}`;
}
