import type { Amounts, Container, PodSpec, Resources } from '../client/pod-spec.ts';
import { quantity } from '../report/quantity.ts';

export const RESOURCES = ['cpu', 'memory'] as const;
export type Resource = (typeof RESOURCES)[number];

/** Cores and bytes. */
export type Sum = Record<Resource, number>;

export const nothing = (): Sum => ({ cpu: 0, memory: 0 });

export const plus = (a: Sum, b: Sum): Sum => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory });

const greater = (a: Sum, b: Sum): Sum => ({ cpu: Math.max(a.cpu, b.cpu), memory: Math.max(a.memory, b.memory) });

const sumOf = (amounts: Amounts | undefined): Sum => ({ cpu: quantity(amounts?.['cpu']), memory: quantity(amounts?.['memory']) });

/**
 * What a pod needs as the scheduler counts it: its containers together, or more where one that starts before them needs more; init
 * containers that go on count with both (kubernetes.io, "Sidecar Containers"); what is set for the whole pod goes before (KEP-2837).
 */
export function podSum({ containers = [], initContainers = [], overhead, resources }: PodSpec, which: keyof Resources): Sum {
  const of = ({ resources: own }: Container): Sum => sumOf(own?.[which]);
  let beside = nothing();
  let most = nothing();
  for (const one of initContainers) {
    if (one.restartPolicy === 'Always') {
      beside = plus(beside, of(one));
      most = greater(most, beside);
    } else most = greater(most, plus(beside, of(one)));
  }
  const together = greater(containers.map(of).reduce(plus, beside), most);
  const whole = resources?.[which];
  const set = sumOf(whole);
  const counted: Sum = {
    cpu: whole?.['cpu'] === undefined ? together.cpu : set.cpu,
    memory: whole?.['memory'] === undefined ? together.memory : set.memory,
  };
  return plus(counted, sumOf(overhead));
}

/** The resources that some container of the pod requests nothing of. */
export function unrequested({ containers = [], resources }: PodSpec): Resource[] {
  return RESOURCES.filter(
    (one) => resources?.requests?.[one] === undefined && containers.some(({ resources: own }) => own?.requests?.[one] === undefined),
  );
}
