import { objectName } from '../client/gather.ts';
import type { KubeObject } from '../client/wire.ts';
import type { Finding } from '../report/findings.ts';

interface ServiceSpec {
  type?: string;
  externalIPs?: string[];
  loadBalancerSourceRanges?: string[];
  ports?: { port?: number; nodePort?: number }[];
}

/** Services that are reached from outside the cluster. */
export function exposed(services: readonly KubeObject[]): Finding[] {
  return services.flatMap((service): Finding[] => {
    const { type, externalIPs = [], loadBalancerSourceRanges = [], ports = [] } = (service['spec'] ?? {}) as ServiceSpec;
    const object = objectName('services', service);
    const list = ports
      .map(({ port, nodePort }) => `${port ?? ''}${nodePort === undefined ? '' : ` on every node at ${nodePort}`}`)
      .join(', ');
    if (type === 'NodePort') return [{ severity: 'medium', rule: 'exposed', object, path: '.spec.type', evidence: `NodePort ${list}` }];
    if (type === 'LoadBalancer' && loadBalancerSourceRanges.length === 0)
      return [{ severity: 'medium', rule: 'exposed', object, path: '.spec.type', evidence: `LoadBalancer ${list}, from any address` }];
    if (externalIPs.length > 0)
      return [{ severity: 'medium', rule: 'exposed', object, path: '.spec.externalIPs', evidence: externalIPs.slice(0, 5).join(', ') }];
    return [];
  });
}

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** Namespaces with workloads that no NetworkPolicy, or no Pod Security Standard, guards. Policies undefined: they are not known. */
export function unprotected(
  inhabited: ReadonlySet<string>,
  spaces: readonly KubeObject[],
  policies: readonly KubeObject[] | undefined,
): Finding[] {
  const guarded = new Set((policies ?? []).map(({ metadata }) => metadata.namespace ?? ''));
  const open = policies === undefined ? [] : [...inhabited].filter((one) => one !== '' && !guarded.has(one));
  return [
    ...open.map((name): Finding => ({
      severity: 'medium',
      rule: 'no-network-policy',
      object: `namespaces ${name}`,
      evidence: 'it holds workloads and no NetworkPolicy: any pod may reach them',
    })),
    ...spaces
      .filter(({ metadata }) => !['baseline', 'restricted'].includes(metadata.labels?.[ENFORCE] ?? ''))
      .map(({ metadata }): Finding => ({
        severity: 'low',
        rule: 'not-enforced',
        object: `namespaces ${metadata.name}`,
        path: `.metadata.labels['${ENFORCE}']`,
        evidence: metadata.labels?.[ENFORCE] ?? 'not set',
      })),
  ];
}
