/** What the Pod Security Standards of Kubernetes 1.36 let a pod have (kubernetes.io, "Pod Security Standards"). */

export const CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

export const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

export const SELINUX_TYPES = ['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

/** Restricted: what may be added again once ALL is dropped. */
export const ADDED_AGAIN = ['NET_BIND_SERVICE'];

export const RESTRICTED_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** Folders of a node through which it can be taken over: not a part of the standards. */
export const WORST_MOUNTS =
  /^\/(?:$|etc(?:\/|$)|root(?:\/|$)|proc(?:\/|$)|dev\/?$|boot(?:\/|$)|(?:var\/)?run(?:\/?$|\/.*\.sock$)|var\/lib\/(?:kubelet|docker|containerd|etcd)(?:\/|$))/;
