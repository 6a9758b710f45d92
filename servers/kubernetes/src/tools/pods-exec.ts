import { maskArgs } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import { sizeInJson } from '../report/budget.ts';
import { execInPod } from '../pods/exec.ts';
import { HeadTail } from '../pods/output.ts';
import { containerOf, demandRunning, getPod, podKind, type Pod } from '../pods/pod.ts';
import { destroyTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

interface Target {
  pod: Pod;
  namespace: string;
  container: string;
}

async function reach(
  input: { name: string; namespace?: string | undefined; container?: string | undefined },
  context: ClusterContext,
): Promise<Target> {
  const { cluster, signal } = context;
  const namespace = input.namespace ?? cluster.namespace;
  const kind = await podKind(cluster, signal);
  cluster.access.demand({ verb: 'exec', kind, namespace, name: input.name });
  const pod = await getPod(cluster, namespace, input.name, signal);
  const { name: container } = containerOf(pod, input.container);
  demandRunning(pod, container);
  return { pod, namespace, container };
}

export const podsExec = destroyTool({
  name: 'pods_exec',
  title: 'Run a program in a pod',
  description: 'Run a program in a container of a running pod. No shell unless the command names one.',
  scopes: ['kubernetes:exec'],
  deadlineMs: 3_600_000,
  input: {
    name: fields.name,
    namespace: fields.namespace,
    container: fields.container.optional().describe('Container'),
    command: fields.command,
    stdin: fields.form(1_000_000, /^/, 'at most a million characters').optional().describe('Input'),
    timeout_s: fields.whole(1, 3_500).default(50).describe('Seconds'),
  },
  output: {
    exit_code: z.number().optional().describe('Missing after a timeout'),
    stdout: z.string(),
    stderr: z.string(),
  },
  async plan(input, context) {
    const { pod, namespace, container } = await reach(input, context);
    return {
      summary: `Run a program in the pod ${namespace}/${input.name}.`,
      changes: [`program: ${JSON.stringify(maskArgs(input.command)).slice(0, 1_000)}`, `container: ${container}`],
      state: pod.metadata.uid,
    };
  },
  async handler(input, context) {
    const { cluster, marks, bytes, signal } = context;
    const { namespace, container } = await reach(input, context);
    const kind = await podKind(cluster, signal);
    cluster.access.consent(
      { verb: 'exec', kind, namespace, name: input.name },
      `Run ${maskArgs(input.command).join(' ')} in ${namespace}/${input.name}.`,
      context,
    );
    const out = { stdout: new HeadTail(), stderr: new HeadTail() };
    const time = AbortSignal.timeout(input.timeout_s * 1_000);
    let code: number | undefined;
    try {
      code = await execInPod(
        cluster,
        {
          namespace,
          pod: input.name,
          container,
          command: input.command,
          stdin: input.stdin === undefined ? undefined : [Buffer.from(input.stdin)],
          onOutput: (stream, part) => out[stream].add(part),
        },
        AbortSignal.any([signal, time]),
      );
    } catch (error) {
      if (signal.aborted || !time.aborted) throw error;
    }
    const clean = (text: string): string => marks.scrub(cluster.name, namespace, text);
    const stderr = out.stderr.text(bytes / 4, clean);
    const stdout = out.stdout.text(bytes - sizeInJson(stderr), clean);
    return { ...(code === undefined ? {} : { exit_code: code }), stdout, stderr };
  },
  render: ({ context, exit_code, stdout, stderr }) => ({
    summary: `${exit_code === undefined ? 'Still running when the time was over; it may go on' : `Exit code ${exit_code}`} (${context}).`,
    data: [stdout, stderr && `[stderr]\n${stderr}`].filter(Boolean).join('\n'),
  }),
});
