import { FATE_CONTAINER } from './stage.ts';

/** The variables of all pod templates: the pod, the time, and the name of the container that meets the fate. */
export const PRELUDE = `
{{ $now := Now }}
{{ $pod := . }}
{{ $annotations := or .metadata.annotations dict }}
{{ $fated := or (index $annotations "${FATE_CONTAINER}") (index .spec.containers 0).name }}
{{ $podId := printf "%s_%s(%s)" .metadata.name .metadata.namespace .metadata.uid }}
{{ $image := "" }}
{{ range .spec.containers }}{{ if eq .name $fated }}{{ $image = .image }}{{ end }}{{ end }}
`;

/** The same for what happens to the first init container. */
export const INIT_PRELUDE = `${PRELUDE}
{{ $fated = (index .spec.initContainers 0).name }}
{{ $image = (index .spec.initContainers 0).image }}
`;

/** A time so many seconds ago, as a quoted template expression. */
export const ago = (seconds: number): string => `{{ dateInZone "2006-01-02T15:04:05Z" (dateModify "-${seconds}s" now) "UTC" | Quote }}`;

export interface KubeletEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  /** A template expression that gives a string: `"text"` or `(printf …)`. */
  message: string;
  /** How often it was seen, over the last minutes. */
  count?: number;
  /** Of the pod as a whole, not of a container. */
  ofPod?: boolean;
}

/** An Event as a kubelet records it. kwok's own events name neither container nor host. */
export function kubeletEvent(event: KubeletEvent, prelude = PRELUDE): unknown {
  const { type, reason, message, count = 1, ofPod = false } = event;
  const field = prelude === INIT_PRELUDE ? 'initContainers' : 'containers';
  return {
    apply: {
      template: `${prelude}
{{ $message := ${message} }}
apiVersion: v1
kind: Event
metadata:
  name: {{ printf "%s.%s" (.metadata.name | trunc 200) (printf "%s/${reason}/%s/%s" .metadata.uid $fated $message | sha256sum | trunc 16) | Quote }}
  namespace: {{ .metadata.namespace | Quote }}
involvedObject:
  apiVersion: v1
  kind: Pod
  name: {{ .metadata.name | Quote }}
  namespace: {{ .metadata.namespace | Quote }}
  uid: {{ .metadata.uid | Quote }}
  ${ofPod ? '' : `fieldPath: {{ printf "spec.${field}{%s}" $fated | Quote }}`}
type: ${type}
reason: ${reason}
message: {{ $message | Quote }}
count: ${count}
firstTimestamp: ${count > 1 ? ago(count * 20) : ago(0)}
lastTimestamp: ${ago(0)}
source:
  component: kubelet
  host: {{ .spec.nodeName | Quote }}
reportingComponent: kubelet
reportingInstance: {{ .spec.nodeName | Quote }}
`,
    },
  };
}

const normal = (reason: string, message: string): KubeletEvent => ({ type: 'Normal', reason, message });

/** Of a container that starts. */
export const PULLED = normal('Pulled', '(printf "Container image %q already present on machine and can be accessed by the pod" $image)');
export const STARTED: readonly KubeletEvent[] = [
  PULLED,
  normal('Created', '"Container created"'),
  normal('Started', '"Container started"'),
];
