import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { forwardOutput } from '../forward/output.ts';
import type { KubernetesDeps } from '../kubernetes.ts';

export const portForwardStop = defineTool({
  name: 'port_forward_stop',
  title: 'Close a forwarded port',
  description: 'Close a port that you have forwarded with port_forward_start, and the connections through it.',
  scopes: ['kubernetes:exec'],
  toolset: 'pods',
  annotations: writes(),
  inputSchema: z.strictObject({ id: z.string().min(1).max(64).describe('Its id, from port_forwards_list') }),
  outputSchema: z.object({ context: z.string(), ...forwardOutput }),
  handler: ({ id }, { deps, principal }: ToolContext<KubernetesDeps>) => deps.kubernetes.forwards.stop(principal.id, id),
  render: ({ address, namespace, pod, port }) => ({ summary: `Closed ${address}, which led to port ${port} of ${namespace}/${pod}.` }),
});
