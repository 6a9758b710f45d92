import type { Cause } from './cause.ts';
import { getCall } from './pod-cause.ts';
import { keyOf, type World } from './world.ts';

/** Webhooks that must answer, and whose Service cannot: they refuse every request that they are asked about. */
export function webhookCauses(world: World): Cause[] {
  const kinds = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const;
  return kinds.flatMap((kind) =>
    world.all(kind).flatMap((configuration) =>
      (configuration.webhooks ?? []).flatMap(({ name, failurePolicy = 'Fail', clientConfig }): Cause[] => {
        const { service } = clientConfig ?? {};
        const { namespace: looked } = world.question;
        if (service === undefined || failurePolicy !== 'Fail' || (looked !== undefined && looked !== service.namespace)) return [];
        const key = keyOf(kind, '', configuration.metadata.name);
        const called = keyOf('Service', service.namespace, service.name);
        const there = world.has('Service', service.namespace, service.name);
        const ready = world
          .whole('EndpointSlice')
          ?.some(
            ({ metadata, endpoints }) =>
              metadata.namespace === service.namespace &&
              metadata.labels?.['kubernetes.io/service-name'] === service.name &&
              endpoints?.some(({ conditions }) => conditions?.ready !== false) === true,
          );
        if (there === undefined || ready !== false) return [];
        return [
          {
            cause: 'webhook_failing',
            title: `The webhook "${name}" cannot answer, and its failurePolicy is Fail: what it is asked about is refused`,
            confidence: there ? 'likely' : 'certain',
            object: key,
            evidence: [
              `${world.label(key)}: it calls ${world.label(called)}, which ${there ? 'has no ready endpoint' : 'does not exist'}.`,
            ],
            remedy: 'Mend the Service; where it is gone for good, delete the configuration.',
            next: there
              ? { tool: 'diagnose', arguments: { namespace: service.namespace, kind: 'Service', name: service.name } }
              : getCall(key),
            because: [called],
          },
        ];
      }),
    ),
  );
}
