import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { engineVersion, showAddress } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { compact, table } from '../report/words.ts';

export const hostList = defineTool({
  name: 'host_list',
  title: 'List hosts',
  description:
    'The Docker engines that this server knows by name, and whether each answers. The names go into the argument host of the other tools.',
  scopes: ['system:read'],
  annotations: reads(),
  inputSchema: z.strictObject({}),
  outputSchema: z.object({
    hosts: z.array(
      z.object({
        name: z.string(),
        address: z.string().optional(),
        reachable: z.boolean(),
        version: z.string().optional(),
        read_only: z.boolean(),
        roots_apply: z.boolean().describe('Its files are this machine’s files, so folders inside the roots can be mounted'),
        problem: z.string().optional(),
      }),
    ),
  }),
  async handler(_input, { deps, signal }: ToolContext<DockerDeps>) {
    const { hosts } = deps.docker;
    const looked = hosts.names().map(async (name) => {
      let known = {};
      try {
        const engine = await hosts.get(name);
        known = { address: showAddress(engine.address), read_only: engine.readOnly, roots_apply: engine.local };
        const { Version } = await engineVersion(engine, AbortSignal.any([signal, AbortSignal.timeout(5000)]));
        return { name, reachable: true, read_only: false, roots_apply: false, ...known, ...compact({ version: Version }) };
      } catch (error) {
        if (signal.aborted || !(error instanceof ToolError)) throw error;
        return {
          name,
          reachable: false,
          read_only: false,
          roots_apply: false,
          ...known,
          problem: `${error.message} ${error.hint ?? ''}`.trim(),
        };
      }
    });
    return { hosts: await Promise.all(looked) };
  },
  render: ({ hosts }) => ({
    summary: `${hosts.filter((one) => one.reachable).length} of ${hosts.length} hosts answer.`,
    data: table(
      ['NAME', 'ADDRESS', 'VERSION'],
      hosts.map((one) => [one.name, one.address ?? '', one.reachable ? (one.version ?? '') : (one.problem ?? '')]),
    ),
  }),
});
