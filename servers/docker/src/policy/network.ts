import { ToolError } from '@deployment-engine/shared/contracts';
import { inspectNetwork } from '../client/index.ts';
import type { Refusal } from './refusal.ts';
import type { World } from './world.ts';

const BUILT_IN = new Set(['', 'default', 'bridge', 'none', 'private']);

/**
 * Whether a container may have this network. Other names are looked up, since an engine takes the host network's id, or a part of it, as
 * well as its name.
 */
export async function judgeNetwork(network: string, world: World): Promise<Refusal[]> {
  const { allow, engine, signal } = world;
  const host: Refusal = { what: 'the network of the host', setting: 'allow.hostNamespaces.network = true' };
  if (network.startsWith('container:')) {
    return allow.containerNamespaces
      ? []
      : [{ what: `the network of another container (${network})`, setting: 'allow.containerNamespaces = true' }];
  }
  if (BUILT_IN.has(network) || allow.hostNamespaces.network) return [];
  if (network === 'host') return [host];
  // rootless engines: a path or a program of the host joins its network too
  if (network.startsWith('ns:') || network.startsWith('slirp4netns') || network.startsWith('pasta')) return [host];
  try {
    const found = await inspectNetwork(engine, network, signal);
    return found.Driver === 'host' || found.Name === 'host' ? [host] : [];
  } catch (error) {
    if (error instanceof ToolError && error.code === 'not_found') {
      throw new ToolError('not_found', `There is no network "${network}".`, {
        hint: 'See network_list, or make it with network_create.',
        cause: error,
      });
    }
    throw error;
  }
}
