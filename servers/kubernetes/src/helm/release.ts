import { promisify } from 'node:util';
import { gunzip as unzip } from 'node:zlib';
import { ToolError } from '@deployment-engine/shared/contracts';
import { nearest } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import type { Cluster } from '../client/cluster.ts';
import type { KubeObject } from '../client/wire.ts';

const gunzip = promisify(unzip);

/** A Secret holds at most 1 MiB; what it unpacks to is bounded as well, for a small archive may hold gigabytes. */
const LARGEST = 32 * 1024 * 1024;
/** Release Secrets whose labels are looked at. */
const MOST = 20_000;
const TYPE = 'type=helm.sh/release.v1';

const text = z.string().catch('');
const Hook = z.object({
  name: text,
  kind: text,
  manifest: text,
  events: z.array(z.string()).catch([]),
  last_run: z.object({ started_at: text, completed_at: text, phase: text }).partial().optional().catch(undefined),
});

/** A release as Helm keeps it (helm.sh/release.v1), as far as it is read. */
const Release = z.object({
  name: z.string(),
  namespace: text,
  version: z.int(),
  info: z.object({ first_deployed: text, last_deployed: text, description: text, status: text, notes: text }),
  chart: z
    .object({
      metadata: z.object({ name: text, version: text, appVersion: text }),
      values: z.record(z.string(), z.unknown()).nullish().catch(undefined),
    })
    .catch({ metadata: { name: '', version: '', appVersion: '' }, values: undefined }),
  config: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  manifest: text,
  hooks: z.array(Hook).catch([]),
});

export type Release = z.output<typeof Release>;

/** A release in the form that its Secret holds, which Helm also prints. Throws what zod throws. */
export const parseRelease = (value: unknown): Release => Release.parse(value);

/** What the labels of a release Secret tell without unpacking it. */
export interface Revision {
  namespace: string;
  name: string;
  revision: number;
  status: string;
}

/**
 * Unpacks the Secret of a release: base64 of the API, base64 of Helm, gzip, JSON.
 *
 * @throws ToolError `upstream_error` for what is no release, `too_large`
 */
export async function unpackRelease(secret: KubeObject): Promise<Release> {
  const { release } = (secret['data'] ?? {}) as { release?: unknown };
  const packed = Buffer.from(Buffer.from(typeof release === 'string' ? release : '', 'base64').toString('latin1'), 'base64');
  const broken = (cause: unknown) =>
    new ToolError('upstream_error', `The Secret "${secret.metadata.name}" holds no release that can be read.`, {
      hint: 'Helm itself may have written it in another form; look at another revision.',
      cause,
    });
  let json: Buffer;
  try {
    json = packed[0] === 0x1f && packed[1] === 0x8b ? await gunzip(packed, { maxOutputLength: LARGEST }) : packed;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ToolError('too_large', `The release in the Secret "${secret.metadata.name}" unpacks to more than ${LARGEST} bytes.`);
    throw broken(error);
  }
  try {
    return parseRelease(JSON.parse(json.toString('utf8')));
  } catch (error) {
    throw broken(error);
  }
}

/** The releases of a cluster, read from their Secrets: no Helm program is needed. */
export class Releases {
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal;

  constructor(cluster: Cluster, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#signal = signal;
  }

  /** The latest revision of each release, by namespace and name; undefined looks into all namespaces. */
  async latest(namespace: string | undefined): Promise<Revision[]> {
    const found = new Map<string, Revision>();
    for (const one of await this.#revisions(namespace, 'owner=helm')) {
      const key = `${one.namespace}/${one.name}`;
      if ((found.get(key)?.revision ?? 0) < one.revision) found.set(key, one);
    }
    return [...found.values()].toSorted((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
  }

  /** The revisions of one release, the newest first. */
  async history(namespace: string, name: string): Promise<Revision[]> {
    const all = await this.#revisions(namespace, `owner=helm,name=${name}`);
    if (all.length > 0) return all.toSorted((a, b) => b.revision - a.revision);
    const names = (await this.latest(namespace)).map((one) => one.name);
    const near = nearest(name, names);
    throw new ToolError('not_found', `There is no release "${name}" in the namespace ${namespace} of ${this.#cluster.name}.`, {
      hint: near === undefined ? 'helm_read with view list shows the releases; namespace * those of all.' : `Did you mean "${near}"?`,
      details: { near: near === undefined ? [] : [near] },
    });
  }

  /** One revision of a release, the latest unless it is named. */
  async read(namespace: string, name: string, revision?: number): Promise<Release> {
    const all = await this.history(namespace, name);
    const wanted = revision === undefined ? all[0] : all.find((one) => one.revision === revision);
    if (wanted !== undefined) return this.unpack(wanted);
    throw new ToolError('not_found', `The release "${name}" has no revision ${revision}.`, {
      hint: `There are: ${all
        .slice(0, 20)
        .map((one) => one.revision)
        .join(', ')}.`,
    });
  }

  async unpack({ namespace, name, revision }: Revision): Promise<Release> {
    const secrets = await this.#secrets();
    return unpackRelease(await this.#cluster.get(secrets, { namespace, name: `sh.helm.release.v1.${name}.v${revision}` }, this.#signal));
  }

  async #revisions(namespace: string | undefined, labelSelector: string): Promise<Revision[]> {
    const secrets = await this.#secrets();
    const all: Revision[] = [];
    let next: string | undefined;
    do {
      const selection = { namespace, labelSelector, fieldSelector: TYPE, limit: 500, continue: next };
      const page = await this.#cluster.names(secrets, selection, this.#signal);
      for (const { metadata } of page.items) {
        const { name = '', version = '', status = '' } = metadata.labels ?? {};
        if (name !== '' && /^\d{1,9}$/.test(version))
          all.push({ namespace: metadata.namespace ?? '', name, revision: Number(version), status });
      }
      next = page.metadata.continue || undefined;
    } while (next !== undefined && all.length < MOST);
    return all;
  }

  #secrets() {
    return this.#cluster.kind('v1/secrets', this.#signal);
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
