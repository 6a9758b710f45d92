import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { againOnConflict } from '../change/again.ts';
import { consented, placed, titleOf } from '../change/single.ts';
import type { Place } from '../client/cluster.ts';
import { resourceName, type Kind } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';
import { writeTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

interface Scale extends KubeObject {
  spec?: { replicas?: number };
}

export const resourcesScale = writeTool({
  name: 'resources_scale',
  title: 'Scale a deployment or other workload',
  description: 'Set the replicas of what has a scale, such as a Deployment. Wait for them with resources_wait.',
  idempotent: true,
  input: {
    kind: fields.kind,
    name: fields.name,
    namespace: fields.namespace,
    replicas: fields.whole(0, 100_000).describe('How many'),
    current: fields.whole(0, 100_000).optional().describe('Only if it has so many'),
    dry_run: z.boolean().default(false).describe('Try, keep nothing'),
  },
  output: {
    kind: z.string(),
    name: z.string(),
    from: z.number(),
    to: z.number(),
    autoscaler: z.string().optional(),
    dry_run: z.boolean().optional(),
  },
  async handler({ replicas, current, dry_run: dryRun, ...named }, context) {
    const { cluster, signal } = context;
    const { kind, place } = await placed(named, context);
    if (!kind.subresources.includes('scale'))
      throw new ToolError('unsupported', `${kind.kind} has no replicas to scale.`, { hint: 'Change its fields with resources_patch.' });
    await consented({ kind, place }, { verb: 'scale', summary: `Scale to ${replicas} replicas`, dryRun }, context);
    const from = await againOnConflict(async () => {
      const scale = await cluster.raw<Scale>(cluster.subresource('get', kind, place, 'scale'), { signal });
      const there = scale.spec?.replicas ?? 0;
      if (current !== undefined && current !== there)
        throw new ToolError('conflict', `${titleOf(kind, place)} has ${there} replicas, not ${current}; nothing was changed.`, {
          hint: 'Decide again with what is there.',
        });
      // with its version the change fails when somebody else is quicker
      const metadata = current === undefined ? {} : { metadata: { resourceVersion: scale.metadata.resourceVersion } };
      await cluster.patch(kind, place, { ...metadata, spec: { replicas } }, { type: 'merge', subresource: 'scale', dryRun }, signal);
      return there;
    });
    const autoscaler = await autoscalerOf(kind, place, context);
    return {
      kind: resourceName(kind),
      name: place.name,
      from,
      to: replicas,
      ...(dryRun ? { dry_run: true } : {}),
      ...(autoscaler === undefined ? {} : { autoscaler }),
    };
  },
  render: ({ context, kind, name, from, to, autoscaler, dry_run: dryRun }) => ({
    summary: `${kind} "${name}" of ${context}: ${from === to ? `${to} replicas already` : `${from} to ${to} replicas`}.${dryRun ? ' Tried only: nothing was kept.' : ''}${autoscaler === undefined ? '' : ` The autoscaler ${autoscaler} may change that again.`}`,
  }),
});

/** The HorizontalPodAutoscaler that sets the same replicas, if one may be seen. */
async function autoscalerOf(
  { kind: target }: Kind,
  { namespace, name }: Place,
  { cluster, signal }: ClusterContext,
): Promise<string | undefined> {
  try {
    const kind = await cluster.kind('horizontalpodautoscalers.autoscaling', signal);
    const all = await cluster.listAll(kind, { namespace }, signal, 1_000);
    const found = all.find((one) => {
      const { scaleTargetRef: ref } = (one['spec'] ?? {}) as { scaleTargetRef?: { kind?: string; name?: string } };
      return ref?.kind === target && ref.name === name;
    });
    return found?.metadata.name;
  } catch (error) {
    if (signal.aborted || !(error instanceof ToolError)) throw error;
    return undefined;
  }
}
