import { INIT_PRELUDE, type KubeletEvent, kubeletEvent, PULLED, STARTED } from './events.ts';
import { crashLoop, podStatus, type PodStatus, running, terminated, waiting } from './pod-status.ts';
import { condition, exists, fate, isAbsent, isIn, isNotIn, noFate, patchStatus, stage, type Stage } from './stage.ts';

interface Fate {
  status: PodStatus;
  events: readonly KubeletEvent[];
  /** jq over the pod: true where it has met this fate already. */
  met: string;
}

const warning = (reason: string, message: string, count = 1): KubeletEvent => ({ type: 'Warning', reason, message, count });
const anyContainer = (test: string, list = 'containerStatuses'): string => `any(.status.${list}[]?; ${test})`;
const waitsFor = (reason: string): string => `.state.waiting.reason == "${reason}"`;
const endedBy = (reason: string): string => `.lastState.terminated.reason == "${reason}"`;

const BACK_OFF = warning('BackOff', '(printf "Back-off restarting failed container %s in pod %s" $fated $podId)', 12);
const PULL_ERROR = '(printf "failed to pull and unpack image %q: failed to resolve reference %q: %s: not found" $image $image $image)';
const NO_CONFIG = '"configmap \\"absent\\" not found"';
const initStatus = { phase: 'Pending', fated: waiting('PodInitializing'), prelude: INIT_PRELUDE } as const;
const over = (phase: string): string => `.status.phase == "${phase}"`;

const FATES: Readonly<Record<string, Fate>> = {
  'crash-loop': {
    status: { phase: 'Running', fated: crashLoop(1, 'Error') },
    events: [...STARTED, BACK_OFF],
    met: anyContainer(`${waitsFor('CrashLoopBackOff')} and ${endedBy('Error')}`),
  },
  oom: {
    status: { phase: 'Running', fated: crashLoop(137, 'OOMKilled') },
    events: [...STARTED, BACK_OFF],
    met: anyContainer(`${waitsFor('CrashLoopBackOff')} and ${endedBy('OOMKilled')}`),
  },
  'image-pull': {
    status: {
      phase: 'Pending',
      fated: waiting('ImagePullBackOff', `(printf "Back-off pulling image %q: ErrImagePull: %s" $image ${PULL_ERROR})`),
    },
    events: [
      { type: 'Normal', reason: 'Pulling', message: '(printf "Pulling image %q" $image)', count: 4 },
      warning('Failed', `(printf "Failed to pull image %q: %s" $image ${PULL_ERROR})`, 4),
      warning('Failed', '"Error: ErrImagePull"', 4),
      { type: 'Normal', reason: 'BackOff', message: '(printf "Back-off pulling image %q" $image)', count: 8 },
      warning('Failed', '"Error: ImagePullBackOff"', 8),
    ],
    met: anyContainer(waitsFor('ImagePullBackOff')),
  },
  'create-config-error': {
    status: { phase: 'Pending', fated: waiting('CreateContainerConfigError', NO_CONFIG) },
    events: [PULLED, warning('Failed', `(printf "Error: %s" ${NO_CONFIG})`, 6)],
    met: anyContainer(waitsFor('CreateContainerConfigError')),
  },
  mount: {
    status: { phase: 'Pending', fated: waiting('ContainerCreating'), others: waiting('ContainerCreating') },
    events: [
      { ...warning('FailedMount', '"MountVolume.SetUp failed for volume \\"data\\" : secret \\"absent\\" not found"', 7), ofPod: true },
    ],
    met: anyContainer(waitsFor('ContainerCreating')),
  },
  unready: {
    status: { phase: 'Running', fated: running(false) },
    events: [...STARTED, warning('Unhealthy', '"Readiness probe failed: HTTP probe failed with statuscode: 503"', 9)],
    met: anyContainer('.ready == false and .state.running != null and .restartCount == 0'),
  },
  liveness: {
    status: { phase: 'Running', ready: true, fated: running(true, { restarts: 3, exitCode: 137, reason: 'Error' }) },
    events: [
      ...STARTED,
      warning('Unhealthy', '"Liveness probe failed: HTTP probe failed with statuscode: 500"', 9),
      {
        type: 'Normal',
        reason: 'Killing',
        message: '(printf "Container %s failed liveness probe, will be restarted" $fated)',
        count: 3,
      },
    ],
    met: anyContainer('.restartCount == 3'),
  },
  'init-crash': {
    status: { ...initStatus, init: crashLoop(1, 'Error') },
    events: [...STARTED, BACK_OFF],
    met: anyContainer(waitsFor('CrashLoopBackOff'), 'initContainerStatuses'),
  },
  'init-pending': {
    status: { ...initStatus, init: running(false) },
    events: STARTED,
    met: anyContainer('.ready == false and .state.running != null', 'initContainerStatuses'),
  },
  evicted: {
    status: {
      phase: 'Failed',
      fated: terminated(137, 'Error'),
      others: terminated(137, 'Error'),
      more: `reason: Evicted
message: {{ printf "The node was low on resource: memory. Threshold quantity: 100Mi, available: 42Mi. Container %s was using 900Mi, request is 0, has larger consumption of memory. " $fated | Quote }}`,
    },
    events: [
      {
        ...warning(
          'Evicted',
          '(printf "The node was low on resource: memory. Threshold quantity: 100Mi, available: 42Mi. Container %s was using 900Mi, request is 0, has larger consumption of memory. " $fated)',
        ),
        ofPod: true,
      },
    ],
    met: over('Failed'),
  },
  complete: {
    status: { phase: 'Succeeded', fated: terminated(0, 'Completed'), others: terminated(0, 'Completed') },
    events: STARTED,
    met: over('Succeeded'),
  },
  failed: {
    status: { phase: 'Failed', fated: terminated(1, 'Error'), others: terminated(0, 'Completed') },
    events: STARTED,
    met: over('Failed'),
  },
};

