import { definePrompt } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { KubernetesDeps } from '../kubernetes.ts';
import { completeObject } from '../resources/complete.ts';
import * as args from './arguments.ts';

const input = z.object({ name: args.name, kind: args.kind, namespace: args.namespace, context: args.context });

export const troubleshootWorkload = definePrompt<typeof input, KubernetesDeps>({
  name: 'troubleshoot_workload',
  title: 'Find out what is wrong with a workload',
  description: 'Leads from the symptom of one workload to its cause, its evidence and the smallest change that mends it.',
  arguments: input,
  build(given) {
    const { words, args: call } = args.subject(given);
    return [
      `Find out what is wrong with ${words}, and what to do about it.`,
      `1. Call diagnose with ${call}. Take its causes as hypotheses, and check the first against its evidence.`,
      '2. If the evidence is thin, look further, narrowly: events_list, pods_log with grep or previous, resources_describe, rollout_read.',
      '3. Follow what the workload needs: config and secrets by name, volumes, quota (capacity_report), service and endpoints, permissions (rbac_check).',
      '4. Say what is wrong in one sentence, the evidence for it, what would disprove it, and the smallest change that mends it.',
      ...args.RULES,
    ].join('\n');
  },
  complete: (argument, typed, context, given) => completeObject(argument, typed, context, { kind: 'deployments.apps', ...given }),
});
