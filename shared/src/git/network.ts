import { ToolError } from '../contracts/error.ts';
import type { Environment } from '../platform/exec/index.ts';
import { resolveHost } from '../platform/dns/index.ts';
import { addressKind, isAddress, type Resolve } from '../platform/http/index.ts';
import type { Override } from './config-policy.ts';
import type { RemotePlace } from './remote-url.ts';

export type Protocol = 'https' | 'http' | 'ssh' | 'git' | 'file';

/** What the operator says about remotes. */
export interface NetworkPolicy {
  /** Protocols that may be spoken. */
  protocols: readonly Protocol[];
  /**
   * Hosts that may be reached at any address: a name, `*.example.com` for every name below it, or either with `:port`. Others must have
   * public addresses only.
   */
  hosts: readonly string[];
}

export const DEFAULT_NETWORK: NetworkPolicy = { protocols: ['https', 'http', 'ssh', 'git', 'file'], hosts: [] };

type NetworkPlace = Extract<RemotePlace, { kind: 'network' }>;

function isListed(place: NetworkPlace, hosts: readonly string[]): boolean {
  const host = place.host.toLowerCase();
  return hosts.some((listed) => {
    const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(listed.toLowerCase()) ?? [];
    if (port !== undefined && Number(port) !== place.port) return false;
    return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
  });
}

/**
 * Decides whether a host that a repository names may be reached, and pins what its name means now: git resolves it a second time, and
 * between the two a name can change its meaning.
 *
 * @returns settings to run git with
 * @throws ToolError `forbidden` for an address that is not public and not listed, `unavailable` for an unknown name
 */
export async function admitHost(
  place: NetworkPlace,
  policy: NetworkPolicy,
  env: Environment,
  resolve: Resolve = resolveHost,
): Promise<Override[]> {
  if (isListed(place, policy.hosts)) return [];
  const refuse = (kind: string) =>
    new ToolError('forbidden', `The remote's host ${place.host} leads to an address that is not public (${kind.replaceAll('_', ' ')}).`, {
      hint: 'The operator allows such a host by `network.hosts`.',
    });
  if (isAddress(place.host)) {
    const kind = addressKind(place.host);
    if (kind !== 'public') throw refuse(kind);
    return [];
  }
  const addresses = await resolve(place.host).catch(() => []);
  const notPublic = addresses.map(({ address }) => addressKind(address)).find((kind) => kind !== 'public');
  if (notPublic !== undefined) throw refuse(notPublic);
  const web = place.protocol === 'https' || place.protocol === 'http';
  if (addresses.length > 0)
    return web ? [['http.curloptResolve', `${place.host}:${place.port}:${addresses.map(({ address }) => address).join(',')}`]] : [];
  // A name of the person's ssh config, or one that only the proxy knows.
  const proxied = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].some((name) => (env[name.toLowerCase()] ?? env[name] ?? '') !== '');
  if (place.protocol === 'ssh' || (web && proxied)) return [];
  throw new ToolError('unavailable', `The remote's host ${place.host} is not known.`, {
    hint: 'Check the URL by remote_list, and the network.',
  });
}
