import type { Certificates } from './certificates.ts';

/** Arguments of an etcd of one member on 127.0.0.1. It keeps nothing through a power failure, and is quick. */
export function etcdArguments(etcd: { folder: string; clientPort: number; peerPort: number }): string[] {
  const client = `http://127.0.0.1:${etcd.clientPort}`;
  const peer = `http://127.0.0.1:${etcd.peerPort}`;
  return [
    `--data-dir=${etcd.folder}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

/** Arguments of `control-plane apiserver` on 127.0.0.1. */
export function apiServerArguments(server: { port: number; etcdUrl: string; certificates: Certificates; tokenFile: string }): string[] {
  const { authority, server: own, kubeletClient, serviceAccountKey } = server.certificates;
  return [
    `--etcd-servers=${server.etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${server.port}`,
    `--tls-cert-file=${own.certFile}`,
    `--tls-private-key-file=${own.keyFile}`,
    `--client-ca-file=${authority.certFile}`,
    `--token-auth-file=${server.tokenFile}`,
    `--service-account-key-file=${serviceAccountKey}`,
    `--service-account-signing-key-file=${serviceAccountKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
    `--kubelet-certificate-authority=${authority.certFile}`,
    `--kubelet-client-certificate=${kubeletClient.certFile}`,
    `--kubelet-client-key=${kubeletClient.keyFile}`,
    '--kubelet-preferred-address-types=InternalIP',
    // Against etcd 3.4, which Debian has, streamed lists make every client log errors.
    '--feature-gates=WatchList=false',
    // Tests ask in bursts, from many processes as one user.
    '--enable-priority-and-fairness=false',
    '--max-requests-inflight=0',
    '--max-mutating-requests-inflight=0',
  ];
}
