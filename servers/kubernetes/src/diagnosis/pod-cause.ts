import type { Cause } from './cause.ts';
import type { Pod } from './objects.ts';
import { keyOf, type World } from './world.ts';

export const podKey = ({ metadata }: Pod): string => keyOf('Pod', metadata.namespace, metadata.name);

/** A pod as evidence names it. */
export const podLabel = (world: World, pod: Pod): string => world.labelOf('Pod', pod);

export const place = ({ metadata }: Pod) => ({ namespace: metadata.namespace ?? '', name: metadata.name });

export const logCall = (pod: Pod, container: string, previous: boolean): Cause['next'] => ({
  tool: 'pods_log',
  arguments: { ...place(pod), container, ...(previous ? { previous } : {}) },
});

export const getCall = (key: string): Cause['next'] => {
  const [kind = '', namespace = '', ...name] = key.split('/');
  return { tool: 'resources_get', arguments: { kind, name: name.join('/'), ...(namespace === '' ? {} : { namespace }) } };
};

export const listCall = (kind: string, namespace: string | undefined, more: object = {}): Cause['next'] => ({
  tool: 'resources_list',
  arguments: { kind, ...(namespace ? { namespace } : {}), ...more },
});

/** A cause that was seen at a pod; it counts for the workload that the pod belongs to. */
export function podCause(world: World, pod: Pod, cause: Omit<Cause, 'object'> & { object?: string }): Cause {
  const workload = world.workloadOf(pod);
  return { object: workload, ...cause, explains: [...(cause.explains ?? []), workload, podKey(pod)] };
}
