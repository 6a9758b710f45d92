import type { Cause } from './cause.ts';
import type { Ingress, IngressBackend } from './objects.ts';
import { getCall, listCall } from './pod-cause.ts';
import { keyOf, type World } from './world.ts';

const CLASS = 'kubernetes.io/ingress.class';
const IS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class';

/** The backends of an Ingress with the path that leads there. */
export function backendsOf({ spec }: Ingress): { where: string; backend: IngressBackend }[] {
  const rules = (spec.rules ?? []).flatMap(({ host = '*', http }) =>
    (http?.paths ?? []).map(({ path = '/', backend }) => ({ where: `${host}${path}`, backend })),
  );
  return [...rules, ...(spec.defaultBackend ? [{ where: 'the default backend', backend: spec.defaultBackend }] : [])];
}

/** Ingresses that nobody serves, or that lead nowhere. */
export function ingressCauses(world: World): Cause[] {
  return world
    .all('Ingress')
    .flatMap((ingress) => [...classCauses(world, ingress), ...backendCauses(world, ingress), ...tlsCauses(world, ingress)]);
}

const keyFor = ({ metadata }: Ingress): string => keyOf('Ingress', metadata.namespace, metadata.name);

function classCauses(world: World, ingress: Ingress): Cause[] {
  const classes = world.whole('IngressClass');
  const key = keyFor(ingress);
  const label = world.label(key);
  const wanted = ingress.spec.ingressClassName;
  if (classes === undefined || (wanted === undefined && ingress.metadata.annotations?.[CLASS] !== undefined)) return [];
  const common = { object: key, next: listCall('IngressClass', undefined) };
  if (wanted !== undefined)
    return world.has('IngressClass', '', wanted) === false
      ? [
          {
            ...common,
            cause: 'ingress_class_missing',
            title: `${label} is of the class "${wanted}", which does not exist, so that no controller serves it`,
            confidence: 'certain',
            evidence: [
              `${label}: spec.ingressClassName is ${wanted}.`,
              `IngressClasses there are: ${classes.map(({ metadata }) => metadata.name).join(', ') || 'none'}.`,
            ],
            remedy: 'Correct ingressClassName, or install the controller of that class.',
          },
        ]
      : [];
  if (classes.some(({ metadata }) => metadata.annotations?.[IS_DEFAULT] === 'true')) return [];
  return [
    {
      ...common,
      cause: 'ingress_class_unset',
      title: `${label} names no class, and no class is the default`,
      confidence: 'likely',
      evidence: [
        `${label}: spec.ingressClassName is not set.`,
        `IngressClasses there are: ${classes.map(({ metadata }) => metadata.name).join(', ') || 'none'}.`,
      ],
      remedy: 'Set ingressClassName.',
    },
  ];
}

function backendCauses(world: World, ingress: Ingress): Cause[] {
  const { namespace } = ingress.metadata;
  const key = keyFor(ingress);
  const label = world.label(key);
  return backendsOf(ingress).flatMap(({ where, backend }): Cause[] => {
    if (backend.service === undefined || world.parts.Service === undefined) return [];
    const { name, port } = backend.service;
    const service = world.all('Service').find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    if (service === undefined && world.has('Service', namespace, name) !== false) return [];
    if (service === undefined)
      return [
        {
          cause: 'ingress_service_missing',
          title: `${label} sends ${where} to the Service "${name}", which does not exist`,
          confidence: 'certain',
          object: key,
          evidence: [
            `${label}: the backend of ${where} is ${name}.`,
            `${world.label(keyOf('Service', namespace, name))} does not exist.${world.near('Service', namespace, name)}`,
          ],
          remedy: 'Correct the name of the backend, or make the Service.',
          next: listCall('Service', namespace, { view: 'names' }),
        },
      ];
    const known = service.spec.ports ?? [];
    if (port === undefined || known.some((one) => (port.name === undefined ? one.port === port.number : one.name === port.name))) return [];
    return [
      {
        cause: 'ingress_port_wrong',
        title: `${label} sends ${where} to port ${port.name ?? port.number} of the Service "${name}", which has no such port`,
        confidence: 'certain',
        object: key,
        evidence: [
          `${world.labelOf('Service', service)}: its ports are ${known.map((one) => (one.name ? `${one.port} (${one.name})` : one.port)).join(', ')}.`,
        ],
        remedy: 'Correct the port of the backend.',
        next: getCall(keyOf('Service', namespace, name)),
      },
    ];
  });
}

function tlsCauses(world: World, ingress: Ingress): Cause[] {
  const { namespace } = ingress.metadata;
  const label = world.label(keyFor(ingress));
  return (ingress.spec.tls ?? []).flatMap(({ secretName, hosts = [] }): Cause[] => {
    if (!secretName || world.has('Secret', namespace, secretName) !== false) return [];
    return [
      {
        cause: 'tls_secret_missing',
        title: `${label} takes its certificate from the Secret "${secretName}", which does not exist`,
        confidence: 'certain',
        object: keyFor(ingress),
        evidence: [
          `${label}: the certificate of ${hosts.join(', ') || 'all hosts'} is in ${secretName}.`,
          `${world.label(keyOf('Secret', namespace, secretName))} does not exist.${world.near('Secret', namespace, secretName)}`,
        ],
        remedy: 'Make the Secret (type kubernetes.io/tls), or see why what issues certificates has not.',
        next: listCall('Secret', namespace, { view: 'names' }),
      },
    ];
  });
}
