import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { forwardOutput } from '../forward/output.ts';
import type { KubernetesDeps } from '../kubernetes.ts';
import { columns, count } from '../report/text.ts';

export const portForwardsList = defineTool({
  name: 'port_forwards_list',
  title: 'List forwarded ports',
  description: 'The ports that you have forwarded with port_forward_start and that are still open.',
  scopes: ['kubernetes:read'],
  toolset: 'pods',
  annotations: reads(),
  inputSchema: z.strictObject({}),
  outputSchema: z.object({ forwards: z.array(z.object({ context: z.string(), ...forwardOutput })) }),
  handler: (_input, { deps, principal }: ToolContext<KubernetesDeps>) => ({ forwards: deps.kubernetes.forwards.list(principal.id) }),
  render: ({ forwards }) => ({
    summary: `${count(forwards.length, 'forwarded port')}.`,
    data: columns(
      forwards.map((one) => [
        one.id,
        one.address,
        `${one.context} ${one.namespace}/${one.pod}:${one.port}`,
        `until ${one.ends}`,
        one.error ?? '',
      ]),
    ),
  }),
});
