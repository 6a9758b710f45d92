import { oneLine } from '../report/text.ts';
import type { Cause, Confidence } from './cause.ts';
import type { Workload } from './objects.ts';
import { getCall, listCall } from './pod-cause.ts';
import { conditionOf, keyOf, WORKLOADS, type World } from './world.ts';

/** Controllers wait up to a quarter of an hour before they try again. */
const LATELY = 30;

/** Workloads that get no pods, or whose rollout does not end. */
export function workloadCauses(world: World): Cause[] {
  return WORKLOADS.flatMap((kind) =>
    world.all(kind).flatMap((one) => [...refusedCauses(world, kind, one), ...(kind === 'Deployment' ? rolloutCauses(world, one) : [])]),
  );
}

/** How many pods it wants, and how many there are. */
function wanted(kind: string, { spec, status = {} }: Workload): { pods: number; there: number } {
  if (kind === 'DaemonSet') return { pods: status.desiredNumberScheduled ?? 0, there: status.currentNumberScheduled ?? 0 };
  if (kind === 'Job') {
    const done = status.conditions?.some(({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True') === true;
    return { pods: done || spec.suspend === true ? 0 : 1, there: (status.active ?? 0) + (status.succeeded ?? 0) };
  }
  return { pods: spec.replicas ?? 1, there: status.replicas ?? 0 };
}

interface Refusal {
  cause: string;
  title: string;
  remedy: string;
  confidence?: Confidence;
  object?: string;
  evidence?: string[];
  next?: Cause['next'];
}

function refusedCauses(world: World, kind: string, workload: Workload): Cause[] {
  const { namespace, name } = workload.metadata;
  const key = keyOf(kind, namespace, name);
  const { pods, there } = wanted(kind, workload);
  if (pods <= there || kind === 'Deployment') return [];
  const event = world.recent(key, /^FailedCreate$/, LATELY);
  const condition = conditionOf(workload, 'ReplicaFailure');
  const message = event?.message ?? (condition?.status === 'True' ? (condition.message ?? '') : '');
  if (message === '') return [];
  const owner = world.ownerOf(kind, workload);
  const said = event ? world.said(event) : `${world.label(key)}: ReplicaFailure: ${oneLine(message, 400)}`;
  const { evidence = [], ...found } = refusal(world, namespace, message);
  return [
    {
      confidence: 'certain',
      object: owner,
      next: getCall(key),
      ...found,
      title: `${world.label(owner)} gets no pods: ${found.title}`,
      evidence: [said, ...evidence],
      explains: [owner, key],
    },
  ];
}

/** The words of the admission chain. */
function refusal(world: World, namespace: string | undefined, message: string): Refusal {
  const quota = /exceeded quota: ([^,\s]+)/.exec(message)?.[1];
  if (quota !== undefined) {
    const found = world.all('ResourceQuota').find(({ metadata }) => metadata.name === quota && metadata.namespace === namespace);
    const used = Object.entries(found?.status?.hard ?? {}).map(
      ([resource, hard]) => `${resource} ${found?.status?.used?.[resource] ?? '0'} of ${hard}`,
    );
    const asked = /requested: (.*?), used: (.*?), limited: (.*)$/.exec(message);
    return {
      cause: 'quota_exceeded',
      title: `the ResourceQuota "${quota}" is used up${asked ? ` (it asks for ${asked[1]}; used ${asked[2]}; limit ${asked[3]})` : ''}`,
      remedy: 'Raise the quota, lower the requests, or remove what uses it.',
      object: keyOf('ResourceQuota', namespace, quota),
      evidence: used.length > 0 ? [`ResourceQuota/${quota}: used ${used.join(', ')}.`] : [],
      next: getCall(keyOf('ResourceQuota', namespace, quota)),
    };
  }
  const unsaid = /failed quota: ([^:\s]+): must specify ([^\n]*)/.exec(message);
  if (unsaid !== null)
    return {
      cause: 'quota_needs_requests',
      title: `the ResourceQuota "${unsaid[1]}" demands that its containers say ${oneLine(unsaid[2] ?? '', 120)}`,
      remedy: 'Set those requests and limits, or give the namespace a LimitRange with defaults.',
    };
  const hook = /failed calling webhook "([^"]+)"/.exec(message)?.[1];
  if (hook !== undefined) return webhookRefusal(world, hook, message);
  const denied = /admission webhook "([^"]+)" denied the request:? ?([^\n]*)/.exec(message);
  if (denied !== null)
    return {
      cause: 'webhook_denied',
      title: `the webhook "${denied[1]}" denies them: ${oneLine(denied[2] ?? '', 200)}`,
      remedy: 'Change what the webhook names, or its policy.',
    };
  if (/(?:maximum|minimum) \S+ usage per|limit to request ratio|(?:maximum|minimum) .* per (?:Container|Pod)/.test(message))
    return {
      cause: 'limit_range_refused',
      title: `a LimitRange of the namespace refuses them: ${oneLine(/forbidden: (.*)/s.exec(message)?.[1] ?? message, 200)}`,
      remedy: 'Change requests and limits, or the LimitRange.',
      next: listCall('LimitRange', namespace, { view: 'yaml' }),
    };
  const account = /serviceaccount "([^"]+)" not found/i.exec(message)?.[1];
  if (account !== undefined)
    return {
      cause: 'service_account_missing',
      title: `the ServiceAccount "${account.split('/').at(-1)}" does not exist`,
      remedy: 'Make it, or correct serviceAccountName.',
      evidence: [`ServiceAccount/${account} does not exist.${world.near('ServiceAccount', namespace, account.split('/').at(-1) ?? '')}`],
      next: listCall('ServiceAccount', namespace),
    };
  if (/violates PodSecurity/.test(message))
    return {
      cause: 'pod_security_refused',
      title: `the pod security of the namespace refuses them: ${oneLine(/violates PodSecurity (.*)/s.exec(message)?.[1] ?? '', 200)}`,
      remedy: 'Set the securityContext that it names.',
    };
  if (/no PriorityClass with name/.test(message))
    return {
      cause: 'priority_class_missing',
      title: oneLine(/no PriorityClass[^\n]*/.exec(message)?.[0] ?? '', 120),
      remedy: 'Make the PriorityClass, or correct the name.',
      next: listCall('PriorityClass', undefined),
    };
  if (/is being terminated/.test(message))
    return {
      cause: 'namespace_terminating',
      title: 'its namespace is being deleted',
      remedy: 'Use another namespace, or wait until it is gone.',
    };
  return {
    cause: 'pods_refused',
    title: `the API server refuses them: ${oneLine(message, 200)}`,
    remedy: 'Correct what it names.',
    confidence: 'likely',
  };
}

