import type { Filters } from './containers.ts';
import type { Engine } from './engine.ts';
import type { WireNetwork } from './wire.ts';

export interface NetworkBody {
  Name: string;
  Driver: string;
  Internal: boolean;
  Attachable: boolean;
  EnableIPv6: boolean;
  CheckDuplicate: true;
  Labels: Record<string, string>;
  IPAM?: { Driver: 'default'; Config: { Subnet: string; Gateway?: string }[] };
}

export async function listNetworks(engine: Engine, query: { filters?: Filters }, signal: AbortSignal): Promise<WireNetwork[]> {
  return (await engine.json<WireNetwork[] | undefined>({ path: ['networks'], query, signal })) ?? [];
}

export function inspectNetwork(engine: Engine, id: string, signal: AbortSignal): Promise<WireNetwork> {
  return engine.json({ path: ['networks', id], signal });
}

export function createNetwork(engine: Engine, body: NetworkBody, signal: AbortSignal): Promise<{ Id: string; Warning?: string }> {
  return engine.json({ method: 'POST', path: ['networks', 'create'], body, signal });
}

export async function removeNetwork(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  await engine.json({ method: 'DELETE', path: ['networks', id], signal });
}

export async function connectNetwork(
  engine: Engine,
  id: string,
  body: { Container: string; EndpointConfig: { Aliases?: string[] } },
  signal: AbortSignal,
): Promise<void> {
  await engine.json({ method: 'POST', path: ['networks', id, 'connect'], body, signal });
}

export async function disconnectNetwork(
  engine: Engine,
  id: string,
  body: { Container: string; Force: boolean },
  signal: AbortSignal,
): Promise<void> {
  await engine.json({ method: 'POST', path: ['networks', id, 'disconnect'], body, signal });
}
