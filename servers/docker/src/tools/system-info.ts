import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { engineInfo } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { compact } from '../report/words.ts';
import * as fields from './fields.ts';

export const systemInfo = defineTool({
  name: 'system_info',
  title: 'About the engine and its machine',
  description:
    'The machine, storage, cgroup, security and registry settings of an engine, and how many containers and images it has. Use system_df for disk space.',
  scopes: ['system:read'],
  annotations: reads(),
  inputSchema: z.strictObject({ host: fields.host }),
  outputSchema: z.object({
    host: fields.hostOut,
    machine: z.object({
      name: z.string().optional(),
      os: z.string().optional(),
      kernel: z.string().optional(),
      architecture: z.string().optional(),
      cpus: z.number().optional(),
      memory: z.number().optional(),
    }),
    containers: z.object({ total: z.number(), running: z.number(), paused: z.number(), stopped: z.number() }),
    images: z.number(),
    engine: z.object({
      version: z.string().optional(),
      storage: z.string().optional(),
      root: z.string().optional(),
      logging: z.string().optional(),
      cgroup: z.string().optional(),
      runtimes: z.array(z.string()).optional(),
      default_runtime: z.string().optional(),
      security: z.array(z.string()).optional(),
      swarm: z.string().optional(),
      live_restore: z.boolean().optional(),
      mirrors: z.array(z.string()).optional(),
      time: z.string().optional(),
    }),
    warnings: z.array(z.string()),
  }),
  async handler({ host }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const one = await engineInfo(engine, signal);
    return {
      host: engine.name,
      machine: compact({
        name: one.Name,
        os: one.OperatingSystem,
        kernel: one.KernelVersion,
        architecture: one.Architecture,
        cpus: one.NCPU,
        memory: one.MemTotal,
      }),
      containers: {
        total: one.Containers ?? 0,
        running: one.ContainersRunning ?? 0,
        paused: one.ContainersPaused ?? 0,
        stopped: one.ContainersStopped ?? 0,
      },
      images: one.Images ?? 0,
      engine: compact({
        version: one.ServerVersion,
        storage: one.Driver,
        root: one.DockerRootDir,
        logging: one.LoggingDriver,
        cgroup: [one.CgroupDriver, one.CgroupVersion].filter(Boolean).join(' v'),
        runtimes: Object.keys(one.Runtimes ?? {}),
        default_runtime: one.DefaultRuntime,
        security: one.SecurityOptions ?? undefined,
        swarm: one.Swarm?.LocalNodeState,
        live_restore: one.LiveRestoreEnabled || undefined,
        mirrors: one.RegistryConfig?.Mirrors ?? undefined,
        time: one.SystemTime,
      }),
      warnings: one.Warnings ?? [],
    };
  },
  render: ({ host, ...rest }) => ({ summary: `Engine on ${host}:`, data: JSON.stringify(rest, null, 1) }),
});
