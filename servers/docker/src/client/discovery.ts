import { homedir, userInfo } from 'node:os';
import { ToolError } from '@deployment-engine/shared/contracts';
import { parseAddress } from './address.ts';
import { contextEngine, environmentEngine, type FoundEngine } from './docker-context.ts';
import { Engine } from './engine.ts';

export interface DiscoveryOptions {
  env: Readonly<Record<string, string | undefined>>;
  home?: string;
  platform?: NodeJS.Platform;
  uid?: number;
  /** Where to look instead of the usual places. */
  sockets?: readonly string[];
}

/** Sockets that engines for people listen on, most usual first: Docker, Docker Desktop, rootless, Colima, OrbStack, Rancher, Podman. */
export function usualSockets({ env, home = homedir(), platform = process.platform, uid = userInfo().uid }: DiscoveryOptions): string[] {
  if (platform === 'win32')
    return ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/dockerDesktopLinuxEngine', 'npipe:////./pipe/podman-machine-default'];
  const runtime = [env['XDG_RUNTIME_DIR'], `/run/user/${uid}`].filter((one): one is string => one !== undefined && one.startsWith('/'));
  const colima = env['COLIMA_HOME'] || `${home}/.colima`;
  const paths = [
    '/var/run/docker.sock',
    `${home}/.docker/run/docker.sock`,
    `${home}/.docker/desktop/docker.sock`,
    ...runtime.map((folder) => `${folder}/docker.sock`),
    `${colima}/default/docker.sock`,
    `${home}/.config/colima/default/docker.sock`,
    `${home}/.orbstack/run/docker.sock`,
    `${home}/.rd/docker.sock`,
    ...runtime.map((folder) => `${folder}/podman/podman.sock`),
    `${home}/.local/share/containers/podman/machine/podman.sock`,
    '/run/podman/podman.sock',
  ];
  return [...new Set(paths)].map((path) => `unix://${path}`);
}

/**
 * Finds the engine of this machine as the docker command line would, and then where it would not: DOCKER_HOST, the docker context, the
 * usual sockets, each of which must answer. A named engine counts even when it does not answer now: silently using another would be worse.
 *
 * @throws ToolError `missing_dependency` with every place that was tried
 */
export async function findEngine(name: string, options: DiscoveryOptions): Promise<Engine> {
  const { env, home = homedir(), platform = process.platform } = options;
  const folder = { env, home, platform };
  const chosen: FoundEngine | undefined = (await environmentEngine(folder)) ?? (await contextEngine(folder));
  if (chosen !== undefined) return new Engine(name, parseAddress(chosen.settings, chosen.source, env));

  const places = options.sockets ?? usualSockets(options);
  const reasons: string[] = [];
  for (const host of places) {
    const engine = new Engine(name, parseAddress({ host }, 'socket'));
    const reason = await silence(engine);
    if (reason === undefined) return engine;
    reasons.push(`${host}: ${reason}`);
  }
  throw new ToolError('missing_dependency', 'No Docker engine was found on this machine.', {
    hint: 'Start Docker (or Podman, Colima, Docker Desktop), set DOCKER_HOST, or name an engine in the settings (hosts).',
    details: { tried: reasons },
  });
}

/** Why an engine does not answer; undefined when it does. */
async function silence(engine: Engine): Promise<string | undefined> {
  try {
    await engine.json({ path: ['version'], signal: AbortSignal.timeout(2000) });
    return undefined;
  } catch (error) {
    const code = ((error as Error).cause as { code?: string } | undefined)?.code;
    return code === 'ENOENT'
      ? 'not there'
      : code === 'EACCES'
        ? 'no permission'
        : code === 'ECONNREFUSED'
          ? 'nothing listens'
          : 'no answer';
  }
}
