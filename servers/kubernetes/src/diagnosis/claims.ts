import type { Cause } from './cause.ts';
import type { Claim } from './objects.ts';
import { getCall, listCall, podKey } from './pod-cause.ts';
import { keyOf, type World } from './world.ts';

const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';

/** Claims that get no volume. */
export function claimCauses(world: World): Cause[] {
  return world.all('PersistentVolumeClaim').flatMap((claim) => {
    const { namespace, name } = claim.metadata;
    const key = keyOf('PersistentVolumeClaim', namespace, name);
    const users = world
      .all('Pod')
      .filter(
        (pod) => pod.metadata.namespace === namespace && pod.spec.volumes?.some((one) => one.persistentVolumeClaim?.claimName === name),
      );
    const found = claimCause(world, claim, key);
    if (found === undefined) return [];
    return [{ object: key, next: getCall(key), explains: users.flatMap((pod) => [podKey(pod), world.workloadOf(pod)]), ...found }];
  });
}

type Found = Pick<Cause, 'cause' | 'title' | 'confidence' | 'evidence' | 'remedy'> & Partial<Cause>;

function claimCause(world: World, { spec, status, metadata }: Claim, key: string): Found | undefined {
  const label = world.label(key);
  if (status?.phase === 'Lost') return lost(world, spec, key);
  if (status?.phase === 'Bound') return undefined;
  const failed = world.recent(key, /^(?:ProvisioningFailed|FailedBinding|VolumeMismatch|VolumeResizeFailed)$/, 60);
  const said = failed ? [world.said(failed)] : [];
  const classes = world.whole('StorageClass');
  const wanted = spec.storageClassName;
  if (classes !== undefined && !spec.volumeName && wanted !== '') {
    const there = classes.map((one) => one.metadata.name).join(', ') || 'none';
    if (wanted !== undefined && world.has('StorageClass', '', wanted) === false)
      return {
        cause: 'storage_class_missing',
        title: `${label} asks for the storage class "${wanted}", which does not exist`,
        confidence: 'certain',
        evidence: [`${label}: spec.storageClassName is ${wanted}; there are: ${there}.`, ...said],
        remedy: 'Make the StorageClass, or make the claim anew with one that is there.',
        next: listCall('StorageClass', undefined),
      };
    if (wanted === undefined && !classes.some((one) => one.metadata.annotations?.[IS_DEFAULT] === 'true'))
      return {
        cause: 'storage_class_unset',
        title: `${label} names no storage class, and none is the default`,
        confidence: 'certain',
        evidence: [`${label}: spec.storageClassName is not set; there are: ${there}.`, ...said],
        remedy: 'Name a storage class, or mark one as the default.',
        next: listCall('StorageClass', undefined),
      };
  }
  if (failed !== undefined)
    return {
      cause: failed.reason === 'FailedBinding' ? 'no_matching_volume' : 'provisioning_failed',
      title: failed.reason === 'FailedBinding' ? `${label} finds no volume that fits` : `No volume can be made for ${label}`,
      confidence: 'certain',
      evidence: said,
      remedy:
        failed.reason === 'FailedBinding'
          ? 'Make a PersistentVolume that fits, or name a storage class that makes one.'
          : 'Mend what the storage driver names.',
    };
  const waiting = world.recent(key, /^ExternalProvisioning$/, 60);
  // what runs beside a driver says that it has begun: that is slow, not silent
  const begun = world.recent(key, /^Provisioning$/, 60);
  if (waiting !== undefined && begun === undefined && world.now - waiting.first > 120_000)
    return {
      cause: 'provisioner_silent',
      title: `${label} waits for its storage driver, which does not answer`,
      confidence: 'likely',
      evidence: [world.said(waiting)],
      remedy: 'See whether the driver of the storage class is installed and runs.',
    };
  // bound once a pod that uses it is given a node, and not before
  const own = classes?.find((one) =>
    wanted === undefined ? one.metadata.annotations?.[IS_DEFAULT] === 'true' : one.metadata.name === wanted,
  );
  if (own?.volumeBindingMode === 'WaitForFirstConsumer' || world.minutes(metadata.creationTimestamp) < 2) return undefined;
  return {
    cause: 'claim_unbound',
    title: `${label} is not bound to a volume`,
    confidence: 'possible',
    evidence: [`${label}: its phase is ${status?.phase ?? 'Pending'}.`],
    remedy: 'See its events and its storage class.',
  };
}

/** What the volume controller calls Lost: the volume is not there any more, or it is another claim's. */
function lost(world: World, { volumeName = '' }: Claim['spec'], key: string): Found {
  const label = world.label(key);
  const event = world.eventsOf(key).find(({ reason }) => reason === 'ClaimLost' || reason === 'ClaimMisbound');
  const taken = event?.reason === 'ClaimMisbound';
  return {
    cause: 'volume_lost',
    title: taken ? `${label} names a volume that belongs to another claim` : `${label} has lost its volume`,
    confidence: 'certain',
    evidence: [
      `${label}: its phase is Lost; the volume ${volumeName} ${taken ? 'is not its own' : 'is gone'}.`,
      ...(event ? [world.said(event)] : []),
    ],
    remedy: taken ? 'Make the claim anew, with a volume of its own.' : 'Bring the volume back, or make the claim anew.',
  };
}
