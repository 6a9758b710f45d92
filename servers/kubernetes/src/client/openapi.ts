import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from './cluster.ts';
import { groupVersion, type Kind } from './discovery.ts';

/** A schema of OpenAPI v3 as the API server writes it: references stand in `allOf` beside defaults. */
export interface Schema {
  type?: string;
  format?: string;
  description?: string;
  $ref?: string;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  required?: string[];
  enum?: unknown[];
  default?: unknown;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

interface Index {
  paths?: Record<string, { serverRelativeURL?: string }>;
}

/** The schemas of one group and version. The address holds a hash of them, so the same address is the same document. */
interface Kept {
  address: string;
  schemas: Promise<Schemas>;
}

/** The largest, that of the core group, takes a few megabytes. */
const MOST_KEPT = 4;
const MOST_BYTES = 64 * 1024 * 1024;
const kept = new WeakMap<Cluster, Map<string, Kept>>();

/** The schemas of one group and version, by name (kubernetes.io, "OpenAPI v3"; KEP-2896). */
export class Schemas {
  readonly #byName: Readonly<Record<string, Schema>>;

  constructor(byName: Readonly<Record<string, Schema>>) {
    this.#byName = byName;
  }

  of({ group, version, kind }: Pick<Kind, 'group' | 'version' | 'kind'>): Schema | undefined {
    return Object.values(this.#byName).find((schema) =>
      schema['x-kubernetes-group-version-kind']?.some((one) => one.group === group && one.version === version && one.kind === kind),
    );
  }

  /** What a schema refers to; its own description and default stand above. */
  resolve(schema: Schema, depth = 0): Schema {
    const reference = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
    if (reference === undefined || depth > 10) return schema;
    const found = this.#byName[reference.replace('#/components/schemas/', '')];
    if (found === undefined) return schema;
    const { $ref: _reference, allOf: _all, ...own } = schema;
    return { ...this.resolve(found, depth + 1), ...own };
  }

  /** The name of what a schema refers to, without its package. */
  nameOf(schema: Schema): string | undefined {
    const reference = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
    return reference?.split('.').pop();
  }
}

/** @throws ToolError `not_found` when the API server describes no such group and version */
export async function schemasOf(cluster: Cluster, kind: Pick<Kind, 'group' | 'version'>, signal: AbortSignal): Promise<Schemas> {
  const name = kind.group === '' ? `api/${kind.version}` : `apis/${groupVersion(kind)}`;
  const index = await cluster.raw<Index>(['openapi', 'v3'], { signal });
  const address = index.paths?.[name]?.serverRelativeURL;
  if (address === undefined)
    throw new ToolError('not_found', `The API server of "${cluster.name}" describes no ${groupVersion(kind)}.`, {
      hint: 'List the kinds with api_resources.',
    });
  const ofCluster = kept.get(cluster) ?? new Map<string, Kept>();
  kept.set(cluster, ofCluster);
  const known = ofCluster.get(name);
  if (known?.address === address) return known.schemas;
  const schemas = read(cluster, name, address, signal);
  ofCluster.delete(name);
  if (ofCluster.size >= MOST_KEPT) ofCluster.delete(ofCluster.keys().next().value ?? '');
  ofCluster.set(name, { address, schemas });
  schemas.catch(() => {
    if (ofCluster.get(name)?.schemas === schemas) ofCluster.delete(name);
  });
  return schemas;
}

async function read(cluster: Cluster, name: string, address: string, signal: AbortSignal): Promise<Schemas> {
  // the path is ours and only the hash is the server's: what it says never leads to another place
  const hash = new URL(address, 'https://server').searchParams.get('hash') ?? undefined;
  const { components } = await cluster.raw<{ components?: { schemas?: Record<string, Schema> } }>(['openapi', 'v3', ...name.split('/')], {
    query: { hash },
    maxBytes: MOST_BYTES,
    signal,
  });
  return new Schemas(components?.schemas ?? {});
}
