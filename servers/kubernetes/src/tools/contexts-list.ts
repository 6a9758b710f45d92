import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { KubernetesDeps } from '../kubernetes.ts';
import { columns, count } from '../report/text.ts';

export const contextsList = defineTool({
  name: 'contexts_list',
  title: 'List clusters (contexts)',
  description: 'The clusters of the kubeconfig by context, and which one calls use that name none.',
  scopes: ['kubernetes:read'],
  annotations: reads(),
  inputSchema: z.strictObject({}),
  outputSchema: z.object({
    current: z.string().optional(),
    contexts: z.array(z.object({ name: z.string(), cluster: z.string(), user: z.string(), namespace: z.string(), read_only: z.boolean() })),
    broken: z.record(z.string(), z.string()).optional().describe('Why others cannot be used'),
  }),
  async handler(_input, { deps }: ToolContext<KubernetesDeps>) {
    const { entries, broken, current } = await deps.kubernetes.clusters.contexts();
    return {
      ...(current === undefined ? {} : { current }),
      contexts: entries.map(({ name, cluster, user, namespace }) => ({
        name,
        cluster,
        user,
        namespace,
        read_only: deps.kubernetes.clusters.isReadOnly(name),
      })),
      ...(broken.size === 0 ? {} : { broken: Object.fromEntries([...broken].map(([name, { message }]) => [name, message])) }),
    };
  },
  render: ({ current, contexts, broken = {} }) => ({
    summary: `${count(contexts.length, 'context')}; ${current === undefined ? 'none is current' : `current: ${current}`}.`,
    data: columns([
      ['NAME', 'CLUSTER', 'USER', 'NAMESPACE', ''],
      ...contexts.map((one) => [one.name, one.cluster, one.user, one.namespace, one.read_only ? 'read only' : '']),
      ...Object.entries(broken).map(([name, why]) => [name, 'cannot be used:', why, '', '']),
    ]),
  }),
});
