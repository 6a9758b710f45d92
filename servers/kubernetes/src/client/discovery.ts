import { ToolError } from '@deployment-engine/shared/contracts';
import { nearest, orAbort } from '@deployment-engine/shared/platform';
import type { Connection } from './connection.ts';

/** A kind of object that the API server serves. */
export interface Kind {
  /** '' for the core group. */
  group: string;
  version: string;
  kind: string;
  /** The plural name that paths use. */
  resource: string;
  singular: string;
  namespaced: boolean;
  verbs: readonly string[];
  shortNames: readonly string[];
  categories: readonly string[];
  subresources: readonly string[];
}

/** apidiscovery.k8s.io/v2, as far as it is read. */
interface GroupList {
  kind?: string;
  items?: {
    metadata?: { name?: string };
    versions?: { version: string; resources?: WireResource[] | null; freshness?: string }[] | null;
  }[];
}

interface WireResource {
  resource: string;
  responseKind?: { kind?: string; group?: string; version?: string } | null;
  scope?: string;
  singularResource?: string;
  verbs?: string[] | null;
  shortNames?: string[] | null;
  categories?: string[] | null;
  subresources?: { subresource: string; responseKind?: { kind?: string } | null; verbs?: string[] | null }[] | null;
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
/** A kind that is not known is asked for again, but not at every call. */
const AGAIN_MS = 2_000;
const LOAD_MS = 60_000;

export const groupVersion = ({ group, version }: Pick<Kind, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** `deployments.apps`, `pods`: how people and rules name a kind. */
export const resourceName = ({ group, resource }: Pick<Kind, 'group' | 'resource'>): string =>
  group === '' ? resource : `${resource}.${group}`;

/** The kinds of one API server, kept for a while (aggregated discovery, Kubernetes 1.30 and newer; KEP-3352). */
export class Discovery {
  readonly #connection: Connection;
  readonly #ttlMs: number;
  #loading: Promise<readonly Kind[]> | undefined;
  #loadedAt = -Infinity;
  #loaded = false;
  #names: Map<string, Kind> = new Map();

  constructor(connection: Connection, ttlSeconds: number) {
    this.#connection = connection;
    this.#ttlMs = ttlSeconds * 1000;
  }

  /** Every kind in every served version, the preferred version of a group first. */
  async kinds(signal: AbortSignal): Promise<readonly Kind[]> {
    if (this.#loaded && Date.now() - this.#loadedAt > this.#ttlMs) this.#forget(this.#loading);
    const loading = (this.#loading ??= this.#load());
    loading.catch(() => this.#forget(loading));
    // it is loaded for all that wait: one that is cancelled ends its own waiting only
    return orAbort(loading, signal);
  }

  /** The next call asks the API server again. */
  forget(): void {
    this.#forget(this.#loading);
  }

  /** Unless another has begun to load anew meanwhile. */
  #forget(loading: Promise<readonly Kind[]> | undefined): void {
    if (this.#loading !== loading) return;
    this.#loading = undefined;
    this.#loaded = false;
  }

  /**
   * The kind that a person means: `pods`, `po`, `Pod`, `deployments.apps`, `apps/v1/Deployment`, `Certificate.cert-manager.io`.
   *
   * @throws ToolError `not_found` with the nearest names
   */
  async find(name: string, signal: AbortSignal): Promise<Kind> {
    await this.kinds(signal);
    const seen = this.#loading;
    const known = this.#names.get(name.toLowerCase());
    if (known !== undefined) return known;
    if (Date.now() - this.#loadedAt > AGAIN_MS) {
      this.#forget(seen);
      await this.kinds(signal);
      const fresh = this.#names.get(name.toLowerCase());
      if (fresh !== undefined) return fresh;
    }
    const near = nearest(name.toLowerCase(), [...this.#names.keys()]);
    throw new ToolError('not_found', `The API server of "${this.#connection.entry.name}" knows no kind "${name}".`, {
      hint: `${near === undefined ? '' : `Did you mean "${near}"? `}api_resources lists the kinds.`,
    });
  }

  async #load(): Promise<readonly Kind[]> {
    const signal = AbortSignal.timeout(LOAD_MS);
    const ask = (path: string) => this.#connection.json<GroupList>({ path: [path], accept: AGGREGATED, signal });
    const lists = await Promise.all([ask('api'), ask('apis')]);
    if (lists.some(({ kind }) => kind !== 'APIGroupDiscoveryList'))
      throw new ToolError('unsupported', `The API server of "${this.#connection.entry.name}" is older than Kubernetes 1.30.`, {
        hint: 'Use it with a newer cluster.',
      });
    const kinds = lists.flatMap(({ items }) => items ?? []).flatMap(kindsOf);
    const names = new Map<string, Kind>();
    // the first that claims a name has it: preferred versions, then groups in the server's order
    for (const claims of [exactNames, shortNames])
      for (const kind of kinds) for (const name of claims(kind)) if (!names.has(name)) names.set(name, kind);
    this.#names = names;
    this.#loadedAt = Date.now();
    this.#loaded = true;
    return kinds;
  }
}

function kindsOf({ metadata, versions }: NonNullable<GroupList['items']>[number]): Kind[] {
  const group = metadata?.name ?? '';
  return (versions ?? []).flatMap(({ version, resources }) =>
    (resources ?? []).flatMap((one): Kind[] =>
      one.responseKind?.kind === undefined || one.responseKind.kind === ''
        ? []
        : [
            {
              group,
              version,
              kind: one.responseKind.kind,
              resource: one.resource,
              singular: one.singularResource ?? '',
              namespaced: one.scope === 'Namespaced',
              verbs: one.verbs ?? [],
              shortNames: one.shortNames ?? [],
              categories: one.categories ?? [],
              subresources: (one.subresources ?? []).map(({ subresource }) => subresource),
            },
          ],
    ),
  );
}

function exactNames(kind: Kind): string[] {
  const { group, version } = kind;
  const words = [kind.resource, kind.kind, kind.singular].filter(Boolean).map((one) => one.toLowerCase());
  return words.flatMap((word) => [
    word,
    `${groupVersion(kind)}/${word}`,
    ...(group === '' ? [] : [`${word}.${group}`, `${word}.${version}.${group}`]),
  ]);
}

function shortNames(kind: Kind): string[] {
  return kind.shortNames.map((one) => one.toLowerCase());
}
