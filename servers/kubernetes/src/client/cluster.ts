import { ToolError } from '@deployment-engine/shared/contracts';
import { nearest } from '@deployment-engine/shared/platform';
import type { Access } from '../policy/access.ts';
import type { ApiCall, Connection } from './connection.ts';
import { Discovery, type Kind } from './discovery.ts';
import { followList, type WatchEvent, type WatchOptions } from './watch.ts';
import type { KubeList, KubeObject, Table } from './wire.ts';

/** Which objects of a kind. Without a namespace those of all. */
export interface Selection {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  limit?: number | undefined;
  continue?: string | undefined;
  /** The list as it was at this version. */
  resourceVersion?: string | undefined;
}

/** One object. */
export interface Place {
  namespace?: string | undefined;
  name: string;
}

export interface PatchOptions {
  /** application/merge-patch+json, json-patch+json, strategic-merge-patch+json or apply-patch+yaml. */
  type: 'merge' | 'json' | 'strategic' | 'apply';
  fieldManager?: string | undefined;
  force?: boolean | undefined;
  dryRun?: boolean | undefined;
  subresource?: string | undefined;
  /** What policy and rules see; by default apply, scale or patch. */
  verb?: string | undefined;
}

export interface DeleteOptions {
  propagation?: 'Foreground' | 'Background' | 'Orphan' | undefined;
  graceSeconds?: number | undefined;
  dryRun?: boolean | undefined;
  /** Only if it is still this one. */
  uid?: string | undefined;
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const NAMES = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;
/** Objects that are read for the names near a missing one. */
const NEAR = 500;

/** One cluster as one user: kinds by name, objects by kind, every request held against the operator's policy first. */
export class Cluster {
  readonly name: string;
  readonly access: Access;
  readonly connection: Connection;
  readonly #discovery: Discovery;
  readonly #fieldManager: string;

  constructor(
    connection: Connection,
    access: Access,
    { discoverySeconds, fieldManager }: { discoverySeconds: number; fieldManager: string },
  ) {
    this.name = connection.entry.name;
    this.connection = connection;
    this.access = access;
    this.#discovery = new Discovery(connection, discoverySeconds);
    this.#fieldManager = fieldManager;
  }

  /** The namespace of calls that name none. */
  get namespace(): string {
    return this.connection.entry.namespace;
  }

  kind(name: string, signal: AbortSignal): Promise<Kind> {
    return this.#discovery.find(name, signal);
  }

  kinds(signal: AbortSignal): Promise<readonly Kind[]> {
    return this.#discovery.kinds(signal);
  }

  /** What was defined or removed is seen at the next call, before the list of kinds is old. */
  forgetKinds(): void {
    this.#discovery.forget();
  }

  /** The kind of an object by its own apiVersion and kind. */
  kindOf({ apiVersion, kind }: { apiVersion?: string | undefined; kind?: string | undefined }, signal: AbortSignal): Promise<Kind> {
    if (!apiVersion || !kind)
      throw new ToolError('invalid_input', 'An object needs apiVersion and kind.', {
        hint: 'For example apiVersion: v1, kind: ConfigMap.',
      });
    return this.kind(`${apiVersion}/${kind}`, signal);
  }

