type Fields = Record<string, unknown>;

/** Keeps to the restricted standard. */
const strict = (container: Fields = {}, spec: Fields = {}, context: Fields = {}): Fields => ({
  metadata: { name: 'planted' },
  spec: {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, ...context },
    containers: [{ name: 'main', image: 'example.test/app:1', securityContext: tight(), ...container }],
    ...spec,
  },
});

const tight = (more: Fields = {}): Fields => ({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, ...more });

const plain = (spec: Fields = {}, container: Fields = {}): Fields => ({
  metadata: { name: 'planted' },
  spec: { containers: [{ name: 'main', image: 'example.test/app:1', ...container }], ...spec },
});

const secured = (securityContext: Fields): Fields => plain({}, { securityContext });
const volume = (source: Fields): Fields => plain({ volumes: [{ name: 'data', ...source }] });
const strictVolume = (source: Fields): Fields => strict({}, { volumes: [{ name: 'data', ...source }] });
const probe = (host: string): Fields => ({ httpGet: { port: 80, ...(host === '' ? {} : { host }) } });

/** Pods that the Pod Security Standards judge: each a name and the pod's metadata and spec, valid in itself. */
export const SPECS: readonly (readonly [string, () => Fields])[] = [
  ['plain', () => plain()],
  ['strict', () => strict()],
  ['host network', () => plain({ hostNetwork: true })],
  ['host pid', () => plain({ hostPID: true })],
  ['host ipc', () => plain({ hostIPC: true })],
  ['host network false', () => strict({}, { hostNetwork: false })],
  ['privileged', () => secured({ privileged: true })],
  ['privileged false', () => strict({ securityContext: tight({ privileged: false }) })],
  [
    'privileged init container',
    () => plain({ initContainers: [{ name: 'first', image: 'example.test/a:1', securityContext: { privileged: true } }] }),
  ],
  ['adds SYS_ADMIN', () => secured({ capabilities: { add: ['SYS_ADMIN'] } })],
  ['adds NET_RAW', () => secured({ capabilities: { add: ['NET_RAW'] } })],
  ['adds CHOWN', () => secured({ capabilities: { add: ['CHOWN'] } })],
  ['adds ALL', () => secured({ capabilities: { add: ['ALL'] } })],
  [
    'strict and adds NET_BIND_SERVICE',
    () => strict({ securityContext: tight({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }) }),
  ],
  ['strict and adds CHOWN', () => strict({ securityContext: tight({ capabilities: { drop: ['ALL'], add: ['CHOWN'] } }) })],
  ['drops some only', () => strict({ securityContext: tight({ capabilities: { drop: ['NET_RAW'] } }) })],
  ['drops nothing', () => strict({ securityContext: { allowPrivilegeEscalation: false } })],
  ['host path', () => volume({ hostPath: { path: '/var/log' } })],
  ['strict with host path', () => strictVolume({ hostPath: { path: '/' } })],
  ['nfs', () => strictVolume({ nfs: { server: '192.0.2.1', path: '/x' } })],
  ['iscsi', () => volume({ iscsi: { targetPortal: '192.0.2.1', iqn: 'iqn.2026-01.test:x', lun: 0 } })],
  ['config map', () => strictVolume({ configMap: { name: 'x' } })],
  ['secret', () => strictVolume({ secret: { secretName: 'x' } })],
  ['empty dir', () => strictVolume({ emptyDir: {} })],
  ['claim', () => strictVolume({ persistentVolumeClaim: { claimName: 'x' } })],
  ['projected', () => strictVolume({ projected: { sources: [{ configMap: { name: 'x' } }] } })],
  ['downward', () => strictVolume({ downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } })],
  ['image volume', () => strictVolume({ image: { reference: 'example.test/data:1' } })],
  ['host port', () => plain({}, { ports: [{ containerPort: 80, hostPort: 80 }] })],
  ['container port', () => strict({ ports: [{ containerPort: 80 }] })],
  [
    'host port of an init container',
    () => plain({ initContainers: [{ name: 'first', image: 'example.test/a:1', ports: [{ containerPort: 1, hostPort: 1 }] }] }),
  ],
  ['probe of another host', () => plain({}, { livenessProbe: probe('192.0.2.1') })],
  ['probe of itself', () => strict({ readinessProbe: probe('') })],
  ['socket probe of another host', () => strict({ startupProbe: { tcpSocket: { port: 1, host: 'example.test' } } })],
  ['hook of another host', () => plain({}, { lifecycle: { preStop: probe('example.test') } })],
  ['hook that runs', () => strict({ lifecycle: { postStart: { exec: { command: ['true'] } } } })],
  ['apparmor unconfined', () => secured({ appArmorProfile: { type: 'Unconfined' } })],
  ['apparmor of the runtime', () => strict({}, {}, { appArmorProfile: { type: 'RuntimeDefault' } })],
  ['apparmor of the pod unconfined', () => strict({}, {}, { appArmorProfile: { type: 'Unconfined' } })],
  [
    'apparmor annotation unconfined',
    () => ({
      ...plain(),
      metadata: { name: 'planted', annotations: { 'container.apparmor.security.beta.kubernetes.io/main': 'unconfined' } },
    }),
  ],
  ['selinux container type', () => strict({}, {}, { seLinuxOptions: { type: 'container_t' } })],
  ['selinux engine type', () => strict({}, {}, { seLinuxOptions: { type: 'container_engine_t' } })],
  ['selinux other type', () => strict({}, {}, { seLinuxOptions: { type: 'spc_t' } })],
  ['selinux user', () => secured({ seLinuxOptions: { user: 'system_u' } })],
  ['selinux role', () => secured({ seLinuxOptions: { role: 'system_r' } })],
  ['selinux level', () => strict({ securityContext: tight({ seLinuxOptions: { level: 's0:c1,c2' } }) })],
  ['proc unmasked with own users', () => strict({ securityContext: tight({ procMount: 'Unmasked' }) }, { hostUsers: false })],
  ['proc default', () => strict({ securityContext: tight({ procMount: 'Default' }) })],
  ['seccomp unconfined', () => strict({}, {}, { seccompProfile: { type: 'Unconfined' } })],
  ['seccomp unconfined in the container', () => strict({ securityContext: tight({ seccompProfile: { type: 'Unconfined' } }) })],
  ['seccomp of this node', () => strict({}, {}, { seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' } })],
  ['no seccomp', () => strict({}, {}, { seccompProfile: undefined })],
  [
    'seccomp in the container only',
    () => strict({ securityContext: tight({ seccompProfile: { type: 'RuntimeDefault' } }) }, {}, { seccompProfile: undefined }),
  ],
  ['safe sysctl', () => strict({}, {}, { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '4096' }] })],
  ['unsafe sysctl', () => strict({}, {}, { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] })],
  ['may escalate', () => strict({ securityContext: { capabilities: { drop: ['ALL'] } } })],
  ['escalates', () => strict({ securityContext: tight({ allowPrivilegeEscalation: true }) })],
  ['maybe root', () => strict({}, {}, { runAsNonRoot: undefined })],
  ['non-root in the container only', () => strict({ securityContext: tight({ runAsNonRoot: true }) }, {}, { runAsNonRoot: undefined })],
  ['root in the container after all', () => strict({ securityContext: tight({ runAsNonRoot: false }) })],
  ['root in the pod, not in the container', () => strict({ securityContext: tight({ runAsNonRoot: true }) }, {}, { runAsNonRoot: false })],
  ['root by number', () => strict({ securityContext: tight({ runAsUser: 0 }) })],
  ['root by number in the pod', () => strict({ securityContext: tight({ runAsUser: 1000 }) }, {}, { runAsUser: 0 })],
  ['somebody by number', () => strict({ securityContext: tight({ runAsUser: 1000 }) })],
  ['root with own users', () => strict({ securityContext: tight({ runAsUser: 0 }) }, { hostUsers: false }, { runAsNonRoot: undefined })],
  ['init container loose', () => strict({}, { initContainers: [{ name: 'first', image: 'example.test/a:1' }] })],
  ['init container strict', () => strict({}, { initContainers: [{ name: 'first', image: 'example.test/a:1', securityContext: tight() }] })],
  ['windows strict', () => strict({ securityContext: {} }, { os: { name: 'windows' } }, { seccompProfile: undefined })],
  [
    'windows host process',
    () => plain({ os: { name: 'windows' }, hostNetwork: true, securityContext: { windowsOptions: { hostProcess: true } } }),
  ],
];
