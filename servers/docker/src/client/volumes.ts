import { ToolError } from '@deployment-engine/shared/contracts';
import type { Filters } from './containers.ts';
import type { Engine } from './engine.ts';
import type { WireVolume } from './wire.ts';

export async function listVolumes(engine: Engine, query: { filters?: Filters }, signal: AbortSignal): Promise<WireVolume[]> {
  return (await engine.json<{ Volumes?: WireVolume[] | null }>({ path: ['volumes'], query, signal })).Volumes ?? [];
}

export function inspectVolume(engine: Engine, name: string, signal: AbortSignal): Promise<WireVolume> {
  return engine.json({ path: ['volumes', name], signal });
}

/** The volume, or undefined when there is none of that name. */
export async function findVolume(engine: Engine, name: string, signal: AbortSignal): Promise<WireVolume | undefined> {
  try {
    return await inspectVolume(engine, name, signal);
  } catch (error) {
    if (error instanceof ToolError && error.code === 'not_found') return undefined;
    throw error;
  }
}

export function createVolume(
  engine: Engine,
  body: { Name?: string | undefined; Driver: string; DriverOpts: Record<string, string>; Labels: Record<string, string> },
  signal: AbortSignal,
): Promise<WireVolume> {
  return engine.json({ method: 'POST', path: ['volumes', 'create'], body, signal });
}

export async function removeVolume(engine: Engine, name: string, query: { force: boolean }, signal: AbortSignal): Promise<void> {
  await engine.json({ method: 'DELETE', path: ['volumes', name], query, signal });
}
