import { ago, PRELUDE } from './events.ts';

// A pod's status as a YAML template, put together of entries for its containers. Every entry begins below `- name: …`.

const CONTAINER_ID = '{{ printf "containerd://%s" (printf "%s/%s" $pod.metadata.uid .name | sha256sum) | Quote }}';
const IMAGE_ID = '{{ printf "sha256:%s" (.image | sha256sum) | Quote }}';
const CREATED = `
  imageID: ${IMAGE_ID}
  containerID: ${CONTAINER_ID}`;
const NOT_CREATED = `
  imageID: ""`;

/** `message` is a template expression that gives a string. */
const waitingState = (reason: string, message?: string): string => `
  ready: false
  started: false
  state:
    waiting:
      reason: ${reason}${message === undefined ? '' : `\n      message: {{ ${message} | Quote }}`}`;

/** An entry of a container that was not created yet. */
export const waiting = (reason: string, message?: string): string => `${NOT_CREATED}
  restartCount: 0${waitingState(reason, message)}`;

const terminatedState = (exitCode: number, reason: string): string => `
    terminated:
      exitCode: ${exitCode}
      reason: ${reason}
      startedAt: ${ago(30)}
      finishedAt: ${ago(10)}
      containerID: ${CONTAINER_ID}`;

/** An entry of a container that has ended for good; `ready` is true of an init container that has done its work. */
export const terminated = (exitCode: number, reason: string, ready = false): string => `${CREATED}
  restartCount: 0
  ready: ${ready}
  started: false
  state:${terminatedState(exitCode, reason)}`;

/** An entry of a container that runs; `before` says how its last run ended, of as many restarts. */
export const running = (ready: boolean, before?: { restarts: number; exitCode: number; reason: string }): string => `${CREATED}
  ready: ${ready}
  started: true
  restartCount: ${before?.restarts ?? 0}${before ? `\n  lastState:${terminatedState(before.exitCode, before.reason)}` : ''}
  state:
    running:
      startedAt: {{ $now | Quote }}`;

/** How long the kubelet waits after five restarts. */
const BACK_OFF = '2m40s';

/** An entry of a container that ended five times and waits for its next start. */
export const crashLoop = (exitCode: number, reason: string): string => `${CREATED}
  restartCount: 5${waitingState('CrashLoopBackOff', `(printf "back-off ${BACK_OFF} restarting failed container=%s pod=%s" $fated $podId)`)}
  lastState:${terminatedState(exitCode, reason)}`;

export interface PodStatus {
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  ready?: boolean;
  /** The entry of the container that meets the fate. */
  fated: string;
  /** The entry of the other containers; they run if it is not given. */
  others?: string;
  /** The entry of the first init container: the next and the containers wait. If it is not given, all have done their work. */
  init?: string;
  prelude?: string;
  /** More fields of the status, as YAML. */
  more?: string;
}

const names = (field: string): string => `{{ range $i, $c := $pod.spec.${field} }}{{ if $i }} {{ end }}{{ $c.name }}{{ end }}`;

function condition(type: string, status: boolean, reason?: string, message?: string): string {
  return `
- type: ${type}
  status: "${status ? 'True' : 'False'}"
  lastProbeTime: null
  lastTransitionTime: {{ $now | Quote }}
  reason: ${reason ?? 'null'}
  message: ${message === undefined ? 'null' : `"${message}"`}`;
}

function conditions({ phase, ready = false, others, init }: PodStatus): string {
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined;
  const unready = init === undefined && others === undefined ? '{{ $fated }}' : names('containers');
  const containersReady = (type: string): string =>
    ready
      ? condition(type, true)
      : condition(type, false, over ?? 'ContainersNotReady', over ? undefined : `containers with unready status: [${unready}]`);
  return [
    condition('PodReadyToStartContainers', over === undefined),
    init === undefined
      ? condition('Initialized', true, over === 'PodCompleted' ? over : undefined)
      : condition('Initialized', false, 'ContainersNotInitialized', `containers with incomplete status: [${names('initContainers')}]`),
    containersReady('Ready'),
    containersReady('ContainersReady'),
  ].join('');
}

/** The whole status. */
export function podStatus(status: PodStatus): string {
  const { phase, fated, others = running(true), init, prelude = PRELUDE, more = '' } = status;
  const done = terminated(0, 'Completed', true);
  return `${prelude}
phase: ${phase}
${more}
conditions:${conditions(status)}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
{{ if ${init === undefined ? 'eq .name $fated' : 'true'} }}${fated}
{{ else }}${others}
{{ end }}
{{ end }}
{{ with .spec.initContainers }}
initContainerStatuses:
{{ range . }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
{{ if eq (or .restartPolicy "") "Always" }}${init === undefined ? running(true) : waiting('PodInitializing')}
{{ else if eq .name $fated }}${init ?? done}
{{ else }}${init === undefined ? done : waiting('PodInitializing')}
{{ end }}
{{ end }}
{{ end }}
{{ if not .status.podIP }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ with PodIPsWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ end }}
startTime: {{ or .status.startTime $now | Quote }}
`;
}
