import { oneLine } from '../report/text.ts';
import type { Cause } from './cause.ts';
import { BY_CONDITION, fitsLabels, untolerated } from './node-fit.ts';
import type { Pod } from './objects.ts';
import { getCall, listCall, podCause, podKey, podLabel } from './pod-cause.ts';
import { conditionOf, keyOf, type World } from './world.ts';

interface Pattern {
  pattern: RegExp;
  cause: string;
  title: string;
  remedy: string;
}

/** What the scheduler says of nodes that it would otherwise take. */
const PATTERNS: Pattern[] = [
  {
    pattern: /Insufficient cpu/,
    cause: 'insufficient_cpu',
    title: 'no node has as much CPU left as it requests',
    remedy: 'Lower requests.cpu, or add nodes.',
  },
  {
    pattern: /Insufficient memory/,
    cause: 'insufficient_memory',
    title: 'no node has as much memory left as it requests',
    remedy: 'Lower requests.memory, or add nodes.',
  },
  {
    pattern: /Too many pods/,
    cause: 'too_many_pods',
    title: 'the nodes hold as many pods as they may',
    remedy: 'Add nodes, or raise their maximum.',
  },
  {
    pattern: /Insufficient (\S+)/,
    cause: 'insufficient_resource',
    title: 'no node has enough left of a resource that it requests',
    remedy: 'Lower the request, or add nodes that have it.',
  },
  {
    pattern: /anti-affinity rules|pod affinity rules|affinity rules/,
    cause: 'affinity_unmatched',
    title: 'its affinity to other pods, or against them, leaves no node',
    remedy: 'Have fewer replicas or more nodes, or make the rule a preference.',
  },
  {
    pattern: /volume node affinity conflict|available persistent volumes to bind/,
    cause: 'volume_zone_conflict',
    title: 'its volume can only be used on other nodes',
    remedy: 'Schedule it where its volume is, or make the volume anew.',
  },
  {
    pattern: /free ports/,
    cause: 'host_port_taken',
    title: 'its hostPort is taken on every node',
    remedy: 'Use a Service instead of hostPort, or another port.',
  },
  {
    pattern: /topology spread constraints/,
    cause: 'topology_spread_unmatched',
    title: 'its topologySpreadConstraints leave no node',
    remedy: 'Loosen the constraint, or add nodes where it wants them.',
  },
  {
    pattern: /node affinity\/selector|node selector/,
    cause: 'node_selector_unmatched',
    title: 'no node has the labels that it demands',
    remedy: 'Correct nodeSelector, or label a node.',
  },
  {
    pattern: /untolerated taint|had taint/,
    cause: 'taint_not_tolerated',
    title: 'the nodes have taints that it does not tolerate',
    remedy: 'Add a toleration, or remove the taint.',
  },
  { pattern: /unschedulable/, cause: 'node_cordoned', title: 'the nodes take no new pods (cordoned)', remedy: 'Uncordon a node.' },
];

/** Pods that no node takes. */
export function schedulingCauses(world: World): Cause[] {
  return world.all('Pod').flatMap((pod) => {
    if (pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) return [];
    if (pod.status?.phase !== undefined && pod.status.phase !== 'Pending') return [];
    const scheduled = conditionOf(pod, 'PodScheduled');
    const owner = world.label(world.workloadOf(pod));
    if (scheduled?.reason === 'SchedulingGated')
      return [
        podCause(world, pod, {
          cause: 'scheduling_gated',
          title: `The pods of ${owner} are held back by scheduling gates`,
          confidence: 'certain',
          evidence: [`${podLabel(world, pod)}: ${oneLine(scheduled.message ?? 'SchedulingGated')}`],
          remedy: 'What set the gates must take them away.',
          next: getCall(podKey(pod)),
        }),
      ];
    if (scheduled?.status === 'False') return [unschedulable(world, pod, scheduled.message ?? '')];
    if (world.minutes(pod.metadata.creationTimestamp) < 1) return [];
    return [
      podCause(world, pod, {
        cause: 'scheduler_silent',
        title: `No scheduler has looked at the pods of ${owner}`,
        confidence: 'likely',
        evidence: [
          `${podLabel(world, pod)}: pending without a word of the scheduler; schedulerName is ${pod.spec.schedulerName ?? 'default-scheduler'}.`,
        ],
        remedy: 'See whether a scheduler of that name runs.',
        next: getCall(podKey(pod)),
      }),
    ];
  });
}