/** The fates that a pod may name. */
export const POD_FATES: readonly string[] = [...Object.keys(FATES), 'slow'];

const LIVES = isAbsent('.metadata.deletionTimestamp');
const NOT_OVER = isIn('.status.phase', 'Pending', 'Running');
const NOT_READY = isNotIn(condition('Ready'), 'True');
const OF_JOB = '.metadata.ownerReferences.[].kind';
const steps = ({ status, events }: Fate): unknown[] => [
  patchStatus(podStatus(status)),
  ...events.map((one) => kubeletEvent(one, status.prelude)),
];

const READY: Fate = { status: { phase: 'Running', ready: true, fated: running(true) }, events: STARTED, met: '' };

/** What the nodes do with pods. */
export function podStages(): Stage[] {
  return [
    ...Object.entries(FATES).map(([name, one]) => {
      const wantsInit = one.status.init === undefined ? [] : [exists('.spec.initContainers.[].name')];
      return stage('Pod', name, [LIVES, NOT_OVER, fate(name), ...wantsInit, isNotIn(one.met, 'true')], steps(one));
    }),
    stage('Pod', 'ready', [LIVES, NOT_OVER, NOT_READY, noFate(POD_FATES)], steps(READY)),
    // Of a fate that was taken back from a pod that was ready all the same.
    stage(
      'Pod',
      'recovered',
      [LIVES, NOT_OVER, isIn(condition('Ready'), 'True'), noFate(POD_FATES), isIn(FATES['liveness']?.met ?? '', 'true')],
      steps(READY),
    ),
    stage('Pod', 'slow', [LIVES, isIn('.status.phase', 'Pending'), fate('slow')], steps(FATES['unready'] ?? READY)),
    stage('Pod', 'slow-ready', [LIVES, isIn('.status.phase', 'Running'), NOT_READY, fate('slow')], steps(READY), 2000),
    stage(
      'Pod',
      'job-complete',
      [LIVES, isIn('.status.phase', 'Running'), isIn(condition('Ready'), 'True'), isIn(OF_JOB, 'Job'), noFate(POD_FATES)],
      [patchStatus(podStatus({ phase: 'Succeeded', fated: terminated(0, 'Completed'), others: terminated(0, 'Completed') }))],
      300,
    ),
    stage('Pod', 'delete', [exists('.metadata.deletionTimestamp')], [{ delete: true }]),
  ];
}
