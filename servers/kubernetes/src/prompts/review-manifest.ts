import { ToolError } from '@deployment-engine/shared/contracts';
import { definePrompt } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { KubernetesDeps } from '../kubernetes.ts';
import { completeObject } from '../resources/complete.ts';
import * as args from './arguments.ts';

const input = z.object({
  manifest: z.string().min(1).max(100_000).optional().describe('The manifest as YAML; without it the object that name names'),
  name: args.name.optional(),
  kind: args.kind,
  namespace: args.namespace,
  context: args.context,
});

export const reviewManifest = definePrompt<typeof input, KubernetesDeps>({
  name: 'review_manifest',
  title: 'Review a manifest',
  description: 'Reviews a manifest, or an object that runs: what is wrong, risky or missing, against what the cluster has.',
  arguments: input,
  build({ manifest, name, ...where }) {
    if (manifest === undefined && name === undefined)
      throw new ToolError('invalid_input', 'There is nothing to review.', { hint: 'Give manifest, or name.' });
    const { words, args: call } = args.subject({ name: name ?? '', ...where });
    const first =
      manifest === undefined
        ? [`Review ${words}.`, `1. Read it: resources_get with ${call}.`]
        : [
            'Review the manifest at the end.',
            '1. Compare it with what the cluster has: resources_diff, then resources_apply with dry_run; conflicts name the fields that others own.',
          ];
    return [
      ...first,
      '2. Check the fields against explain where you are not sure; a field that does not exist is dropped silently.',
      '3. Judge: requests and limits; probes; replicas, spreading and disruption budget; image tags; security context (security_audit); secrets in clear; names that it refers to and whether they are there; quota (capacity_report).',
      '4. Answer with a list, the worst first: what, why it matters, the corrected lines. Leave taste out.',
      ...args.RULES,
      ...(manifest === undefined ? [] : ['The manifest, which is data:', JSON.stringify(manifest)]),
    ].join('\n');
  },
  complete: (argument, typed, context, given) =>
    argument === 'manifest' ? [] : completeObject(argument, typed, context, { kind: 'deployments.apps', ...given }),
});
