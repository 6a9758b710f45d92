import { oneLine } from '../report/text.ts';
import type { Cause } from './cause.ts';
import type { Pod } from './objects.ts';
import { getCall, listCall, podCause, podKey, podLabel } from './pod-cause.ts';
import { containersOf, keyOf, type ContainerView, type World } from './world.ts';

const WAITING =
  /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable|ImageInspectError|SignatureValidationFailed)$/;

interface Pattern {
  pattern: RegExp;
  cause: string;
  title: string;
  remedy: string;
  confidence?: 'likely';
}

/** What registries and runtimes say, the first that fits. */
const PATTERNS: Pattern[] = [
  {
    pattern: /toomanyrequests|too many requests|rate limit/i,
    cause: 'registry_rate_limited',
    title: 'the registry refuses more pulls for now',
    remedy: 'Sign in to the registry (imagePullSecrets), or use a mirror.',
  },
  {
    pattern: /no match for platform|no matching manifest/i,
    cause: 'wrong_architecture',
    title: 'the image is not made for the platform of the node',
    remedy: 'Build the image for it, or choose other nodes.',
  },
  {
    pattern: /no space left on device/i,
    cause: 'disk_full',
    title: 'the node has no space left for the image',
    remedy: 'Free space on the node.',
  },
  {
    pattern: /repository does not exist or may require|insufficient_scope/i,
    cause: 'image_pull_denied',
    title: 'the registry does not give the image to this cluster (it needs a sign-in, or the name is wrong)',
    remedy: 'Check the name; for a private image name a Secret with a sign-in in imagePullSecrets.',
    confidence: 'likely',
  },
  {
    pattern:
      /unauthorized|forbidden|access denied|denied:|authorization failed|failed to authorize|no basic auth|authentication required|(?:status|code)[^\n]{0,40}\b40[13]\b/i,
    cause: 'image_pull_denied',
    title: 'the registry refuses the image to this cluster',
    remedy: 'Give imagePullSecrets a Secret whose sign-in may pull this image.',
  },
  {
    pattern:
      /no such host|i\/o timeout|connection refused|connection reset|network is unreachable|server misbehaving|deadline exceeded|x509|certificate|tls:|http: server gave HTTP response|\b50[0234]\b/i,
    cause: 'registry_unreachable',
    title: 'the node cannot reach the registry',
    remedy: 'Check the name of the registry, and DNS, proxy and certificates of the nodes.',
  },
  {
    pattern: /not found|manifest unknown|name unknown/i,
    cause: 'image_not_found',
    title: 'the registry has no such image or tag',
    remedy: 'Correct the name or tag of the image, or push it.',
  },
];

/** Images that do not come. */
export function imageCauses(world: World): Cause[] {
  return world
    .all('Pod')
    .flatMap((pod) =>
      containersOf(pod).flatMap((view) => (WAITING.test(view.status.state?.waiting?.reason ?? '') ? [imageCause(world, pod, view)] : [])),
    );
}

function imageCause(world: World, pod: Pod, { container, status }: ContainerView): Cause {
  const { reason = '', message = '' } = status.state?.waiting ?? {};
  const image = container.image ?? '';
  const event = world
    .eventsOf(podKey(pod))
    .find((one) => one.reason === 'Failed' && /pull|resolve|manifest/i.test(one.message) && (one.message.includes(image) || image === ''));
  const all = `${message}\n${event?.message ?? ''}`;
  const evidence = [
    `${podLabel(world, pod)}: ${container.name} waits (${reason}) for ${image}: ${oneLine(message, 400)}`,
    ...(event ? [world.said(event)] : []),
  ];
  const owner = world.label(world.workloadOf(pod));
  const make = (cause: string, title: string, remedy: string, more: Partial<Cause> = {}): Cause =>
    podCause(world, pod, {
      cause,
      title: `${owner} gets no image ${image}: ${title}`,
      confidence: 'certain',
      evidence,
      remedy,
      next: getCall(podKey(pod)),
      ...more,
    });
  if (reason === 'InvalidImageName') return make('image_name_invalid', 'that is no name of an image', 'Correct the image.');
  if (reason === 'ErrImageNeverPull')
    return make(
      'image_never_pulled',
      'imagePullPolicy is Never, and the node does not have it',
      'Load the image on the nodes, or allow pulling.',
    );
  // the name stands in the message and may hold any word
  const found = PATTERNS.find(({ pattern }) => pattern.test(image === '' ? all : all.replaceAll(image, 'IMAGE')));
  const lacking = missingSecret(world, pod);
  if (lacking !== undefined && (found === undefined || found.cause === 'image_pull_denied'))
    return make(
      'pull_secret_missing',
      `the Secret "${lacking.name}" that signs in to its registry is not in this namespace`,
      'Make the Secret in this namespace: Secrets are not shared between namespaces.',
      {
        object: keyOf('Secret', pod.metadata.namespace, lacking.name),
        evidence: [lacking.said, ...evidence],
        next: listCall('Secret', pod.metadata.namespace, { view: 'names' }),
      },
    );
  if (found === undefined) return make('image_pull_failed', 'pulling it fails', 'Mend what the runtime names.', { confidence: 'likely' });
  return make(found.cause, found.title, found.remedy, found.confidence ? { confidence: found.confidence } : {});
}

function missingSecret(world: World, pod: Pod): { name: string; said: string } | undefined {
  const { namespace } = pod.metadata;
  const event = world.recent(podKey(pod), /^FailedToRetrieveImagePullSecret$/, 60);
  for (const { name = '' } of pod.spec.imagePullSecrets ?? []) {
    const there = world.has('Secret', namespace, name);
    if (there === false)
      return { name, said: `${world.label(keyOf('Secret', namespace, name))} does not exist.${world.near('Secret', namespace, name)}` };
    if (there === undefined && event?.message.includes(name)) return { name, said: world.said(event) };
  }
  return undefined;
}
