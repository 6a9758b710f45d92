import { posix } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import { createRoots, ROOTS_VARIABLE, type ResolveOptions, type Roots } from '@deployment-engine/shared/platform';
import type { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** Sockets that give control of the machine to whoever can write to them. */
const RUNTIME_SOCKETS = [
  '/var/run/docker.sock',
  '/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/var/run/containerd/containerd.sock',
  '/run/podman/podman.sock',
  '/run/crio/crio.sock',
  '/run/buildkit/buildkitd.sock',
];

export interface BindVerdict {
  refusals: Refusal[];
  /** The real path, where it could be found: what should be mounted instead of a path with links in it. */
  path: string;
}

/**
 * Whether a path of the engine's machine may be mounted. On this machine it must lie inside the roots or `allow.bindMounts`, links
 * followed; elsewhere roots mean nothing and only `allow.bindMounts` counts. A socket, a pipe or a device is never a plain mount.
 *
 * @throws ToolError `not_found` when nothing lies there and `mustExist` is set
 */
export async function judgeBind(source: string, world: World, options: { mustExist?: boolean } = {}): Promise<BindVerdict> {
  const { engine, allow } = world;
  if (!engine.local) return judgeRemote(source, world);

  const place = await findPlace(source, world, options.mustExist ?? false);
  const refusals: Refusal[] = [];
  if (!place.inside) {
    refusals.push({
      what: `mounting ${source}, which lies outside the roots`,
      setting: `allow.bindMounts must list a folder that holds "${source}" (or DEPLOYMENT_ENGINE_ROOTS)`,
    });
  }
  if (!allow.dockerSocket && (place.special || (await holdsSocket(place.path, world)))) {
    refusals.push({
      what: `mounting ${source}, which is or holds a socket or device such as the Docker socket`,
      setting: 'allow.dockerSocket = true',
    });
  }
  return { refusals, path: place.path };
}

function judgeRemote(source: string, { allow, engine }: World): BindVerdict {
  const path = posix.normalize(source);
  const listed = posix.isAbsolute(source) && allow.bindMounts.some((folder) => holds(posix.normalize(folder), path));
  const refusals: Refusal[] = [];
  if (!listed) {
    refusals.push({
      what: `mounting ${source} on the host "${engine.name}", where the roots of this machine mean nothing`,
      setting: `allow.bindMounts must list a folder that holds "${source}"`,
    });
  }
  if (!allow.dockerSocket && RUNTIME_SOCKETS.some((socket) => holds(path, socket))) {
    refusals.push({ what: `mounting ${source}, which is or holds the Docker socket`, setting: 'allow.dockerSocket = true' });
  }
  return { refusals, path };
}

interface Place {
  path: string;
  inside: boolean;
  /** Neither a regular file nor a folder. */
  special: boolean;
}

async function findPlace(source: string, world: World, mustExist: boolean): Promise<Place> {
  const listed = world.allow.bindMounts.map(rootsOf).filter((one) => one !== undefined);
  for (const roots of [world.roots, ...listed]) {
    const path = await resolved(roots, source, { mustExist });
    if (path === undefined) continue;
    return { path, inside: true, special: await isSpecial(roots, path) };
  }
  // Outside: only to tell whether it is a socket, so that both settings are named at once.
  const everywhere = rootsOf('/');
  const path = posix.isAbsolute(source) && everywhere ? await resolved(everywhere, source, { mustExist: false }) : undefined;
  return {
    path: path ?? source,
    inside: false,
    special: path !== undefined && everywhere !== undefined && (await isSpecial(everywhere, path)),
  };
}

/** The real path inside these roots; undefined when it lies elsewhere. */
async function resolved(roots: Roots, path: string, options: ResolveOptions): Promise<string | undefined> {
  try {
    return await roots.resolve(path, options);
  } catch (error) {
    if (error instanceof ToolError && error.code === 'forbidden') return undefined;
    throw error;
  }
}

async function isSpecial(roots: Roots, path: string): Promise<boolean> {
  const fits = async (kind: 'file' | 'directory') => {
    try {
      await roots.resolve(path, { kind, mustExist: false });
      return true;
    } catch {
      return false;
    }
  };
  return !(await fits('file')) && !(await fits('directory'));
}

async function holdsSocket(path: string, { engine }: World): Promise<boolean> {
  const own = engine.address.kind === 'socket' ? [engine.address.path] : [];
  const everywhere = rootsOf('/');
  for (const socket of [...own, ...RUNTIME_SOCKETS]) {
    const real = everywhere && (await resolved(everywhere, socket, { mustExist: false }).catch(() => undefined));
    if (holds(path, socket) || (real !== undefined && holds(path, real))) return true;
  }
  return false;
}

function rootsOf(folder: string): Roots | undefined {
  try {
    return createRoots({ env: { [ROOTS_VARIABLE]: folder } });
  } catch {
    return undefined;
  }
}

function holds(folder: string, path: string): boolean {
  return folder === '/' || path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
