import { maskArgs } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import { execInPod } from '../pods/exec.ts';
import { listen, reach } from '../pods/reach.ts';
import { destroyTool } from './define.ts';
import * as fields from './fields.ts';

export const podsExec = destroyTool({
  name: 'pods_exec',
  title: 'Run a program in a pod',
  description: 'Run a program in a container of a running pod. No shell unless the command names one.',
  scopes: ['kubernetes:exec'],
  deadlineMs: 3_600_000,
  input: {
    ...fields.inContainer,
    command: fields.command,
    stdin: fields.stdin.optional().describe('Input'),
    timeout_s: fields.whole(1, 3_500).default(50).describe('Seconds'),
  },
  output: {
    exit_code: z.number().optional().describe('Missing after a timeout'),
    stdout: z.string(),
    stderr: z.string(),
  },
  async plan(input, context) {
    const { pod, namespace, container, deed } = await reach('exec', input, context);
    return {
      summary: `Run a program in the pod ${namespace}/${input.name}.`,
      changes: [`program: ${JSON.stringify(maskArgs(input.command)).slice(0, 1_000)}`, `container: ${container.name}`],
      state: pod.metadata.uid,
      deeds: [deed],
    };
  },
  async handler(input, context) {
    const { cluster } = context;
    const { namespace, container, deed } = await reach('exec', input, context);
    cluster.access.consent(deed, `Run ${maskArgs(input.command).join(' ')} in ${namespace}/${input.name}.`, context);
    const wish = {
      namespace,
      pod: input.name,
      container: container.name,
      command: input.command,
      stdin: input.stdin === undefined ? undefined : [Buffer.from(input.stdin)],
    };
    const { ended, stdout, stderr } = await listen(context, { namespace, seconds: input.timeout_s }, (onOutput, until) =>
      execInPod(cluster, { ...wish, onOutput }, until),
    );
    return { ...(ended === undefined ? {} : { exit_code: ended }), stdout, stderr };
  },
  render: ({ context, exit_code, stdout, stderr }) => ({
    summary: `${exit_code === undefined ? 'Still running when the time was over; it may go on' : `Exit code ${exit_code}`} (${context}).`,
    data: [stdout, stderr && `[stderr]\n${stderr}`].filter(Boolean).join('\n'),
  }),
});
