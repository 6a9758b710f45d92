import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster, Place } from '../client/cluster.ts';
import { groupVersion, type Kind } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';

/** One object of a manifest, and where it goes. */
export interface Target {
  object: KubeObject;
  kind: Kind;
  place: Place;
  /** The custom resource definition of the same manifest that makes its kind; the API server may not know it yet. */
  definition?: string;
}

export const isNamespace = ({ group, resource }: Kind): boolean => group === '' && resource === 'namespaces';
export const isDefinition = ({ group, resource }: Kind): boolean =>
  group === 'apiextensions.k8s.io' && resource === 'customresourcedefinitions';

/**
 * The objects in the order in which they can be made: namespaces, then definitions of kinds, then the rest as they stand.
 *
 * @throws ToolError `invalid_input` for a namespace that contradicts the call's, `not_found` for a kind that nobody knows
 */
export async function bundleOf(
  objects: readonly KubeObject[],
  cluster: Cluster,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Target[]> {
  const defined = objects.filter(({ kind }) => kind === 'CustomResourceDefinition').flatMap(kindsOf);
  const targets: Target[] = [];
  for (const object of objects) {
    const known = await knownKind(object, cluster, signal).catch((error: unknown) => error);
    const own = defined.find(({ kind }) => kind.kind === object.kind && groupVersion(kind) === object.apiVersion);
    if (known instanceof Error && own === undefined) throw known;
    const kind = known instanceof Error ? (own as { kind: Kind }).kind : (known as Kind);
    targets.push({
      object,
      kind,
      place: placeOf(object, kind, cluster, namespace),
      ...(own === undefined ? {} : { definition: own.definition }),
    });
  }
  const rank = ({ kind }: Target): number => (isNamespace(kind) ? 0 : isDefinition(kind) ? 1 : 2);
  return targets.toSorted((a, b) => rank(a) - rank(b));
}

const knownKind = async (object: KubeObject, cluster: Cluster, signal: AbortSignal): Promise<Kind> => cluster.kindOf(object, signal);

function placeOf({ kind: word, metadata }: KubeObject, kind: Kind, cluster: Cluster, namespace: string | undefined): Place {
  const { name, namespace: own } = metadata;
  if (!kind.namespaced) {
    if (own === undefined) return { name };
    throw new ToolError('invalid_input', `${word} "${name}" names the namespace ${own}, and objects of its kind live in none.`, {
      hint: 'Leave metadata.namespace out.',
    });
  }
  if (own !== undefined && namespace !== undefined && own !== namespace)
    throw new ToolError('invalid_input', `${word} "${name}" names the namespace ${own}, and the call ${namespace}.`, {
      hint: 'Name one of them only.',
    });
  return { name, namespace: own ?? namespace ?? cluster.namespace };
}

/** The kinds that a custom resource definition makes (apiextensions.k8s.io/v1). */
function kindsOf({ metadata, ...object }: KubeObject): { kind: Kind; definition: string }[] {
  const { group, names, scope, versions } = (object['spec'] ?? {}) as {
    group?: string;
    names?: { kind?: string; plural?: string; singular?: string };
    scope?: string;
    versions?: { name?: string }[];
  };
  if (!group || !names?.kind || !names.plural || !Array.isArray(versions)) return [];
  const { kind, plural, singular = '' } = names;
  return versions.map(({ name: version = '' }) => ({
    definition: metadata.name,
    kind: {
      group,
      version,
      kind,
      resource: plural,
      singular,
      namespaced: scope === 'Namespaced',
      verbs: ['get', 'list', 'watch', 'patch', 'create', 'delete'],
      shortNames: [],
      categories: [],
      subresources: [],
    },
  }));
}
