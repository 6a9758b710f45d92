import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import { gather } from '../client/gather.ts';
import type { KubeObject } from '../client/wire.ts';
import { presentable } from '../report/mask.ts';
import type { SecretMarks } from '../report/secret-marks.ts';
import { fieldDifferences, type FieldDifference } from './fields.ts';
import { isWritten, normal } from './normal.ts';

export interface Side {
  cluster: Cluster;
  namespace: string;
}

export interface CompareWish {
  kinds: readonly string[];
  labels?: string | undefined;
  name?: string | undefined;
}

export interface Comparison {
  onlyLeft: string[];
  onlyRight: string[];
  different: { object: string; differences: FieldDifference[] }[];
  same: number;
  unread: string[];
}

/** What people and tools write into a namespace. */
export const USUAL_KINDS = [
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'cronjobs.batch',
  'jobs.batch',
  'services',
  'ingresses.networking.k8s.io',
  'networkpolicies.networking.k8s.io',
  'configmaps',
  'secrets',
  'serviceaccounts',
  'persistentvolumeclaims',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'horizontalpodautoscalers.autoscaling',
  'poddisruptionbudgets.policy',
  'resourcequotas',
  'limitranges',
];

/** A wrong name is no namespace without objects. Who may not look takes it as it is. */
async function demandThere({ cluster, namespace }: Side, signal: AbortSignal): Promise<void> {
  try {
    await cluster.get(await cluster.kind('v1/namespaces', signal), { name: namespace }, signal);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'forbidden') throw error;
  }
}

async function written({ cluster, namespace }: Side, { kinds, labels, name }: CompareWish, signal: AbortSignal) {
  const selection = { namespace, labelSelector: labels, ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }) };
  const { found, unread } = await gather(cluster, kinds, selection, signal);
  const objects = new Map<string, KubeObject>();
  for (const kind of kinds) for (const one of found[kind] ?? []) if (isWritten(one)) objects.set(`${kind} ${one.metadata.name}`, one);
  if (objects.size === 0) await demandThere({ cluster, namespace }, signal);
  return { objects, unread };
}

/** The objects of two namespaces, of one cluster or of two. Secrets are held against each other by their fingerprints. */
export async function compareSides(
  left: Side,
  right: Side,
  wish: CompareWish,
  marks: SecretMarks,
  signal: AbortSignal,
): Promise<Comparison> {
  const [a, b] = await Promise.all([written(left, wish, signal), written(right, wish, signal)]);
  const shown = (object: KubeObject, { cluster }: Side) => normal(presentable(object, { marks, context: cluster.name }));
  // what could not be read on one side is not missing there
  const unread = [...a.unread.map((one) => `left ${one}`), ...b.unread.map((one) => `right ${one}`)];
  const isKnown = (key: string): boolean => !unread.some((one) => one.split(' ')[1] === `${key.split(' ')[0]}:`);
  const different: Comparison['different'] = [];
  let same = 0;
  for (const [key, object] of a.objects) {
    const other = b.objects.get(key);
    if (other === undefined) continue;
    const differences = fieldDifferences(shown(object, left), shown(other, right));
    if (differences.length === 0) same += 1;
    else different.push({ object: key, differences });
  }
  const only = (here: Map<string, KubeObject>, there: Map<string, KubeObject>): string[] =>
    [...here.keys()].filter((key) => !there.has(key) && isKnown(key)).toSorted();
  return { onlyLeft: only(a.objects, b.objects), onlyRight: only(b.objects, a.objects), different, same, unread };
}
