import { oneLine } from '../report/text.ts';
import type { Cause } from './cause.ts';
import { conditionOf, keyOf, type World } from './world.ts';

/** Namespaces that are being deleted and stay. */
export function namespaceCauses(world: World): Cause[] {
  const { namespace } = world.question;
  return world.all('Namespace').flatMap((one): Cause[] => {
    const { name, deletionTimestamp } = one.metadata;
    if (deletionTimestamp === undefined || (namespace !== undefined && name !== namespace)) return [];
    const key = keyOf('Namespace', '', name);
    const fact = (type: string): string[] => {
      const condition = conditionOf(one, type);
      return condition?.status === 'True' ? [`Namespace/${name}: ${oneLine(condition.message ?? condition.reason ?? type, 400)}`] : [];
    };
    const held = fact('NamespaceFinalizersRemaining');
    const unknown = fact('NamespaceDeletionDiscoveryFailure');
    const content = fact('NamespaceContentRemaining');
    const common = { object: key, confidence: 'certain' as const, explains: [key] };
    if (unknown.length > 0)
      return [
        {
          ...common,
          cause: 'api_service_unavailable',
          title: `The namespace ${name} cannot be deleted: an API that is registered does not answer`,
          evidence: [...unknown, ...content],
          remedy: 'Mend the APIService that is named, or delete it.',
          next: { tool: 'resources_list', arguments: { kind: 'APIService' } },
        },
      ];
    if (held.length > 0)
      return [
        {
          ...common,
          cause: 'finalizer_stuck',
          title: `The namespace ${name} cannot be deleted: finalizers of objects in it are not removed`,
          evidence: [...held, ...content],
          remedy: 'See why the controller of the finalizer does not act; only if it is gone for good, take the finalizer off.',
          next: { tool: 'resources_list', arguments: { kind: kindIn(content[0]) ?? 'all', namespace: name, view: 'status' } },
        },
      ];
    // most namespaces that are being deleted are gone in a moment
    if (namespace === undefined && world.minutes(deletionTimestamp) < 5) return [];
    return [
      {
        ...common,
        cause: 'namespace_terminating',
        title: `The namespace ${name} is being deleted: nothing new can be made in it`,
        evidence: [`Namespace/${name}: deletion was asked for at ${deletionTimestamp}.`, ...content],
        remedy: 'Wait until it is gone, or use another one.',
        next: { tool: 'resources_get', arguments: { kind: 'Namespace', name } },
      },
    ];
  });
}

/** `Some resources are remaining: configmaps. has 1 resource instances` */
const kindIn = (message: string | undefined): string | undefined => /remaining: ([a-z][a-z0-9.-]*?)\.? has/.exec(message ?? '')?.[1];
