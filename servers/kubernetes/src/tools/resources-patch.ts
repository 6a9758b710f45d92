import { z } from 'zod';
import { changedOutput, changeOne, renderChanged } from '../change/single.ts';
import { refuseMasked } from '../change/manifest.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';

/** A merge patch (RFC 7386), or a JSON patch (RFC 6902). */
const PATCH = z.union([z.record(z.string(), z.unknown()), z.array(z.looseObject({ op: z.string(), path: z.string() })).max(500)]);

export const resourcesPatch = writeTool({
  name: 'resources_patch',
  title: 'Change fields of a deployment or other object',
  description: 'Change some fields of an object and show the diff. For whole manifests use resources_apply.',
  input: {
    kind: fields.kind,
    name: fields.name,
    namespace: fields.namespace,
    patch: z
      .unknown()
      .refine((patch) => PATCH.safeParse(patch).success, 'must be an object, or a list of operations with op and path')
      .describe('An object to merge, or a list of JSON patch operations'),
    type: z.enum(['merge', 'strategic']).default('merge').describe('Of an object'),
    subresource: z.enum(['status', 'scale', 'resize']).optional().describe('Part'),
    dry_run: z.boolean().default(false).describe('Try, keep nothing'),
  },
  output: changedOutput,
  async handler({ patch, type, subresource, dry_run: dryRun, ...named }, context) {
    refuseMasked(patch, 'The patch');
    const options = { type: Array.isArray(patch) ? ('json' as const) : type, subresource, dryRun };
    return changeOne(
      named,
      {
        verb: subresource === 'scale' ? 'scale' : 'patch',
        summary: `Patch ${JSON.stringify(patch).slice(0, 500)}`,
        dryRun,
        withStatus: subresource === 'status',
        async make(kind, place) {
          const after = await context.cluster.patch(kind, place, patch, options, context.signal);
          // the answer for a scale is another kind of object
          return subresource === 'scale' && !dryRun ? context.cluster.get(kind, place, context.signal) : after;
        },
      },
      context,
    );
  },
  render: renderChanged,
});
