import { z } from 'zod';
import { budgetsOf, evict } from '../pods/evict.ts';
import { getPod, podKind } from '../pods/pod.ts';
import { destroyTool } from './define.ts';
import * as fields from './fields.ts';

export const podsEvict = destroyTool({
  name: 'pods_evict',
  title: 'Evict a pod',
  description:
    'Ask the cluster to move a pod away, as far as its disruption budgets allow; its owner makes another. To remove it in any case use resources_delete.',
  toolset: 'pods',
  input: {
    name: fields.name,
    namespace: fields.namespace,
    grace_s: z.int().min(0).max(3_600).optional().describe('Seconds to end; default: the pod’s own'),
  },
  output: { name: z.string(), namespace: z.string(), owner: z.string().optional().describe('Who makes another') },
  async plan({ name, namespace: wanted }, { cluster, signal }) {
    const namespace = wanted ?? cluster.namespace;
    const deed = { verb: 'evict', kind: await podKind(cluster, signal), namespace, name };
    cluster.access.demand(deed);
    const pod = await getPod(cluster, namespace, name, signal);
    const [owner] = pod.metadata.ownerReferences ?? [];
    const budgets = await budgetsOf(cluster, pod, signal);
    const lost = (pod.spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined).map((one) => one.name);
    return {
      summary: `Evict the pod ${namespace}/${name}.`,
      changes: [
        owner === undefined ? 'nobody makes another: it has no owner' : `${owner.kind} ${owner.name} makes another`,
        ...budgets.map(({ name: budget, allowed }) => `the budget ${budget} allows ${allowed} disruptions now`),
        ...(lost.length > 0 ? [`lost with it: the volumes ${lost.join(', ')}`] : []),
      ],
      state: [pod.metadata.uid, budgets],
      deeds: [deed],
    };
  },
  async handler({ name, namespace: wanted, grace_s }, context) {
    const { cluster, signal } = context;
    const namespace = wanted ?? cluster.namespace;
    const kind = await podKind(cluster, signal);
    cluster.access.consent({ verb: 'evict', kind, namespace, name }, `Evict the pod ${namespace}/${name}.`, context);
    const pod = await getPod(cluster, namespace, name, signal);
    await evict(cluster, pod, { graceSeconds: grace_s }, signal);
    const [owner] = pod.metadata.ownerReferences ?? [];
    return { name, namespace, ...(owner === undefined ? {} : { owner: `${owner.kind} ${owner.name}` }) };
  },
  render: ({ context, name, namespace, owner }) => ({
    summary: `Evicted ${namespace}/${name} in ${context}; ${owner === undefined ? 'nobody makes another' : `${owner} makes another`}.`,
  }),
});
