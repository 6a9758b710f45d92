import { ToolError } from '@deployment-engine/shared/contracts';
import type { Plan } from '@deployment-engine/shared/toolkit';
import { contentsOf, countsOf, dependantsOf, type Kin, type KinFound } from '../client/kin.ts';
import { resourceName, type Kind } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';
import type { Deed, RuledPlan } from '../policy/access.ts';
import { statusOf } from '../report/status.ts';
import { count } from '../report/text.ts';
import type { ClusterContext } from '../tools/define.ts';
import { isDefinition, isNamespace } from './bundle.ts';
import { placed } from './single.ts';

type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** What a call would delete. */
export interface Doomed {
  kind: Kind;
  namespace: string | undefined;
  objects: KubeObject[];
}

interface Wanted {
  kind: string;
  name?: string | undefined;
  namespace?: string | undefined;
  labels?: string | undefined;
  limit?: number | undefined;
}

/**
 * What a call would delete: one object by its name, or those that a selector fits, never more than the call says.
 *
 * @throws ToolError `not_found`, by name with near names; `invalid_input` when more fit than the limit
 */
export async function doomedBy({ kind: wanted, name, namespace, labels, limit }: Wanted, context: ClusterContext): Promise<Doomed> {
  const { cluster, signal } = context;
  const bySelector = labels !== undefined && labels.trim() !== '';
  if ((name === undefined) === !bySelector || (bySelector && limit === undefined))
    throw new ToolError('invalid_input', 'Give either name, or labels with limit.', { hint: 'limit is how many objects may go at most.' });
  const { kind, place } = await placed({ kind: wanted, name: name ?? '', namespace }, context);
  if (!kind.verbs.includes('delete'))
    throw new ToolError('unsupported', `${kind.resource} cannot be deleted.`, { hint: 'Delete what they belong to.' });
  if (name !== undefined) return { kind, namespace: place.namespace, objects: [await cluster.get(kind, place, signal)] };
  const most = limit ?? 0;
  const { items, metadata } = await cluster.list(kind, { namespace: place.namespace, labelSelector: labels, limit: most + 1 }, signal);
  if (items.length === 0)
    throw new ToolError('not_found', `No ${kind.resource} fit the selector.`, { hint: 'Look with resources_list and the same labels.' });
  if (items.length > most)
    throw new ToolError(
      'invalid_input',
      `${items.length + (metadata.remainingItemCount ?? 0)} ${kind.resource} or more fit, and limit is ${most}; nothing was deleted.`,
      {
        hint: 'Narrow the selector, or raise limit.',
      },
    );
  return { kind, namespace: place.namespace, objects: items };
}

/** What goes with a namespace or a definition is held to the same rules: it is deleted as well, and nothing brings it back. */
const deedsOf = ({ kind, namespace, objects }: Doomed, kin: readonly Kin[]): Deed[] => [
  ...objects.map(({ metadata: { name } }) => ({ verb: 'delete', kind, namespace, name })),
  ...(isNamespace(kind) || isDefinition(kind)
    ? kin.map(({ kind: of, object: { metadata } }) => ({ verb: 'delete', kind: of, namespace: metadata.namespace, name: metadata.name }))
    : []),
];

/** The consent that the rules want, before anything is deleted. */
export async function consentToDeletion(doomed: Doomed, propagation: Propagation, context: ClusterContext): Promise<void> {
  const { access } = context.cluster;
  for (const deed of deedsOf(doomed, [])) access.demand(deed);
  const isSweeping = isNamespace(doomed.kind) || isDefinition(doomed.kind);
  // looking through every kind takes a moment; only a question or what goes unnamed is worth it
  if (!isSweeping && !deedsOf(doomed, []).some((deed) => access.asks(deed, context))) return;
  const company = await companyOf(doomed.kind, doomed.objects, context);
  access.consentAll(deedsOf(doomed, company.kin), planOf(doomed, propagation, company).summary, context);
}

/** What goes, what goes with it, and what keeps it. */
export async function deletionPlan(doomed: Doomed, propagation: Propagation, context: ClusterContext): Promise<RuledPlan> {
  const company = await companyOf(doomed.kind, doomed.objects, context);
  return { ...planOf(doomed, propagation, company), deeds: deedsOf(doomed, company.kin) };
}

function planOf({ kind, namespace, objects }: Doomed, propagation: Propagation, { kin, unseen }: KinFound): Plan {
  const counts = countsOf(kin);
  const said = Object.entries(counts).map(([of, amount]) => `${amount} ${of}`);
  const ownedOnly = !isNamespace(kind) && !isDefinition(kind);
  const one = objects.length === 1 ? objects[0] : undefined;
  const what = one ? `${resourceName(kind)} "${one.metadata.name}"` : `${objects.length} ${resourceName(kind)}`;
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
  const company =
    said.length === 0
      ? 'Nothing else goes with it.'
      : ownedOnly && propagation === 'Orphan'
        ? `Left behind without an owner: ${said.join(', ')}.`
        : `With it ${propagation === 'Foreground' && ownedOnly ? 'and before it go' : 'go'}: ${said.join(', ')}.`;
  const doubt = unseen.length > 0 ? ` ${count(unseen.length, 'kind')} could not be looked through.` : '';
  return {
    summary: `Delete ${what}${where}. ${company}${doubt}`,
    changes: [
      ...objects.map((object) => lineOf({ kind: kind.kind, ...object })),
      ...kin
        .slice(0, 50)
        .map(
          (each) => `${ownedOnly && propagation === 'Orphan' ? 'kept' : 'also'}: ${resourceName(each.kind)} ${each.object.metadata.name}`,
        ),
      ...(kin.length > 50 ? [`and ${kin.length - 50} more`] : []),
      ...(unseen.length > 0 ? [`not looked through: ${unseen.join(', ')}`] : []),
    ],
    state: { uids: objects.map(({ metadata }) => metadata.uid).toSorted(), counts },
  };
}

async function companyOf(kind: Kind, objects: readonly KubeObject[], { cluster, signal }: ClusterContext): Promise<KinFound> {
  if (isNamespace(kind)) {
    const all = await Promise.all(objects.map(({ metadata }) => contentsOf(cluster, metadata.name, signal)));
    return { kin: all.flatMap((one) => one.kin), unseen: [...new Set(all.flatMap((one) => one.unseen))] };
  }
  if (isDefinition(kind)) {
    const defined = await Promise.all(objects.map((one) => instancesOf(one, cluster, signal)));
    return { kin: defined.flat(), unseen: [] };
  }
  return dependantsOf(
    cluster,
    objects.map((object) => ({ kind, object })),
    signal,
  );
}

/** The objects of the kind that a definition makes; they go with it. */
async function instancesOf(definition: KubeObject, cluster: ClusterContext['cluster'], signal: AbortSignal) {
  const { group, names } = (definition['spec'] ?? {}) as { group?: string; names?: { plural?: string } };
  const kinds = await cluster.kinds(signal);
  const kind = kinds.find((one) => one.group === group && one.resource === names?.plural);
  if (kind === undefined) return [];
  return (await cluster.listAll(kind, {}, signal)).map((object) => ({ kind, object }));
}

function lineOf(object: KubeObject): string {
  const { name, finalizers = [], ownerReferences = [] } = object.metadata;
  const controller = ownerReferences.find((one) => one.controller === true);
  return [
    `${name} (${statusOf(object).status})`,
    ...(controller ? [`its owner ${controller.kind} ${controller.name} may make another`] : []),
    ...(finalizers.length > 0 ? [`kept until its finalizers are done: ${finalizers.join(', ')}`] : []),
  ].join(', ');
}
