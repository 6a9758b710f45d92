import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { containerStats as statsOf, listContainers } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { nameOf } from '../report/container.ts';
import { Usage, usageOf } from '../report/stats.ts';
import { short, size, table } from '../report/words.ts';
import * as fields from './fields.ts';

/** One measurement takes the engine a second or two; more at once would only queue there. */
const AT_ONCE = 20;

export const containerStats = defineTool({
  name: 'container_stats',
  title: 'CPU and memory use of containers',
  description:
    'CPU, memory, processes, network and disk use of running containers, measured now over about a second. Without names: the first 20 that run.',
  scopes: ['containers:read'],
  annotations: { ...reads(), idempotentHint: true },
  inputSchema: z.strictObject({
    containers: z
      .array(fields.container)
      .min(1)
      .max(AT_ONCE)
      .optional()
      .describe(`Names or ids (≤ ${AT_ONCE}); all running ones without it`),
    host: fields.host,
    sort: z.enum(['cpu', 'memory', 'name']).default('cpu').describe('Order of the answer'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    containers: z.array(Usage.extend({ name: z.string(), id: z.string() })),
    not_measured: z.array(z.string()).describe('Containers that do not run, or were beyond the limit'),
  }),
  async handler({ containers, host, sort }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const running = (await listContainers(engine, {}, signal)).map((one) => ({ id: one.Id, name: nameOf(one.Names) }));
    const find = (asked: string) => running.find((one) => one.name === asked || one.id.startsWith(asked));
    const wanted = containers?.map((asked) => find(asked) ?? asked) ?? running;
    const chosen = wanted.filter((one) => typeof one !== 'string').slice(0, AT_ONCE);
    const measured = await Promise.all(
      chosen.map(async ({ id, name }) => {
        try {
          return { name, id: short(id), ...usageOf(await statsOf(engine, id, signal)) };
        } catch (error) {
          if (fields.isMissing(error)) return name; // it ended meanwhile
          throw error;
        }
      }),
    );
    const order = { cpu: 'cpu_percent', memory: 'memory_bytes' } as const;
    const rows = measured.filter((one) => typeof one !== 'string');
    rows.sort((a, b) => (sort === 'name' ? a.name.localeCompare(b.name) : b[order[sort]] - a[order[sort]]));
    const left = [
      ...wanted.filter((one) => typeof one === 'string'),
      ...measured.filter((one) => typeof one === 'string'),
      ...running.filter((one) => containers === undefined && !chosen.includes(one)).map((one) => one.name),
    ];
    return { host: engine.name, containers: rows, not_measured: left };
  },
  render: ({ host, containers, not_measured }) => ({
    summary: `${containers.length} measured on ${host}.${not_measured.length > 0 ? ` Not measured: ${not_measured.length}.` : ''}`,
    data: table(
      ['NAME', 'CPU %', 'MEMORY', 'LIMIT', 'MEM %', 'PIDS', 'NET RX/TX', 'DISK R/W'],
      containers.map((one) => [
        one.name,
        String(one.cpu_percent),
        size(one.memory_bytes),
        one.memory_limit === undefined ? '' : size(one.memory_limit),
        String(one.memory_percent ?? ''),
        String(one.pids ?? ''),
        `${size(one.network_rx_bytes ?? 0)}/${size(one.network_tx_bytes ?? 0)}`,
        `${size(one.block_read_bytes ?? 0)}/${size(one.block_write_bytes ?? 0)}`,
      ]),
    ),
  }),
});
