import type { Readable } from 'node:stream';
import type { RegistryLogin } from '../config.ts';
import type { Filters } from './containers.ts';
import type { Engine } from './engine.ts';
import type { WireHistory, WireImage, WireImageInspect } from './wire.ts';

/** A name has slashes that belong to the path; the rest of it is encoded. */
const at = (name: string, ...rest: string[]) => ['images', ...name.split('/'), ...rest];

export async function listImages(engine: Engine, query: { all?: boolean; filters?: Filters }, signal: AbortSignal): Promise<WireImage[]> {
  return (await engine.json<WireImage[] | undefined>({ path: ['images', 'json'], query, signal })) ?? [];
}

export function inspectImage(engine: Engine, name: string, signal: AbortSignal): Promise<WireImageInspect> {
  return engine.json({ path: at(name, 'json'), signal });
}

export async function imageHistory(engine: Engine, name: string, signal: AbortSignal): Promise<WireHistory[]> {
  return (await engine.json<WireHistory[] | undefined>({ path: at(name, 'history'), signal })) ?? [];
}

export function tagImage(engine: Engine, name: string, to: { repo: string; tag: string }, signal: AbortSignal): Promise<void> {
  return engine.json({ method: 'POST', path: at(name, 'tag'), query: to, signal });
}

export async function removeImage(
  engine: Engine,
  name: string,
  query: { force: boolean; noprune: boolean },
  signal: AbortSignal,
): Promise<{ Untagged?: string; Deleted?: string }[]> {
  return (
    (await engine.json<{ Untagged?: string; Deleted?: string }[] | undefined>({ method: 'DELETE', path: at(name), query, signal })) ?? []
  );
}

/** URL-safe base64 with its padding, which engines before 23 insist on (RFC 4648, section 5). */
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');

/** X-Registry-Auth: base64url of the sign-in (Engine API, Authentication). Engines refuse a push without it, so nobody is `{}`. */
function registryAuth(login: RegistryLogin | undefined, registry: string): Record<string, string> {
  const body =
    login === undefined
      ? {}
      : 'identityToken' in login
        ? { identitytoken: login.identityToken.reveal(), serveraddress: registry }
        : { username: login.username, password: login.password.reveal(), serveraddress: registry };
  return { 'X-Registry-Auth': encoded(body) };
}

export interface Transfer {
  repo: string;
  /** A tag or a digest. */
  tag: string;
  registry: string;
  login: RegistryLogin | undefined;
  platform?: string | undefined;
}

export function pullImage(engine: Engine, { repo, tag, registry, login, platform }: Transfer, signal: AbortSignal): Promise<Readable> {
  return engine.stream({
    method: 'POST',
    path: ['images', 'create'],
    query: { fromImage: repo, tag, platform },
    headers: registryAuth(login, registry),
    signal,
  });
}

export function pushImage(engine: Engine, { repo, tag, registry, login }: Transfer, signal: AbortSignal): Promise<Readable> {
  return engine.stream({ method: 'POST', path: at(repo, 'push'), query: { tag }, headers: registryAuth(login, registry), signal });
}

export interface BuildQuery {
  t: string[];
  dockerfile: string;
  buildargs?: Record<string, string>;
  labels?: Record<string, string>;
  target?: string | undefined;
  platform?: string | undefined;
  networkmode?: string | undefined;
  nocache?: boolean;
  pull?: boolean;
  memory?: number | undefined;
  version: '1' | '2';
}

export function buildImage(
  engine: Engine,
  query: BuildQuery,
  logins: Readonly<Record<string, RegistryLogin>>,
  context: Readable,
  signal: AbortSignal,
): Promise<Readable> {
  const config = Object.fromEntries(
    Object.entries(logins).map(([registry, login]) => [
      registry,
      'identityToken' in login
        ? { identitytoken: login.identityToken.reveal() }
        : { username: login.username, password: login.password.reveal() },
    ]),
  );
  return engine.stream({
    method: 'POST',
    path: ['build'],
    query: { ...query, rm: true, forcerm: true },
    file: context,
    headers: { 'Content-Type': 'application/x-tar', 'X-Registry-Config': encoded(config) },
    signal,
  });
}

export async function pruneBuildCache(
  engine: Engine,
  query: { all: boolean; filters?: Filters },
  signal: AbortSignal,
): Promise<{ caches: string[]; reclaimed: number }> {
  const answer = await engine.json<{ CachesDeleted?: string[] | null; SpaceReclaimed?: number } | undefined>({
    method: 'POST',
    path: ['build', 'prune'],
    query,
    signal,
  });
  return { caches: answer?.CachesDeleted ?? [], reclaimed: answer?.SpaceReclaimed ?? 0 };
}