function unschedulable(world: World, pod: Pod, message: string): Cause {
  const owner = world.label(world.workloadOf(pod));
  const said = `${podLabel(world, pod)}: the scheduler says: ${oneLine(message, 400)}`;
  const make = (cause: string, title: string, remedy: string, more: Partial<Cause> = {}): Cause =>
    podCause(world, pod, {
      cause,
      title: `${owner} waits for a node: ${title}`,
      confidence: 'certain',
      remedy,
      next: listCall('Node', undefined, {}),
      ...more,
      evidence: [said, ...(more.evidence ?? [])],
    });
  const claim = claimCause(world, pod, message, make);
  if (claim !== undefined) return claim;
  const nodes = world.whole('Node');
  if (/no nodes available/.test(message) || nodes?.length === 0) return make('no_nodes', 'the cluster has no nodes', 'Add a node.');
  if (nodes !== undefined) {
    const fitting = nodes.filter((node) => fitsLabels(node, pod.spec));
    if (fitting.length === 0) {
      const wanted = Object.entries(pod.spec.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`);
      return make(
        'node_selector_unmatched',
        `no node has the labels that it demands${wanted.length > 0 ? ` (${wanted.join(', ')})` : ''}`,
        'Correct nodeSelector or node affinity, or label a node.',
      );
    }
    const open = fitting.filter((node) => node.spec.unschedulable !== true && untolerated(node, pod.spec).length === 0);
    if (open.length === 0) return closed(world, pod, fitting, make);
  }
  const counts = [
    ...(message.split(/\. (?:preemption|no new claims)/)[0] ?? '').matchAll(/(\d+) ((?:node\(s\)|Insufficient|Too many)[^,.]*)/g),
  ]
    .map(([, count, words = '']) => ({ count: Number(count), found: PATTERNS.find(({ pattern }) => pattern.test(words)) }))
    .filter(({ found }) => found !== undefined)
    // where open nodes are known to be there, taints and labels of the others are beside the point
    .filter(
      ({ found }) => nodes === undefined || !/^(?:taint_not_tolerated|node_selector_unmatched|node_cordoned)$/.test(found?.cause ?? ''),
    )
    .toSorted((a, b) => b.count - a.count);
  const { found } = counts[0] ?? { found: PATTERNS.find(({ pattern }) => pattern.test(message)) };
  if (found === undefined) return make('unschedulable', 'no node fits', 'See what the scheduler names.', { confidence: 'likely' });
  const resource = /Insufficient (\S+?)[,.]?(?:\s|$)/.exec(message)?.[1];
  const requests = (pod.spec.containers ?? []).flatMap(({ name, resources }) =>
    Object.entries(resources?.requests ?? {})
      .filter(([key]) => key === resource)
      .map(([key, value]) => `${podLabel(world, pod)}: ${name} requests ${value} of ${key}.`),
  );
  return make(found.cause, found.title, found.remedy, { evidence: requests });
}

type Make = (cause: string, title: string, remedy: string, more?: Partial<Cause>) => Cause;

/** A claim that is not there, or has no volume yet. */
function claimCause(world: World, pod: Pod, message: string, make: Make): Cause | undefined {
  const { namespace } = pod.metadata;
  if (!/persistentvolumeclaim/i.test(message)) return undefined;
  const named = /persistentvolumeclaim "([^"]+)" not found/i.exec(message)?.[1];
  const claims = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: one }) => (one ? [one.claimName] : []));
  const missing = named ?? claims.find((name) => world.has('PersistentVolumeClaim', namespace, name) === false);
  if (missing !== undefined)
    return make('claim_missing', `its PersistentVolumeClaim "${missing}" does not exist`, 'Make the claim, or correct claimName.', {
      object: keyOf('PersistentVolumeClaim', namespace, missing),
      evidence: [`PersistentVolumeClaim/${missing} does not exist.${world.near('PersistentVolumeClaim', namespace, missing)}`],
      next: listCall('PersistentVolumeClaim', namespace),
    });
  return make('claim_unbound', `its PersistentVolumeClaim ${claims.join(', ')} is not bound`, 'See the claim and its storage class.', {
    because: claims.map((name) => keyOf('PersistentVolumeClaim', namespace, name)),
    next: listCall('PersistentVolumeClaim', namespace),
  });
}

/** Every node that fits is closed: by a taint that people set, by cordoning, or by what ails the node. */
function closed(world: World, pod: Pod, fitting: Parameters<typeof untolerated>[0][], make: Make): Cause {
  const taints = fitting.map((node) => ({ node, taints: untolerated(node, pod.spec) }));
  const evidence = taints
    .slice(0, 4)
    .map(
      ({ node, taints: all }) =>
        `${world.labelOf('Node', node)}: ${[...all.map(({ key, value, effect }) => `taint ${key}${value ? `=${value}` : ''}:${effect}`), ...(node.spec.unschedulable === true ? ['cordoned'] : [])].join(', ')}.`,
    );
  const ailing = taints.filter(
    ({ node, taints: all }) => node.spec.unschedulable !== true && all.length > 0 && all.every(({ key }) => BY_CONDITION.test(key)),
  );
  const cordoned = fitting.filter(({ spec }) => spec.unschedulable === true);
  if (ailing.length > 0)
    return make(
      'taint_not_tolerated',
      `what ails ${ailing.length === 1 ? 'the node that fits' : 'the nodes that fit'} keeps it away`,
      'Mend the node.',
      {
        evidence,
        because: ailing.map(({ node }) => keyOf('Node', '', node.metadata.name)),
      },
    );
  if (cordoned.length > 0)
    return make('node_cordoned', 'the nodes that fit take no new pods (cordoned)', 'Uncordon a node.', {
      evidence,
      object: keyOf('Node', '', cordoned[0]?.metadata.name ?? ''),
    });
  return make(
    'taint_not_tolerated',
    'every node that fits has a taint that it does not tolerate',
    'Add a toleration, or remove the taint.',
    { evidence },
  );
}
