export { apiServerArguments, etcdArguments } from './arguments.ts';
export { BULK, bulkKind, bulkPod, inParallel } from './bulk.ts';
export { type Certificates, certificatesIn, type KeyPair, makeCertificates } from './certificates.ts';
export { type KubeconfigUser, kubeconfigText } from './kubeconfig.ts';
export { freePort } from './ports.ts';
export { type ControlPlane, startControlPlane } from './start-control-plane.ts';
