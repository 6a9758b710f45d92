import { selects } from '../client/label-selector.ts';
import { oneLine } from '../report/text.ts';
import type { Cause } from './cause.ts';
import { getCall, listCall } from './pod-cause.ts';
import { conditionOf, keyOf, type World } from './world.ts';

/** Autoscalers that cannot measure, find nothing to scale, or have come to their end. */
export function autoscalerCauses(world: World): Cause[] {
  return world.all('HorizontalPodAutoscaler').flatMap((one): Cause[] => {
    const { namespace, name } = one.metadata;
    const key = keyOf('HorizontalPodAutoscaler', namespace, name);
    const label = world.label(key);
    const { kind, name: target } = one.spec.scaleTargetRef;
    const able = conditionOf(one, 'AbleToScale');
    const active = conditionOf(one, 'ScalingActive');
    const limited = conditionOf(one, 'ScalingLimited');
    const make = (cause: string, title: string, remedy: string, fact: string, more: Partial<Cause> = {}): Cause[] => [
      {
        cause,
        title: `${label} ${title}`,
        confidence: 'certain',
        object: key,
        evidence: [`${label}: ${oneLine(fact, 400)}`],
        remedy,
        next: getCall(key),
        ...more,
      },
    ];
    if (able?.status === 'False' && able.reason === 'FailedGetScale')
      return make(
        'hpa_target_missing',
        `scales ${kind}/${target}, which it does not find`,
        'Correct scaleTargetRef.',
        `${able.reason}: ${able.message ?? ''}`,
      );
    if (active?.status === 'False' && active.reason === 'ScalingDisabled')
      return make(
        'scaled_to_zero',
        `does nothing: ${kind}/${target} is scaled to zero`,
        'Scale it up once.',
        `${active.reason}: ${active.message ?? ''}`,
        { informational: true },
      );
    if (active?.status === 'False') {
      const message = `${active.reason ?? ''}: ${active.message ?? ''}`;
      if (/missing request for/.test(message))
        return make(
          'requests_missing',
          `cannot compute: the pods of ${kind}/${target} say no requests for what it measures`,
          'Set resources.requests on every container of the pods.',
          message,
        );
      return make(
        'metrics_missing',
        'gets no metrics, so it does not scale',
        'See whether the metrics server, or the adapter of these metrics, is installed and runs.',
        message,
        {
          next: listCall('APIService', undefined),
          because: [keyOf(kind, namespace, target)].filter(
            (owner) => world.podsOf(owner).length > 0 && !world.podsOf(owner).some((pod) => world.isReady(pod)),
          ),
        },
      );
    }
    if (limited?.status === 'True' && limited.reason === 'TooManyReplicas')
      return make(
        'hpa_at_max',
        `has come to its maximum of ${one.spec.maxReplicas} and would scale further`,
        'Raise maxReplicas, or make the pods do more each.',
        `${limited.reason}: ${limited.message ?? ''}`,
        { informational: true },
      );
    return [];
  });
}

/** Budgets that allow no eviction. */
export function budgetCauses(world: World): Cause[] {
  return world.all('PodDisruptionBudget').flatMap((one): Cause[] => {
    const { namespace, name } = one.metadata;
    const { disruptionsAllowed = 0, expectedPods = 0, currentHealthy = 0, desiredHealthy = 0 } = one.status ?? {};
    if (one.status === undefined || disruptionsAllowed > 0 || expectedPods === 0) return [];
    const key = keyOf('PodDisruptionBudget', namespace, name);
    const label = world.label(key);
    const owners = world
      .all('Pod')
      .filter((pod) => pod.metadata.namespace === namespace && selects(one.spec.selector ?? {}, pod.metadata.labels))
      .map((pod) => world.workloadOf(pod));
    const never = desiredHealthy >= expectedPods;
    return [
      {
        cause: 'budget_blocks',
        title: never
          ? `${label} allows no eviction at all: it wants all ${expectedPods} of its pods`
          : `${label} allows no eviction now: ${currentHealthy} of its pods are well, and it wants ${desiredHealthy}`,
        confidence: 'certain',
        object: key,
        evidence: [
          `${label}: ${currentHealthy} of ${expectedPods} pods are well, ${desiredHealthy} must be, ${disruptionsAllowed} may be disturbed.`,
        ],
        remedy: never ? 'Have more replicas, or lower minAvailable (raise maxUnavailable).' : 'Mend its pods.',
        next: getCall(key),
        informational: true,
        ...(never ? {} : { because: [...new Set(owners)] }),
      },
    ];
  });
}
