import { definePrompt } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { KubernetesDeps } from '../kubernetes.ts';
import { completeObject } from '../resources/complete.ts';
import * as args from './arguments.ts';

const input = z.object({
  name: args.name,
  change: z.string().min(1).max(2_000).optional().describe('What shall change, e.g. image nginx:1.30'),
  kind: args.kind,
  namespace: args.namespace,
  context: args.context,
});

export const planRollout = definePrompt<typeof input, KubernetesDeps>({
  name: 'plan_rollout',
  title: 'Plan a rollout',
  description:
    'Plans the rollout of a change of one workload: what to check before, the steps, how to see that it went well, and the way back.',
  arguments: input,
  build({ change, ...given }) {
    const { words, args: call } = args.subject(given);
    return [
      `Plan a rollout of ${words}.${change === undefined ? ' Ask first what shall change.' : ` What shall change: ${JSON.stringify(change)}.`}`,
      `1. See where it stands: rollout_read and resources_get with ${call}; diagnose it. Do not roll out over something that is broken.`,
      '2. Check that there is room and leave: strategy and surge against capacity_report, disruption budgets, quota, rbac_check.',
      '3. Write the change as a manifest and show it with resources_diff, then resources_apply with dry_run.',
      '4. Give the steps in order, each with its tool call, how long to wait (resources_wait, rollout_read), and what says that it went well.',
      '5. Give the way back: the revision to return to (rollout_manage), and the sign on which to take it.',
      ...args.RULES,
    ].join('\n');
  },
  complete: (argument, typed, context, given) =>
    argument === 'change' ? [] : completeObject(argument, typed, context, { kind: 'deployments.apps', ...given }),
});