function webhookRefusal(world: World, hook: string, message: string): Refusal {
  const kinds = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const;
  const distrusted = /x509:|failed to verify certificate/.exec(message) !== null;
  const trouble = distrusted ? 'has a certificate that the API server does not accept' : 'does not answer';
  for (const kind of kinds)
    for (const configuration of world.all(kind)) {
      const webhook = configuration.webhooks?.find((one) => one.name === hook);
      if (webhook === undefined) continue;
      const { service, url } = webhook.clientConfig ?? {};
      const key = keyOf(kind, '', configuration.metadata.name);
      return {
        cause: 'webhook_failing',
        title: `the webhook "${hook}" ${trouble}, and its failurePolicy is ${webhook.failurePolicy ?? 'Fail'}`,
        remedy: distrusted
          ? 'Renew the certificate that it serves, or correct caBundle in its configuration.'
          : 'Mend the service of the webhook; where it is gone for good, delete its configuration.',
        object: key,
        evidence: [`${world.label(key)}: it calls ${service ? `the Service ${service.namespace}/${service.name}` : (url ?? 'a URL')}.`],
        next: service
          ? { tool: 'diagnose', arguments: { namespace: service.namespace, kind: 'Service', name: service.name } }
          : getCall(key),
      };
    }
  const why = /failed to call webhook: (.*)/s.exec(message)?.[1] ?? message;
  return {
    cause: 'webhook_failing',
    title: `the webhook "${hook}" ${trouble}: ${oneLine(why, 160)}`,
    remedy: distrusted ? 'Renew the certificate that it serves, or correct caBundle.' : 'Mend the service of the webhook.',
    next: listCall('ValidatingWebhookConfiguration', undefined, { view: 'names' }),
  };
}

function rolloutCauses(world: World, deployment: Workload): Cause[] {
  const { namespace, name } = deployment.metadata;
  const key = keyOf('Deployment', namespace, name);
  const label = world.label(key);
  const progressing = conditionOf(deployment, 'Progressing');
  if (progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded')
    return [
      {
        cause: 'rollout_stuck',
        title: `The rollout of ${label} did not end in time`,
        confidence: 'certain',
        object: key,
        evidence: [`${label}: ${oneLine(progressing.message ?? progressing.reason)}`],
        remedy: 'Mend what keeps the new pods from being ready, or undo the rollout.',
        next: { tool: 'resources_list', arguments: { kind: 'Pod', namespace, view: 'status' } },
        // what its own pods say is the reason
        because: [key, ...world.podsOf(key).flatMap(({ spec }) => (spec.nodeName ? [keyOf('Node', '', spec.nodeName)] : []))],
      },
    ];
  const { spec, status = {} } = deployment;
  if (spec.paused === true && halfway(world, key, deployment))
    return [
      {
        cause: 'rollout_paused',
        title: `${label} is paused in the middle of a rollout`,
        confidence: 'certain',
        object: key,
        evidence: [`${label}: spec.paused is true; ${status.updatedReplicas ?? 0} of ${spec.replicas ?? 1} pods are of the new version.`],
        remedy: 'Resume the rollout.',
        next: getCall(key),
        informational: true,
      },
    ];
  return [];
}

/** Whether a rollout has begun: pods of an older version are there, or none and none are being made. A pause keeps nothing else back. */
function halfway(world: World, key: string, { spec, status = {} }: Workload): boolean {
  const { replicas = 0, updatedReplicas = 0 } = status;
  if (replicas > 0) return updatedReplicas < replicas;
  const making = world.whole('ReplicaSet')?.some((set) => (set.spec.replicas ?? 0) > 0 && world.ownerOf('ReplicaSet', set) === key);
  return (spec.replicas ?? 1) > 0 && making === false;
}
