export type {
  AlertmanagerBackend,
  BackendBase,
  BackendName,
  Backends,
  BackendsFile,
  DockerBackend,
  ExporterBackend,
  KubernetesBackend,
  PrometheusBackend,
  RegistryBackend,
} from './description.ts';
export { describeWith } from './describe-with.ts';
export { backend, backendsFile, backendsRequired, isAlive, type Lookup } from './find.ts';
