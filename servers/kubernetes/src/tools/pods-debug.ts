import { randomBytes } from 'node:crypto';
import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { readLogs } from '../pods/log.ts';
import { containerOf, getPod, podKind, type ContainerStatus, type Pod } from '../pods/pod.ts';
import { hopeless, RESTRICTED_CONTAINER } from '../pods/run.ts';
import { waitForPod } from '../pods/wait.ts';
import { cutStart } from '../report/budget.ts';
import { oneLine } from '../report/text.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';

const stateOf = ({ status }: Pod, name: string): ContainerStatus['state'] =>
  status?.ephemeralContainerStatuses?.find((one) => one.name === name)?.state;

export const podsDebug = writeTool({
  name: 'pods_debug',
  title: 'Add a container to debug a pod',
  description:
    'Add an ephemeral container with tools of its own to a running pod, and give its log once it has ended. It stays listed in the pod as long as that lives. For a pod of its own use pods_run.',
  scopes: ['kubernetes:write', 'kubernetes:exec'],
  toolset: 'pods',
  deadlineMs: 900_000,
  input: {
    name: fields.name,
    namespace: fields.namespace,
    image: fields.image,
    command: fields.command.optional().describe('Program and arguments instead of the image’s own'),
    target: fields.container.optional().describe('Container whose processes it sees; default: the main one'),
    security: z
      .enum(['restricted', 'image'])
      .default('restricted')
      .describe('restricted: not root, no privileges; image: as the image wants'),
    timeout_s: z.int().min(1).max(800).default(60).describe('Seconds to wait for its end'),
    tail: z.int().min(1).max(5_000).default(500).describe('Lines of the log'),
  },
  output: {
    container: z.string(),
    running: z.boolean(),
    exit_code: z.number().optional(),
    log: z.string(),
    older: z.boolean().optional().describe('Older lines left out'),
  },
  async handler({ name, namespace: wanted, image, command, target, security, timeout_s, tail }, context) {
    const { cluster, signal, bytes, progress } = context;
    const namespace = wanted ?? cluster.namespace;
    const kind = await podKind(cluster, signal);
    cluster.access.consent({ verb: 'patch', kind, namespace, name }, `Add a container of ${image} to ${namespace}/${name}.`, context);
    const pod = await getPod(cluster, namespace, name, signal);
    if (pod.status?.phase !== 'Running')
      throw new ToolError('conflict', `The pod ${name} does not run: ${pod.status?.phase ?? 'Pending'}.`, {
        hint: 'See pods_log and diagnose.',
      });
    const container = `debug-${randomBytes(4).toString('hex')}`;
    const added = {
      name: container,
      image,
      targetContainerName: containerOf(pod, target).name,
      ...(command === undefined ? {} : { command }),
      ...(security === 'restricted' ? { securityContext: RESTRICTED_CONTAINER } : {}),
    };
    await cluster.patch(
      kind,
      { namespace, name },
      { spec: { ephemeralContainers: [added] } },
      { type: 'strategic', subresource: 'ephemeralcontainers' },
      signal,
    );
    let last = pod;
    let steps = 0;
    await waitForPod(
      cluster,
      namespace,
      name,
      (now) => {
        last = now;
        const state = stateOf(now, container);
        progress({ progress: (steps += 1), message: `${container}: ${Object.keys(state ?? {})[0] ?? 'waiting'}` });
        if (hopeless(state?.waiting?.reason))
          throw new ToolError(
            'upstream_error',
            `The container could not start: ${oneLine(`${state?.waiting?.reason} ${state?.waiting?.message ?? ''}`, 300)}`,
            {
              hint: 'Correct the image. The failed container stays in the pod until that is replaced.',
            },
          );
        return state?.terminated === undefined ? undefined : true;
      },
      { signal, time: AbortSignal.timeout(timeout_s * 1_000) },
    );
    const state = stateOf(last, container);
    if (state?.running === undefined && state?.terminated === undefined)
      throw new ToolError('timeout', `The container ${container} has not started in ${timeout_s} seconds.`, {
        hint: 'It may still come: see resources_describe of the pod.',
      });
    const { lines, more } = await readLogs([last], { container, tail, previous: false, followMs: 0 }, context);
    const { text, cut } = cutStart(
      lines.map((line) => line.text),
      bytes,
    );
    return {
      container,
      running: state.terminated === undefined,
      ...(state.terminated?.exitCode === undefined ? {} : { exit_code: state.terminated.exitCode }),
      log: text,
      ...(more || cut > 0 ? { older: true } : {}),
    };
  },
  render: ({ context, container, running, exit_code, log }) => ({
    summary: running
      ? `${container} runs (${context}): use it with pods_exec, container ${container}.`
      : `${container} ended with exit code ${exit_code ?? '?'} (${context}).`,
    data: log,
  }),
});
