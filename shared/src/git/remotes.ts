import { join } from 'node:path';
import { ToolError } from '../contracts/error.ts';
import type { Roots } from '../platform/paths/index.ts';
import type { Override, Verdict } from './config-policy.ts';
import { ALWAYS_OFF, ALWAYS_PLAIN } from './config-policy.ts';
import type { ConfigEntry } from './config-entries.ts';
import { kindBehind, realPath } from '../platform/disk/index.ts';
import { checkStorage, repositoryAt, type RepositoryPlace } from './discover.ts';
import { configVariables } from './environment.ts';
import { admitHost, type NetworkPolicy, type Protocol } from './network.ts';
import type { Environment } from '../platform/exec/index.ts';
import type { Resolve } from '../platform/http/index.ts';
import { placeOfRemote, redactedUrl, type RemotePlace } from './remote-url.ts';

export type Direction = 'fetch' | 'push';

/** What a judged remote adds to a run of git. */
export interface RemoteAccess {
  name: string;
  /** Where it leads, credentials taken out. */
  urls: string[];
  direction: Direction;
  /** For GIT_ALLOW_PROTOCOL. */
  protocols: string;
  overrides: Override[];
}

export interface RemoteJudge {
  roots: Roots;
  policy: NetworkPolicy;
  env: Environment;
  resolve: Resolve | undefined;
  /** A trusted repository may name any host; local paths stay inside the roots all the same. */
  trusted: boolean;
  /** Judges the config of a repository on this machine that a remote names. */
  judge(place: RepositoryPlace): Promise<Pick<Verdict, 'overrides'> & { trusted: boolean }>;
}

/** Names of the remotes that the config defines. */
export function remoteNames(entries: readonly ConfigEntry[]): string[] {
  const named = entries.filter(
    ({ section, subsection, name }) => section === 'remote' && subsection !== undefined && (name === 'url' || name === 'pushurl'),
  );
  return [...new Set(named.map(({ subsection }) => subsection ?? ''))];
}

/** Remotes that git may ask for objects that a partial clone lacks. */
export function promisorRemotes(entries: readonly ConfigEntry[]): string[] {
  const asked = entries
    .filter(({ section, name }) => section === 'remote' && (name === 'promisor' || name === 'partialclonefilter'))
    .map(({ subsection }) => subsection ?? '');
  const extension = entries.filter(({ key }) => key === 'extensions.partialclone').map(({ value }) => value ?? '');
  return [...new Set([...asked, ...extension])].filter((name) => name !== '');
}

/**
 * Judges the URLs that git would use.
 *
 * @param urls as `git remote get-url` prints them, `insteadOf` applied
 * @throws ToolError `forbidden`, `not_found`, `unavailable`
 */
export async function admitRemote(
  judge: RemoteJudge,
  name: string,
  urls: readonly string[],
  direction: Direction,
  base: string,
): Promise<RemoteAccess> {
  const overrides: Override[] = [];
  const protocols = new Set<string>();
  for (const url of urls) {
    const place = placeOfRemote(url, base);
    protocols.add(checkProtocol(place, judge.policy));
    if (place.kind === 'local') overrides.push(...(await admitLocal(judge, name, place.path)));
    else if (place.kind === 'network' && !judge.trusted)
      overrides.push(...(await admitHost(place, judge.policy, judge.env, judge.resolve)));
  }
  if (urls.length === 0) throw new ToolError('not_found', `The remote "${name}" has no URL.`, { hint: 'Look at remote_list.' });
  return { name, urls: urls.map(redactedUrl), direction, protocols: [...protocols].join(':'), overrides };
}

/** @throws ToolError `forbidden` for a protocol that the policy does not name, and for every helper protocol */
export function checkProtocol(place: RemotePlace, policy: NetworkPolicy): Protocol {
  const protocol = place.kind === 'unsupported' ? undefined : place.kind === 'local' ? 'file' : place.protocol;
  if (protocol !== undefined && policy.protocols.includes(protocol)) return protocol;
  const what = place.kind === 'unsupported' ? place.protocol : protocol;
  throw new ToolError('forbidden', `The remote uses ${what}, which is not allowed here.`, {
    hint: 'Use an https or ssh URL; the operator allows protocols by `network.protocols`. Helper protocols such as ext:: run commands and are never allowed.',
  });
}

/** A remote that is a path is a second repository, read by a second git that takes over none of our settings: they go along in its command. */
async function admitLocal(judge: RemoteJudge, name: string, path: string): Promise<Override[]> {
  const real = (await realPath(path)) ?? (await realPath(`${path}.git`));
  if (real === undefined)
    throw new ToolError('not_found', 'The remote names a folder that does not exist.', { hint: 'Look at remote_list.' });
  if (!(await judge.roots.contains(real))) {
    throw new ToolError('forbidden', 'The remote names a folder outside the allowed folders.', {
      hint: 'Allow the folder, or use an https or ssh URL.',
    });
  }
  if ((await kindBehind(real)) === 'file') return [];
  const overrides = new Map<string, string>();
  let trusted = true;
  // git-upload-pack tries these spellings in an order of its own; whichever it takes has been judged.
  const places = (await Promise.all([path, `${path}.git`].map((one) => repositoryAtRaw(judge.roots, one)))).filter(
    (one) => one !== undefined,
  );
  if (places.length === 0)
    throw new ToolError('not_found', 'The remote names a folder that is not a repository.', { hint: 'Look at remote_list.' });
  for (const place of places) {
    await checkStorage(judge.roots, place);
    const verdict = await judge.judge(place);
    trusted &&= verdict.trusted;
    for (const [key, value] of verdict.overrides) overrides.set(key, value);
  }
  if (trusted) return [];
  const settings: Override[] = [...ALWAYS_PLAIN, ...ALWAYS_OFF, ...overrides, ['receive.denyCurrentBranch', 'refuse']];
  const prefix = Object.entries(configVariables(settings))
    .map(([variable, value]) => `${variable}=${shellQuoted(value ?? '')}`)
    .join(' ');
  return [
    [`remote.${name}.uploadpack`, `${prefix} git-upload-pack`],
    [`remote.${name}.receivepack`, `${prefix} git-receive-pack`],
  ];
}

async function repositoryAtRaw(roots: Roots, path: string): Promise<RepositoryPlace | undefined> {
  const real = await realPath(path);
  if (real === undefined || !(await roots.contains(real)) || (await kindBehind(real)) !== 'directory') return undefined;
  return repositoryAt(roots, join(real));
}

/** POSIX shell quoting: git starts a local remote's program through sh. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
