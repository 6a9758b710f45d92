import { condition, fate, isIn, isNotIn, noFate, patchStatus, stage, type Stage } from './stage.ts';

interface Condition {
  status: boolean;
  reason: string;
  message: string;
}

const HEALTHY: Readonly<Record<string, Condition>> = {
  MemoryPressure: { status: false, reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  DiskPressure: { status: false, reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  PIDPressure: { status: false, reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
  Ready: { status: true, reason: 'KubeletReady', message: 'kubelet is posting ready status' },
};

const FATES: Readonly<Record<string, { type: string } & Condition>> = {
  'not-ready': {
    type: 'Ready',
    status: false,
    reason: 'KubeletNotReady',
    message: 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized',
  },
  'memory-pressure': {
    type: 'MemoryPressure',
    status: true,
    reason: 'KubeletHasInsufficientMemory',
    message: 'kubelet has insufficient memory available',
  },
  'disk-pressure': { type: 'DiskPressure', status: true, reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' },
  'pid-pressure': {
    type: 'PIDPressure',
    status: true,
    reason: 'KubeletHasInsufficientPID',
    message: 'kubelet has insufficient PID available',
  },
};

/** The fates that a node may name. */
export const NODE_FATES: readonly string[] = Object.keys(FATES);

const text = (status: boolean): string => (status ? 'True' : 'False');

/** The status of a node whose conditions are healthy but for these. */
function nodeStatus(version: string, changed: Readonly<Record<string, Condition>>): string {
  const conditions = Object.entries({ ...HEALTHY, ...changed }).map(
    ([type, { status, reason, message }]) => `
- type: ${type}
  status: "${text(status)}"
  reason: ${reason}
  message: "${message}"
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}`,
  );
  return `
{{ $now := Now }}
{{ $id := printf "%s" .metadata.uid | sha256sum }}
phase: Running
conditions:${conditions.join('')}
addresses:
- type: InternalIP
  address: {{ NodeIP | Quote }}
- type: Hostname
  address: {{ .metadata.name | Quote }}
daemonEndpoints:
  kubeletEndpoint:
    Port: {{ NodePort }}
capacity: &resources
  cpu: "4"
  memory: 16Gi
  ephemeral-storage: 100Gi
  pods: "110"
allocatable: *resources
nodeInfo:
  architecture: amd64
  operatingSystem: linux
  osImage: Debian GNU/Linux 12 (bookworm)
  kernelVersion: 6.1.0
  containerRuntimeVersion: containerd://2.1.0
  kubeletVersion: ${version}
  kubeProxyVersion: ""
  machineID: {{ $id | trunc 32 | Quote }}
  systemUUID: {{ $id | trunc 32 | Quote }}
  bootID: {{ $id | trunc 32 | Quote }}
`;
}

/** What nodes say of their kubelets: `v1.36.3`, and the port that kwok serves for all of them. */
export interface Kubelets {
  version: string;
  port: number;
}

/** How nodes become ready, and unwell. */
export function nodeStages({ version, port }: Kubelets): Stage[] {
  const well = patchStatus(nodeStatus(version, {}));
  return [
    // kwok came back on another port.
    stage('Node', 'moved', [isNotIn('.status.daemonEndpoints.kubeletEndpoint.Port | tostring', String(port))], [well]),
    stage('Node', 'ready', [isNotIn(condition('Ready'), 'True'), noFate(NODE_FATES)], [well]),
    stage(
      'Node',
      'recovered',
      [isIn('.status.conditions.[] | select(.type | endswith("Pressure")) | .status', 'True'), noFate(NODE_FATES)],
      [well],
    ),
    ...Object.entries(FATES).map(([name, { type, ...one }]) =>
      stage('Node', name, [fate(name), isNotIn(condition(type), text(one.status))], [patchStatus(nodeStatus(version, { [type]: one }))]),
    ),
  ];
}
