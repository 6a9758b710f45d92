import { z } from 'zod';
import { cutStart } from '../report/budget.ts';
import { runPod } from '../pods/run.ts';
import { podKind } from '../pods/pod.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';

const quantity = (usual: string) =>
  z
    .string()
    .max(20)
    .regex(/^\d+(?:\.\d+)?(?:m|k|M|G|Ki|Mi|Gi)?$/, 'must be a quantity such as 500m or 256Mi')
    .default(usual);

export const podsRun = writeTool({
  name: 'pods_run',
  title: 'Run a one-off pod to its end',
  description:
    'Make a pod from an image, wait until its program ends, give its log and exit code, and remove it. For a program in a pod that runs already use pods_exec.',
  scopes: ['kubernetes:write', 'kubernetes:exec'],
  toolset: 'pods',
  deadlineMs: 3_600_000,
  input: {
    image: fields.image,
    command: fields.command.optional().describe('Program and arguments instead of the image’s own'),
    namespace: fields.namespace,
    name: fields.objectName.optional().describe('Name of the pod; default: a new one'),
    env: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must be a variable'), z.string().max(32_768))
      .default({})
      .describe('Variables'),
    security: z
      .enum(['restricted', 'image'])
      .default('restricted')
      .describe('restricted: not root, no privileges, as the restricted standard asks; image: as the image wants'),
    service_account: fields.objectName.optional().describe('Act in the cluster as this account; default: no token'),
    cpu: quantity('500m').describe('CPU'),
    memory: quantity('256Mi').describe('Memory'),
    timeout_s: z.int().min(1).max(3_500).default(120).describe('Seconds after which it is removed'),
    tail: z.int().min(1).max(5_000).default(500).describe('Lines of the log'),
    keep: z.boolean().default(false).describe('Leave it there at the end'),
  },
  output: {
    name: z.string(),
    status: z.string(),
    exit_code: z.number().optional().describe('Missing when it did not end'),
    log: z.string(),
    older: z.boolean().optional().describe('Older lines left out'),
    removed: z.boolean(),
  },
  async handler({ service_account, timeout_s, ...input }, context) {
    const { cluster, bytes, signal } = context;
    const namespace = input.namespace ?? cluster.namespace;
    const kind = await podKind(cluster, signal);
    const deed = { kind, namespace, ...(input.name === undefined ? {} : { name: input.name }) };
    // what may not be removed again is not made
    if (!input.keep) cluster.access.demand({ verb: 'delete', ...deed });
    cluster.access.consent({ verb: 'create', ...deed }, `Run a pod of ${input.image} in ${namespace}.`, context);
    const ran = await runPod({ ...input, namespace, serviceAccount: service_account, timeoutMs: timeout_s * 1_000 }, context);
    const { text, cut } = cutStart(ran.lines, bytes);
    return {
      name: ran.name,
      status: ran.status,
      ...(ran.exitCode === undefined ? {} : { exit_code: ran.exitCode }),
      log: text,
      ...(ran.older || cut > 0 ? { older: true } : {}),
      removed: ran.removed,
    };
  },
  render: ({ context, name, status, exit_code, log, older, removed }) => ({
    summary: `${name} in ${context}: ${status}${exit_code === undefined ? ', it did not end in time' : `, exit code ${exit_code}`}${removed ? '; removed' : '; left there'}.${older === undefined ? '' : ' Older lines are left out.'}`,
    data: log,
  }),
});
