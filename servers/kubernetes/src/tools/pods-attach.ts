import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { attachToPod } from '../pods/exec.ts';
import { listen, reach, type Reached } from '../pods/reach.ts';
import { destroyTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

interface Wish {
  name: string;
  namespace?: string | undefined;
  container?: string | undefined;
  stdin?: string | undefined;
}

async function prepared(wish: Wish, context: ClusterContext): Promise<Reached> {
  const reached = await reach('attach', wish, context);
  if (wish.stdin !== undefined && reached.container.stdin !== true)
    throw new ToolError('unsupported', `The program of the container ${reached.container.name} has no standard input (stdin is not set).`, {
      hint: 'Leave stdin out to listen only; pods_exec runs a program of its own.',
    });
  return reached;
}

export const podsAttach = destroyTool({
  name: 'pods_attach',
  title: 'Attach to a program in a pod',
  description:
    'Write to the standard input of the program that a container runs, and read what it prints from now on. For what it printed before use pods_log.',
  toolset: 'pods',
  scopes: ['kubernetes:exec'],
  deadlineMs: 3_600_000,
  input: {
    ...fields.inContainer,
    stdin: fields.stdin.optional().describe('Input; absent: only listen'),
    timeout_s: fields.whole(1, 3_500).default(5).describe('Seconds to listen'),
  },
  output: {
    ended: z.boolean().describe('Whether the program ended meanwhile'),
    stdout: z.string(),
    stderr: z.string(),
  },
  async plan(wish, context) {
    const { pod, namespace, container, deed } = await prepared(wish, context);
    return {
      summary: `Attach to the program of ${container.name} in the pod ${namespace}/${wish.name}.`,
      changes: [wish.stdin === undefined ? 'nothing is written to it' : `written to it: ${JSON.stringify(wish.stdin).slice(0, 1_000)}`],
      state: pod.metadata.uid,
      deeds: [deed],
    };
  },
  async handler(wish, context) {
    const { cluster } = context;
    const { namespace, container, deed } = await prepared(wish, context);
    cluster.access.consent(
      deed,
      `Attach to ${container.name} of ${namespace}/${wish.name}${wish.stdin === undefined ? '' : ` and write ${wish.stdin.length} characters to it`}.`,
      context,
    );
    const stdin = wish.stdin === undefined ? undefined : [Buffer.from(wish.stdin)];
    const target = { namespace, pod: wish.name, container: container.name, tty: container.tty === true, stdin };
    const { ended, stdout, stderr } = await listen(context, { namespace, seconds: wish.timeout_s }, async (onOutput, until) => {
      await attachToPod(cluster, { ...target, onOutput }, until);
      return true;
    });
    return { ended: ended ?? false, stdout, stderr };
  },
  render: ({ context, ended, stdout, stderr }) => ({
    summary: `${ended ? 'The program has ended' : 'The program goes on'} (${context}).`,
    data: [stdout, stderr && `[stderr]\n${stderr}`].filter(Boolean).join('\n'),
  }),
});
