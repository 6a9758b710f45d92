import type { Pod } from './objects.ts';
import type { World } from './world.ts';

/** A host that a container is told of. */
export interface Host {
  host: string;
  /** The Service that it would be, and its namespace; undefined for a host outside of the cluster. */
  service?: string;
  namespace: string;
  /** Where it stands. */
  variable: string;
  /** Only a Service can be called so: `x.y.svc`. */
  sure: boolean;
}

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const NAMES_A_HOST = /(?:HOST|HOSTNAME|ADDR|ADDRESS|URL|URI|ENDPOINT|SERVER|SERVERS|SERVICE|BROKERS?|DSN)$/i;

/** The hosts in the environment of a pod's containers, as `http://user@host:80/`, `host:80`, or bare where the variable's name says so. */
export function hostsOf(world: World, { spec, metadata }: Pod): Host[] {
  const namespace = metadata.namespace ?? '';
  const found: Host[] = [];
  for (const { env = [] } of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    for (const { name, value = '' } of env)
      for (const host of hostsIn(name, value)) found.push({ ...serviceOf(world, host, namespace), variable: name });
  return found;
}

function hostsIn(name: string, value: string): string[] {
  if (value.length > 2_000) return [];
  const hosts = [...value.matchAll(/[a-z][a-z0-9+.-]*:\/\/(?:[^/\s@]*@)?([a-z0-9.-]+)/gi)].map(([, host = '']) => host);
  if (hosts.length > 0) return hosts;
  return value.split(',').flatMap((part) => {
    const [, host = '', port] = /^([a-z0-9.-]+?)\.?(:\d{1,5})?$/i.exec(part.trim()) ?? [];
    return host !== '' && (port !== undefined || NAMES_A_HOST.test(name)) && /[a-z]/i.test(host) ? [host] : [];
  });
}

/** Which Service a host name is, as the cluster's DNS resolves it (kubernetes.io, "DNS for Services and Pods"). */
export function serviceOf(world: World, wanted: string, namespace: string): Omit<Host, 'variable'> {
  const host = wanted.toLowerCase().replace(/\.$/, '');
  const [first = '', second, third] = host.split('.');
  if (host === 'localhost' || !LABEL.test(first)) return { host, namespace, sure: false };
  if (second === undefined) return { host, service: first, namespace, sure: false };
  // a pod of a headless Service has its own name before the Service's
  const labels = host.split('.');
  const svc = labels.indexOf('svc');
  if (svc >= 2) return { host, service: labels[svc - 2] ?? first, namespace: labels[svc - 1] ?? namespace, sure: true };
  if (third === undefined && world.has('Namespace', undefined, second) === true)
    return { host, service: first, namespace: second, sure: true };
  if (third === undefined && world.has('Service', namespace, second) === true) return { host, service: second, namespace, sure: false };
  return { host, namespace, sure: false };
}

/** Whether there is such a Service; undefined where that is not known. */
export function isThere(world: World, { service, namespace }: Pick<Host, 'service' | 'namespace'>): boolean | undefined {
  if (service === undefined) return undefined;
  if (world.question.namespace === undefined || namespace === world.question.namespace) return world.has('Service', namespace, service);
  return world.elsewhere.get(`${namespace}/${service}`);
}
