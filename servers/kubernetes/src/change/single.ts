import { z } from 'zod';
import type { Place } from '../client/cluster.ts';
import { resourceName, type Kind } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';
import { cutText } from '../report/budget.ts';
import type { ClusterContext } from '../tools/define.ts';
import { difference } from './difference.ts';

/** One object, as calls name it. */
export interface Named {
  kind: string;
  name: string;
  namespace?: string | undefined;
}

/** What the tools that change one object answer. */
export const changedOutput = {
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
  result: z.string(),
  diff: z.string().optional(),
  dry_run: z.boolean().optional(),
};

export interface Change {
  verb: 'patch' | 'scale';
  /** For the person who may be asked: what is about to happen, without the object's name. */
  summary: string;
  dryRun: boolean;
  /** Also what controllers report is compared. */
  withStatus?: boolean;
  make(kind: Kind, place: Place): Promise<KubeObject>;
}

/** The kind and the place that a call names. */
export async function placed(
  { kind: wanted, name, namespace }: Named,
  { cluster, signal }: ClusterContext,
): Promise<{ kind: Kind; place: Place }> {
  const kind = await cluster.kind(wanted, signal);
  return { kind, place: { name, ...(kind.namespaced ? { namespace: namespace ?? cluster.namespace } : {}) } };
}

/** How sentences name an object. */
export const titleOf = (kind: Kind, { name, namespace }: Place): string =>
  `${resourceName(kind)} "${name}"${namespace === undefined ? '' : ` in the namespace ${namespace}`}`;

/**
 * The object that is to be changed, once the rules' consent is there.
 *
 * @throws ToolError `not_found` with near names, before anybody is asked
 */
export async function consented(
  { kind, place }: { kind: Kind; place: Place },
  { verb, summary, dryRun }: Pick<Change, 'verb' | 'summary' | 'dryRun'>,
  context: ClusterContext,
): Promise<KubeObject> {
  const { access } = context.cluster;
  const deed = { verb, kind, ...place };
  access.demand(deed);
  const live = await context.cluster.get(kind, place, context.signal);
  if (!dryRun) access.consent(deed, `${summary}: ${titleOf(kind, place)}.`, context);
  return live;
}

/** Changes one object that is there and shows the difference. */
export async function changeOne(named: Named, change: Change, context: ClusterContext) {
  const { cluster, marks, bytes } = context;
  const { kind, place } = await placed(named, context);
  const live = await consented({ kind, place }, change, context);
  const after = await change.make(kind, place);
  const { result, diff } = difference(live, after, { marks, context: cluster.name, withStatus: change.withStatus ?? false });
  const { text, cut } = cutText(diff, bytes);
  return {
    kind: resourceName(kind),
    ...place,
    result,
    ...(change.dryRun ? { dry_run: true } : {}),
    ...(diff === '' ? {} : { diff: cut > 0 ? `${text}\n… ${cut} bytes more: set max_tokens` : text }),
  };
}

export const renderChanged = ({
  context,
  kind,
  name,
  namespace,
  result,
  diff,
  dry_run: dryRun,
}: z.output<z.ZodObject<typeof changedOutput>> & { context: string }) => ({
  summary: `${kind} "${name}"${namespace === undefined ? '' : ` in ${namespace}`} of ${context}: ${result}.${dryRun ? ' Tried only: nothing was kept.' : ''}`,
  ...(diff === undefined ? {} : { data: diff }),
});
