import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import { createRoots, readFileInside, ROOTS_VARIABLE, Secret, type Roots } from '@deployment-engine/shared/platform';
import type { HostSettings } from '../config.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** An engine that the docker command line would use. */
export interface FoundEngine {
  settings: Pick<HostSettings, 'host' | 'tls'>;
  /** In words, for messages. */
  source: string;
}

export interface DockerFolder {
  env: Env;
  home: string;
  platform: NodeJS.Platform;
}

/** Where the docker command line keeps its settings (docs.docker.com/reference/cli/docker, DOCKER_CONFIG). */
export function dockerFolder({ env, home, platform }: DockerFolder): string {
  return env['DOCKER_CONFIG'] || (platform === 'win32' ? win32 : posix).join(home, '.docker');
}

/**
 * The engine of the chosen docker context: DOCKER_CONTEXT, else `currentContext` of config.json. Undefined when none is chosen, it is
 * `default`, or its files cannot be read.
 */
export async function contextEngine(where: DockerFolder): Promise<FoundEngine | undefined> {
  const files = filesOf(dockerFolder(where));
  if (files === undefined) return undefined;
  const name = where.env['DOCKER_CONTEXT'] || (await files.json<{ currentContext?: unknown }>('config.json'))?.currentContext;
  if (typeof name !== 'string' || name === '' || name === 'default') return undefined;
  // the command line names a context's folders by the digest of its name
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await files.json<ContextMeta>('contexts', 'meta', id, 'meta.json');
  const endpoint = meta?.Endpoints?.docker;
  if (typeof endpoint?.Host !== 'string' || endpoint.Host === '') return undefined;
  const tls = await files.tls('contexts', 'tls', id, 'docker');
  return { settings: { host: endpoint.Host, tls }, source: `docker context ${name}` };
}

interface ContextMeta {
  Endpoints?: { docker?: { Host?: unknown } };
}

/** DOCKER_HOST with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, as the docker command line reads them. */
export async function environmentEngine(where: DockerFolder): Promise<FoundEngine | undefined> {
  const host = where.env['DOCKER_HOST'];
  if (host === undefined || host === '') return undefined;
  const verify = where.env['DOCKER_TLS_VERIFY'];
  const folder = where.env['DOCKER_CERT_PATH'] || dockerFolder(where);
  const tls = verify ? ((await filesOf(folder)?.tls()) ?? {}) : undefined;
  return { settings: { host, tls }, source: 'DOCKER_HOST' };
}

interface Files {
  json<T>(...path: string[]): Promise<T | undefined>;
  tls(...folder: string[]): Promise<HostSettings['tls']>;
}

/** Reads below one folder only. What is missing or broken reads as undefined: the command line's files are not ours to complain about. */
function filesOf(folder: string): Files | undefined {
  let roots: Roots;
  try {
    roots = createRoots({ env: { [ROOTS_VARIABLE]: folder } });
  } catch {
    return undefined;
  }
  const text = async (...path: string[]): Promise<string | undefined> => {
    try {
      return (await readFileInside(roots, path.join('/'))).toString('utf8');
    } catch {
      return undefined;
    }
  };
  return {
    async json<T>(...path: string[]) {
      try {
        const value: unknown = JSON.parse((await text(...path)) ?? 'null');
        return typeof value === 'object' && value !== null ? (value as T) : undefined;
      } catch {
        return undefined;
      }
    },
    async tls(...path) {
      const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((file) => text(...path, file)));
      if (ca === undefined && cert === undefined && key === undefined) return undefined;
      return { ca, cert, key: key === undefined ? undefined : new Secret(key) };
    },
  };
}
