import { z } from 'zod';
import type { WireStats } from '../client/index.ts';
import { compact } from './words.ts';

export const Usage = z.object({
  cpu_percent: z.number().describe('Of one CPU: 200 means two CPUs fully used'),
  cpus: z.number().optional().describe('CPUs that the container may use'),
  throttled_percent: z.number().optional().describe('Share of periods in which the CPU limit held it back'),
  memory_bytes: z.number().describe('Without the page cache that can be dropped'),
  memory_limit: z.number().optional(),
  memory_percent: z.number().optional(),
  memory_failures: z.number().optional().describe('How often the limit was hit'),
  pids: z.number().optional(),
  network_rx_bytes: z.number().optional(),
  network_tx_bytes: z.number().optional(),
  network_problems: z.number().optional().describe('Errors and dropped packets'),
  block_read_bytes: z.number().optional(),
  block_write_bytes: z.number().optional(),
});

export type Usage = z.output<typeof Usage>;

const round = (value: number): number => Math.round(value * 100) / 100;

/** The figures of `docker stats`, computed as the docker command line does (cli/command/container/stats_helpers.go). */
export function usageOf(stats: WireStats): Usage {
  const { cpu_stats: cpu, precpu_stats: before, memory_stats: memory = {}, networks, blkio_stats: block } = stats;
  const used = (cpu?.cpu_usage?.total_usage ?? 0) - (before?.cpu_usage?.total_usage ?? 0);
  const passed = (cpu?.system_cpu_usage ?? 0) - (before?.system_cpu_usage ?? 0);
  const cpus = cpu?.online_cpus || cpu?.cpu_usage?.percpu_usage?.length || 1;
  const periods = cpu?.throttling_data?.periods ?? 0;
  // the cache that the kernel gives back first: cgroup v1, then v2
  const cache = memory.stats?.['total_inactive_file'] ?? memory.stats?.['inactive_file'] ?? 0;
  const bytes = memory.privateworkingset ?? Math.max(0, (memory.usage ?? 0) - (cache < (memory.usage ?? 0) ? cache : 0));
  const cards = Object.values(networks ?? {});
  const total = (pick: (card: (typeof cards)[number]) => number) => cards.reduce((sum, card) => sum + pick(card), 0);
  const io = (op: string) =>
    block?.io_service_bytes_recursive?.filter((one) => one.op.toLowerCase() === op).reduce((sum, one) => sum + one.value, 0);
  return compact({
    cpu_percent: used > 0 && passed > 0 ? round((used / passed) * cpus * 100) : 0,
    cpus,
    throttled_percent: periods > 0 ? round(((cpu?.throttling_data?.throttled_periods ?? 0) / periods) * 100) : undefined,
    memory_bytes: bytes,
    memory_limit: memory.limit,
    memory_percent: memory.limit ? round((bytes / memory.limit) * 100) : undefined,
    memory_failures: memory.failcnt || undefined,
    pids: stats.pids_stats?.current,
    network_rx_bytes: cards.length > 0 ? total((card) => card.rx_bytes) : undefined,
    network_tx_bytes: cards.length > 0 ? total((card) => card.tx_bytes) : undefined,
    network_problems:
      total((card) => (card.rx_errors ?? 0) + (card.tx_errors ?? 0) + (card.rx_dropped ?? 0) + (card.tx_dropped ?? 0)) || undefined,
    block_read_bytes: io('read'),
    block_write_bytes: io('write'),
  });
}
