import { oneLine } from '../report/text.ts';
import type { Cause } from './cause.ts';
import type { Pod } from './objects.ts';
import { getCall, listCall, podCause, podKey, podLabel } from './pod-cause.ts';
import { containersOf, keyOf, type World } from './world.ts';

/** Events of a pod that still waits are not older, in minutes. */
const LATELY = 30;

/** What a pod is configured with and does not find: Secrets, ConfigMaps, their keys, volumes. */
export function volumeCauses(world: World): Cause[] {
  return world.all('Pod').flatMap((pod) => [...configCauses(world, pod), ...mountCauses(world, pod)]);
}

function configCauses(world: World, pod: Pod): Cause[] {
  return containersOf(pod).flatMap(({ status }) => {
    const { reason = '', message = '' } = status.state?.waiting ?? {};
    if (!/^CreateContainer(?:Config)?Error$/.test(reason)) return [];
    const evidence = [`${podLabel(world, pod)}: ${status.name} waits (${reason}): ${oneLine(message, 400)}`];
    const known = missingPart(world, pod, message, evidence);
    if (known !== undefined) return [known];
    const root = /runAsNonRoot/.test(message);
    const why = /non-numeric user/.test(message)
      ? ': its image names its user, and runAsNonRoot wants a number that is not 0'
      : ': it would run as root, which runAsNonRoot forbids';
    return [
      podCause(world, pod, {
        cause: root ? 'run_as_root_refused' : 'container_config_error',
        title: `Container ${status.name} of ${world.label(world.workloadOf(pod))} cannot be created${root ? why : ''}`,
        confidence: 'certain',
        evidence,
        remedy: root ? 'Set runAsUser to a user other than 0, or use an image that names one.' : 'Correct what the message names.',
        next: getCall(podKey(pod)),
      }),
    ];
  });
}

/** The words of the kubelet for a Secret or ConfigMap, or a key of one, that is not there. */
function missingPart(world: World, pod: Pod, message: string, evidence: string[]): Cause | undefined {
  const { namespace } = pod.metadata;
  const owner = world.label(world.workloadOf(pod));
  const whole = /\b(secret|configmap)s? "([^"]+)" not found/i.exec(message);
  if (whole !== null) {
    const kind = whole[1]?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
    const name = whole[2] ?? '';
    return podCause(world, pod, {
      cause: kind === 'Secret' ? 'secret_missing' : 'configmap_missing',
      title: `${owner} needs the ${kind} "${name}", which does not exist in its namespace`,
      confidence: 'certain',
      object: keyOf(kind, namespace, name),
      evidence: [
        ...evidence,
        ...(world.has(kind, namespace, name) === false ? [`${kind}/${name} does not exist.${world.near(kind, namespace, name)}`] : []),
      ],
      remedy: `Make the ${kind}, or correct its name in the pod's template.`,
      next: listCall(kind, namespace, { view: 'names' }),
    });
  }
  const key =
    /couldn't find key (\S+) in (Secret|ConfigMap) \S*?\/?([^\s/]+)$/i.exec(message.trim()) ??
    /couldn't find key (\S+) in (Secret|ConfigMap) (?:\S+\/)?(\S+)/i.exec(message);
  const stray = /references non-existent (secret|config) key: (\S+)/i.exec(message);
  if (key === null && stray === null) return undefined;
  const isSecret = /secret/i.test(key?.[2] ?? stray?.[1] ?? '');
  const kind = isSecret ? 'Secret' : 'ConfigMap';
  const name = key?.[3];
  return podCause(world, pod, {
    cause: isSecret ? 'secret_key_missing' : 'configmap_key_missing',
    title: `${owner} needs the key "${key?.[1] ?? stray?.[2]}" of ${name === undefined ? `a ${kind}` : `the ${kind} "${name}"`}, which has no such key`,
    confidence: 'certain',
    ...(name === undefined ? {} : { object: keyOf(kind, namespace, name) }),
    evidence,
    remedy: `Add the key to the ${kind}, or correct the key in the pod's template.`,
    next: name === undefined ? getCall(podKey(pod)) : getCall(keyOf(kind, namespace, name)),
  });
}

const WAITING = /^(?:ContainerCreating|PodInitializing)$/;

function mountCauses(world: World, pod: Pod): Cause[] {
  if (pod.spec.nodeName === undefined || pod.status?.phase !== 'Pending') return [];
  const statuses = containersOf(pod);
  if (statuses.length > 0 && !statuses.every(({ status }) => WAITING.test(status.state?.waiting?.reason ?? ''))) return [];
  const events = world
    .eventsOf(podKey(pod))
    .filter(
      ({ reason, last }) =>
        /^(?:FailedMount|FailedAttachVolume|FailedMapVolume|FailedCreatePodSandBox)$/.test(reason) && world.now - last < LATELY * 60_000,
    );
  // "timed out waiting for the condition" only repeats what another event says better
  const event = events.find(({ message }) => !/timed out waiting for the condition|unmounted volumes=/.test(message)) ?? events[0];
  if (event === undefined) return [];
  const owner = world.label(world.workloadOf(pod));
  const evidence = [world.said(event)];
  const known = missingPart(world, pod, event.message, evidence);
  if (known !== undefined) return [known];
  const volume = /volume "([^"]+)"/.exec(event.message)?.[1];
  const claims = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim ? [keyOf('PersistentVolumeClaim', pod.metadata.namespace, claim.claimName)] : [],
  );
  const make = (cause: string, title: string, remedy: string): Cause =>
    podCause(world, pod, {
      cause,
      title: `${owner} ${title}`,
      confidence: 'certain',
      evidence,
      remedy,
      next: getCall(podKey(pod)),
      because: claims,
    });
  if (event.reason === 'FailedCreatePodSandBox')
    return [
      /network|\bcni\b/i.test(event.message)
        ? make('network_setup_failed', 'gets no network on its node', 'See the network plug-in (CNI) of the node.')
        : make('sandbox_failed', 'cannot be set up on its node', 'Mend what the container runtime of the node names.'),
    ];
  if (/Multi-Attach|already (?:used|attached|exclusively)/i.test(event.message))
    return [
      make(
        'volume_in_use',
        `waits for volume ${volume ?? ''}, which is attached to another node`,
        'End the pod that still uses it, or use a volume that several nodes may mount.',
      ),
    ];
  if (event.reason === 'FailedAttachVolume')
    return [make('volume_attach_failed', `cannot have volume ${volume ?? ''} attached to its node`, 'Mend what the storage driver names.')];
  return [make('volume_mount_failed', `cannot mount volume ${volume ?? ''}`, 'Mend what the mount names: server, path, driver, rights.')];
}
