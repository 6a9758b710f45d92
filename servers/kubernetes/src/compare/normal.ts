import { controllerOf } from '../client/pod-spec.ts';
import type { KubeObject } from '../client/wire.ts';

/** What the API server and controllers write of their own accord: it differs between any two objects. */
const OWN_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'pv.kubernetes.io/',
  'volume.kubernetes.io/',
  'control-plane.alpha.kubernetes.io/leader',
];
const SPEC_OF: Readonly<Record<string, readonly string[]>> = {
  Service: ['clusterIP', 'clusterIPs', 'healthCheckNodePort'],
  PersistentVolumeClaim: ['volumeName'],
};
const HERE = '(its namespace)';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Whether an object was written by somebody, and not made by a controller, by Kubernetes or by Helm for itself. */
export function isWritten(object: KubeObject): boolean {
  const type = object['type'];
  return (
    controllerOf(object) === undefined &&
    object.metadata.name !== 'kube-root-ca.crt' &&
    type !== 'kubernetes.io/service-account-token' &&
    type !== 'helm.sh/release.v1'
  );
}

/** An object as it would be written again elsewhere: without status and bookkeeping, its own namespace by a word. */
export function normal(object: KubeObject): Fields {
  const { status: _status, metadata, apiVersion: _version, kind = '', ...rest } = object;
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(
      ([name]) => !OWN_ANNOTATIONS.some((own) => name === own || (own.endsWith('/') && name.startsWith(own))),
    ),
  );
  const { 'kubernetes.io/metadata.name': _name, ...labels } = metadata.labels ?? {};
  const fields = {
    ...(Object.keys(labels).length > 0 || Object.keys(annotations).length > 0 ? { metadata: { labels, annotations } } : {}),
    ...rest,
  } as Fields;
  const dropped = SPEC_OF[kind];
  if (dropped !== undefined && isFields(fields['spec']))
    fields['spec'] = Object.fromEntries(Object.entries(fields['spec']).filter(([key]) => !dropped.includes(key)));
  return moved(fields, metadata.namespace) as Fields;
}

/** References to the object's own namespace are the same thing on both sides. */
function moved(value: unknown, namespace: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((one) => moved(one, namespace));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, key === 'namespace' && one === namespace ? HERE : moved(one, namespace)]),
  );
}