  /** @throws ToolError `not_found` with the nearest names that are there */
  async get<T extends KubeObject = KubeObject>(kind: Kind, place: Place, signal: AbortSignal): Promise<T> {
    this.#demand('get', kind, place);
    try {
      return await this.connection.json<T>({ path: this.#path(kind, place), signal });
    } catch (error) {
      throw await this.#withNear(error, kind, place, signal);
    }
  }

  /** The object, or undefined where there is none. */
  async find<T extends KubeObject = KubeObject>(kind: Kind, place: Place, signal: AbortSignal): Promise<T | undefined> {
    this.#demand('get', kind, place);
    const answer = await this.connection.ask({ path: this.#path(kind, place), signal });
    if (answer.status === 404) return undefined;
    if (answer.status < 300) return answer.json() as T;
    return this.connection.json<T>({ path: this.#path(kind, place), signal });
  }

  async list<T extends KubeObject = KubeObject>(kind: Kind, selection: Selection, signal: AbortSignal): Promise<KubeList<T>> {
    return withItems(await this.#list<KubeList<T>>(kind, selection, undefined, signal));
  }

  /** Every object that fits, page by page, at most so many. */
  async listAll<T extends KubeObject = KubeObject>(kind: Kind, selection: Selection, signal: AbortSignal, most = 20_000): Promise<T[]> {
    const items: T[] = [];
    let next: string | undefined;
    do {
      const page: KubeList<T> = await this.list<T>(
        kind,
        { ...selection, limit: Math.min(500, most - items.length), continue: next },
        signal,
      );
      items.push(...page.items);
      next = page.metadata.continue || undefined;
    } while (next !== undefined && items.length < most);
    return items;
  }

  /** Name, namespace, labels and owners only. */
  async names(kind: Kind, selection: Selection, signal: AbortSignal): Promise<KubeList> {
    return withItems(await this.#list<KubeList>(kind, selection, NAMES, signal));
  }

  /** The list as the API server prints it, columns of custom resources included. */
  async table(kind: Kind, selection: Selection, withMetadata: boolean, signal: AbortSignal): Promise<Table> {
    return this.#list<Table>(kind, selection, TABLE, signal, { includeObject: withMetadata ? 'Metadata' : 'None' });
  }

  async create<T extends KubeObject = KubeObject>(
    kind: Kind,
    place: { namespace?: string | undefined; name?: string; subresource?: string },
    body: unknown,
    signal: AbortSignal,
    { dryRun = false } = {},
  ): Promise<T> {
    this.#demand('create', kind, place);
    const path =
      place.name === undefined
        ? this.#path(kind, place)
        : this.#path(kind, { namespace: place.namespace, name: place.name }, place.subresource);
    return this.connection.json<T>({ method: 'POST', path, query: { fieldManager: this.#fieldManager, ...dry(dryRun) }, body, signal });
  }

  async patch<T extends KubeObject = KubeObject>(
    kind: Kind,
    place: Place,
    body: unknown,
    options: PatchOptions,
    signal: AbortSignal,
  ): Promise<T> {
    this.#demand(options.verb ?? (options.type === 'apply' ? 'apply' : options.subresource === 'scale' ? 'scale' : 'patch'), kind, place);
    return this.connection.json<T>({
      method: 'PATCH',
      path: this.#path(kind, place, options.subresource),
      query: {
        fieldManager: options.fieldManager ?? this.#fieldManager,
        ...(options.force === undefined ? {} : { force: options.force }),
        ...dry(options.dryRun ?? false),
      },
      body,
      contentType: PATCH_TYPES[options.type],
      signal,
    });
  }

  async delete(kind: Kind, place: Place, options: DeleteOptions, signal: AbortSignal): Promise<KubeObject> {
    this.#demand('delete', kind, place);
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(options.propagation ? { propagationPolicy: options.propagation } : {}),
      ...(options.graceSeconds === undefined ? {} : { gracePeriodSeconds: options.graceSeconds }),
      ...(options.uid ? { preconditions: { uid: options.uid } } : {}),
      ...(options.dryRun ? { dryRun: ['All'] } : {}),
    };
    try {
      return await this.connection.json<KubeObject>({ method: 'DELETE', path: this.#path(kind, place), body, signal });
    } catch (error) {
      throw await this.#withNear(error, kind, place, signal);
    }
  }

  /**
   * A request on a subresource (`log`, `exec`, `scale`, `eviction`, `token`, …) or on another path of one object.
   * `verb` is what policy and rules see.
   */
  subresource(verb: string, kind: Kind, place: Place, subresource: string): readonly string[] {
    this.#demand(verb, kind, place);
    return this.#path(kind, place, subresource);
  }

  /** A path that belongs to no kind, such as `version` or `openapi/v3`; only reads. */
  raw<T>(path: readonly string[], call: Omit<ApiCall, 'path' | 'method' | 'body'>): Promise<T> {
    return this.connection.json<T>({ ...call, path });
  }

  /**
   * A question that is asked by creating an object which is not kept (authorization.k8s.io reviews). It changes nothing, so policy sees a
   * read.
   */
  review<T>(kind: Kind, namespace: string | undefined, body: unknown, signal: AbortSignal): Promise<T> {
    this.#demand('get', kind, { namespace });
    return this.connection.json<T>({ method: 'POST', path: this.#path(kind, { namespace }), body, signal });
  }

  /** The objects that fit and then every change, without a gap, also over restarts of the API server. Ends with the signal. */
  watch(kind: Kind, selection: Selection, options: WatchOptions): AsyncGenerator<WatchEvent> {
    this.#demand('watch', kind, { namespace: selection.namespace });
    return followList(
      {
        list: (continueAt, signal) => this.list(kind, { ...selection, limit: 500, continue: continueAt }, signal),
        open: (resourceVersion, signal) =>
          this.connection.stream({
            path: this.#path(kind, { namespace: selection.namespace }),
            query: {
              ...this.#query(kind, selection),
              watch: true,
              allowWatchBookmarks: true,
              resourceVersion,
              // ended by the API server in time, so that a dead connection is noticed
              timeoutSeconds: 300,
            },
            signal,
            idleMs: 330_000,
          }),
      },
      options,
    );
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  #list<T>(kind: Kind, selection: Selection, accept: string | undefined, signal: AbortSignal, more: ApiCall['query'] = {}): Promise<T> {
    this.#demand('list', kind, { namespace: selection.namespace });
    return this.connection.json<T>({
      path: this.#path(kind, { namespace: selection.namespace }),
      query: {
        ...this.#query(kind, selection),
        limit: selection.limit,
        continue: selection.continue,
        ...(selection.resourceVersion === undefined ? {} : { resourceVersion: selection.resourceVersion, resourceVersionMatch: 'Exact' }),
        ...more,
      },
      accept,
      signal,
    });
  }

  #query(kind: Kind, { namespace, labelSelector, fieldSelector }: Selection) {
    const hidden =
      kind.namespaced && namespace === undefined ? this.access.hiddenNamespaces.map((one) => `metadata.namespace!=${one}`) : [];
    const fields = [...(fieldSelector ? [fieldSelector] : []), ...hidden].join(',');
    return { labelSelector: labelSelector || undefined, fieldSelector: fields || undefined };
  }

  #demand(verb: string, kind: Kind, { namespace, name }: { namespace?: string | undefined; name?: string | undefined }): void {
    this.access.demand({ verb, kind, namespace, name });
  }

  #path(kind: Kind, place: { namespace?: string | undefined; name?: string | undefined }, subresource?: string): string[] {
    const { namespace, name } = place;
    if (kind.namespaced && namespace === undefined && name !== undefined)
      throw new ToolError('invalid_input', `${kind.kind} lives in a namespace.`, { hint: 'Give the namespace.' });
    return [
      ...(kind.group === '' ? ['api', kind.version] : ['apis', kind.group, kind.version]),
      ...(kind.namespaced && namespace !== undefined ? ['namespaces', namespace] : []),
      kind.resource,
      ...(name === undefined ? [] : [name]),
      ...(subresource === undefined ? [] : subresource.split('/')),
    ];
  }

  /** A missing object's error with the names that are near to it. */
  async #withNear(failure: unknown, kind: Kind, { namespace, name }: Place, signal: AbortSignal): Promise<unknown> {
    if (!(failure instanceof ToolError) || failure.code !== 'not_found') return failure;
    const there = await this.names(kind, { namespace, limit: NEAR }, signal).catch(() => undefined);
    const names = (there?.items ?? []).map(({ metadata }) => metadata.name);
    const near = nearest(name, names);
    const alike = names.filter((one) => one.startsWith(name) || name.startsWith(one)).slice(0, 5);
    const suggestions = [...new Set([...(near === undefined ? [] : [near]), ...alike])];
    return new ToolError(
      'not_found',
      `There is no ${kind.kind} "${name}"${namespace === undefined ? '' : ` in the namespace ${namespace}`} of ${this.name}.`,
      {
        hint:
          suggestions.length > 0
            ? `Did you mean ${suggestions.join(', ')}?`
            : names.length === 0 && there !== undefined
              ? `There is no ${kind.kind} there at all; look in another namespace.`
              : 'List what is there with resources_list.',
        details: { near: suggestions },
        cause: failure,
      },
    );
  }
}

/** An empty list of metadata comes as `items: null`. */
const withItems = <T extends KubeObject>(list: KubeList<T>): KubeList<T> => ({ ...list, items: list.items ?? [] });

const dry = (dryRun: boolean) => (dryRun ? { dryRun: 'All' } : {});
