import type { Cause } from './cause.ts';
import { hostsOf, isThere, serviceOf } from './hosts.ts';
import type { Pod } from './objects.ts';
import { getCall, listCall, podCause, podKey, podLabel } from './pod-cause.ts';
import { keyOf, type World } from './world.ts';

type Found = Omit<Cause, 'object'> & { object?: string };

/** A host that a program could not resolve, where it would be a Service and there is none. */
export function hostCause(world: World, pod: Pod, wanted: string): Found | undefined {
  const host = serviceOf(world, wanted, pod.metadata.namespace ?? '');
  if (host.service === undefined || isThere(world, host) !== false) return undefined;
  return wrongName(world, pod, { ...host, service: host.service }, 'certain');
}

/**
 * A host of the cluster that a program could not resolve, as its pod asks the resolver of the node (kubernetes.io, "DNS for Services and
 * Pods", on dnsPolicy).
 */
export function resolverCause(world: World, pod: Pod, wanted: string): Found | undefined {
  const { hostNetwork = false, dnsPolicy = 'ClusterFirst' } = pod.spec;
  if (dnsPolicy !== 'Default' && !(hostNetwork && dnsPolicy === 'ClusterFirst')) return undefined;
  const { sure, ...host } = serviceOf(world, wanted, pod.metadata.namespace ?? '');
  if (!sure && isThere(world, host) !== true) return undefined;
  const mended = hostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst';
  return {
    cause: 'dns_policy_wrong',
    title: `${world.label(world.workloadOf(pod))} cannot resolve names of the cluster: its pods ask the resolver of their node`,
    confidence: 'certain',
    evidence: [`${podLabel(world, pod)}: ${hostNetwork ? 'hostNetwork is true and ' : ''}dnsPolicy is ${dnsPolicy}.`],
    remedy: `Set dnsPolicy: ${mended}.`,
    next: getCall(podKey(pod)),
  };
}

function wrongName(
  world: World,
  pod: Pod,
  { host, service, namespace }: { host: string; service: string; namespace: string },
  confidence: Cause['confidence'],
): Found {
  return {
    cause: 'dns_name_wrong',
    title: `${world.label(world.workloadOf(pod))} asks for "${host}", and there is no such Service`,
    confidence,
    evidence: [`${world.label(keyOf('Service', namespace, service))} does not exist.${world.near('Service', namespace, service)}`],
    remedy: 'Correct the name where it is set, or make the Service.',
    next: listCall('Service', namespace, { view: 'names' }),
  };
}

/** Names of Services in the environment of pods that are not well, where there is no such Service. */
export function dnsCauses(world: World): Cause[] {
  return world
    .all('Pod')
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && pod.status?.phase !== 'Succeeded')
    .flatMap((pod) =>
      hostsOf(world, pod).flatMap((one): Cause[] => {
        if (one.service === undefined || isThere(world, one) !== false) return [];
        // a bare word may also be a machine, or no host at all: then only a near name makes it worth saying
        const near = world.near('Service', one.namespace, one.service) !== '';
        if (!one.sure && !near && world.isReady(pod)) return [];
        const found = wrongName(world, pod, { ...one, service: one.service }, one.sure ? 'likely' : 'possible');
        const said = `${podLabel(world, pod)}: its variable ${one.variable} names the host ${one.host}.`;
        return [
          podCause(world, pod, { ...found, evidence: [said, ...found.evidence], ...(world.isReady(pod) ? { informational: true } : {}) }),
        ];
      }),
    );
}

/** The Services that a pod is told of, and those that a text names, by name or by address. */
export function serviceKeysOf(world: World, pod: Pod, text = ''): string[] {
  const namespace = pod.metadata.namespace ?? '';
  const told = hostsOf(world, pod).flatMap((one) => (one.service === undefined ? [] : [keyOf('Service', one.namespace, one.service)]));
  const named = world
    .all('Service')
    .filter(({ metadata, spec }) => {
      const word = metadata.namespace === namespace ? metadata.name : `${metadata.name}.${metadata.namespace}`;
      return (
        text !== '' &&
        (mentions(text, word) || (spec.clusterIP !== undefined && /\d/.test(spec.clusterIP) && mentions(text, spec.clusterIP)))
      );
    })
    .map(({ metadata }) => keyOf('Service', metadata.namespace, metadata.name));
  const there = new Set(world.all('Service').map(({ metadata }) => keyOf('Service', metadata.namespace, metadata.name)));
  const sure = named.length > 0 ? named : told;
  return [...new Set(sure)].filter((key) => there.has(key));
}

/** Whether a word stands in a text by itself, not as part of a longer name. */
function mentions(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
    if (!/[A-Za-z0-9-]/.test(text[at - 1] ?? ' ') && !/[A-Za-z0-9-]/.test(text[at + word.length] ?? ' ')) return true;
  return false;
}
