import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import type { KubeObject } from '../client/wire.ts';
import type { Deed } from '../policy/access.ts';

const SECRETS = { group: '', resource: 'secrets', namespaced: true };

/** Helm keeps a release in a Secret of its namespace. */
export const recordOf = (verb: string, name: string, namespace: string): Deed => ({ verb, kind: SECRETS, namespace, name });

/**
 * What Helm will do to these objects, in the words of the operator's policy: Helm talks to the API server itself, so the policy looks
 * before it does. `crds` are definitions that the chart brings along, whose kinds the API server does not know yet.
 */
export async function deedsOf(
  verb: string,
  objects: readonly KubeObject[],
  { cluster, namespace, signal, crds = [] }: { cluster: Cluster; namespace: string; signal: AbortSignal; crds?: readonly KubeObject[] },
): Promise<Deed[]> {
  const coming = crds.flatMap(kindOfDefinition);
  const deeds: Deed[] = [];
  for (const object of objects) {
    const own = coming.find(({ kind, group }) => kind === object.kind && group === groupOf(object));
    const kind =
      own ??
      (await cluster.kindOf(object, signal).catch((error: unknown) => {
        if (!(error instanceof ToolError) || error.code !== 'not_found') throw error;
        throw new ToolError('invalid_input', `The chart makes a ${object.kind}, a kind that "${cluster.name}" does not know.`, {
          hint: 'Install its definition (CRD) first.',
          cause: error,
        });
      }));
    const { name, namespace: space } = object.metadata;
    deeds.push({ verb, kind, name, ...(kind.namespaced ? { namespace: space ?? namespace } : {}) });
  }
  return deeds;
}

const groupOf = ({ apiVersion = '' }: KubeObject): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

function kindOfDefinition(crd: KubeObject) {
  const spec = (crd['spec'] ?? {}) as { group?: unknown; scope?: unknown; names?: { kind?: unknown; plural?: unknown } };
  const { kind, plural } = spec.names ?? {};
  if (crd.kind !== 'CustomResourceDefinition' || typeof kind !== 'string' || typeof plural !== 'string' || typeof spec.group !== 'string')
    return [];
  return [{ kind, group: spec.group, resource: plural, namespaced: spec.scope === 'Namespaced' }];
}
