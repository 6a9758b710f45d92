import { z } from 'zod';
import { probePort } from '../client/port-tunnel.ts';
import { forwardOutput } from '../forward/output.ts';
import { targetOf } from '../forward/target.ts';
import { podKind } from '../pods/pod.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';

export const portForwardStart = writeTool({
  name: 'port_forward_start',
  title: 'Forward a port',
  description:
    'Open a port on this machine (127.0.0.1 only) that leads to a port of a pod, or of a pod behind a service or deployment. It ends with its time, with port_forward_stop, or with the server.',
  scopes: ['kubernetes:exec'],
  toolset: 'pods',
  input: {
    name: fields.podOrOwner.describe('Pod, or its owner: service/web, deployment/web'),
    port: z
      .union([
        z.int().min(1).max(65_535),
        z
          .string()
          .max(63)
          .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/, 'must be a port or its name'),
      ])
      .describe('Port of the pod or service, or its name'),
    local_port: z
      .union([z.literal(0), z.int().min(1_024).max(65_535)])
      .default(0)
      .describe('Port here; 0: any that is free'),
    namespace: fields.namespace,
    minutes: z.int().min(1).max(1_440).default(60).describe('Ends after so long'),
  },
  output: forwardOutput,
  async handler({ name, port, local_port, namespace: wanted, minutes }, context) {
    const { cluster, signal, deps, principal } = context;
    const namespace = wanted ?? cluster.namespace;
    const target = await targetOf(cluster, namespace, { name, port }, signal);
    const kind = await podKind(cluster, signal);
    cluster.access.consent(
      { verb: 'port-forward', kind, namespace, name: target.pod },
      `Forward port ${target.port} of ${namespace}/${target.pod} to this machine.`,
      context,
    );
    await probePort(cluster, target, signal);
    const { context: _same, ...facts } = await deps.kubernetes.forwards.start(cluster, {
      ...target,
      localPort: local_port,
      owner: principal.id,
      minutes,
    });
    return facts;
  },
  render: ({ context, address, namespace, pod, port, id, ends }) => ({
    summary: `${address} leads to port ${port} of ${namespace}/${pod} (${context}) until ${ends}; id ${id}.`,
  }),
});
