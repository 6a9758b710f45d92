/** A kwok Stage: what happens to an object that its selector takes (kwok.x-k8s.io/v1alpha1). */
export interface Stage {
  apiVersion: 'kwok.x-k8s.io/v1alpha1';
  kind: 'Stage';
  metadata: { name: string };
  spec: {
    resourceRef: { apiGroup: 'v1'; kind: 'Pod' | 'Node' };
    selector: { matchExpressions: Expression[] };
    delay?: { durationMilliseconds: number };
    steps: unknown[];
  };
}

/** A jq path, and what its values are compared to. */
interface Expression {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: string[];
}

/** Names the fate of a pod or a node. */
export const FATE = 'test.deployment-engine/fate';
/** Names the container that meets the pod's fate; without it the first. */
export const FATE_CONTAINER = 'test.deployment-engine/container';

export const isIn = (key: string, ...values: string[]): Expression => ({ key, operator: 'In', values });
export const isNotIn = (key: string, ...values: string[]): Expression => ({ key, operator: 'NotIn', values });
export const exists = (key: string): Expression => ({ key, operator: 'Exists' });
export const isAbsent = (key: string): Expression => ({ key, operator: 'DoesNotExist' });
export const fate = (...fates: string[]): Expression => isIn(`.metadata.annotations["${FATE}"]`, ...fates);
export const noFate = (fates: readonly string[]): Expression => isNotIn(`.metadata.annotations["${FATE}"]`, ...fates);
/** The values of a condition's status. */
export const condition = (type: string): string => `.status.conditions.[] | select(.type == "${type}") | .status`;

export function stage(kind: 'Pod' | 'Node', name: string, matchExpressions: Expression[], steps: unknown[], delayMs?: number): Stage {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name: `${kind.toLowerCase()}-${name}` },
    spec: {
      resourceRef: { apiGroup: 'v1', kind },
      selector: { matchExpressions },
      ...(delayMs !== undefined && { delay: { durationMilliseconds: delayMs } }),
      steps,
    },
  };
}

/** A change of the status; the template is Go's text/template with sprig's functions, and gives YAML. */
export const patchStatus = (template: string): unknown => ({
  patch: { subresource: 'status', root: 'status', type: 'strategic', template },
});
