import { maskArgs, maskEntries, maskEnv, maskText } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import type { WireInspect } from '../client/index.ts';
import { exitMeaning, inspectName } from './container.ts';
import { compact, known, short } from './words.ts';

const words = z.array(z.string());
const dictionary = z.record(z.string(), z.string());

export const ContainerDetail = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  image_id: z.string().optional(),
  created: z.string().optional(),
  state: z.object({
    status: z.string(),
    exit_code: z.number().optional(),
    exit_meaning: z.string().optional(),
    error: z.string().optional(),
    oom_killed: z.boolean().optional(),
    pid: z.number().optional(),
    started: z.string().optional(),
    finished: z.string().optional(),
    restarts: z.number().optional(),
    health: z.object({ status: z.string(), failing_streak: z.number(), last: z.string().optional() }).optional(),
  }),
  config: z.object({
    entrypoint: words.optional(),
    command: words.optional(),
    env: words.optional().describe('NAME=value; values of secret-looking names are masked'),
    workdir: z.string().optional(),
    user: z.string().optional(),
    hostname: z.string().optional(),
    labels: dictionary.optional(),
    stop_signal: z.string().optional(),
    healthcheck: words.optional(),
  }),
  mounts: z
    .array(z.object({ type: z.string(), source: z.string(), target: z.string(), read_only: z.boolean(), driver: z.string().optional() }))
    .optional(),
  networks: z
    .array(
      z.object({
        name: z.string(),
        ip: z.string().optional(),
        ipv6: z.string().optional(),
        gateway: z.string().optional(),
        aliases: words.optional(),
      }),
    )
    .optional(),
  ports: words.optional(),
  limits: z.object({ memory: z.number().optional(), cpus: z.number().optional(), pids: z.number().optional() }).optional(),
  restart_policy: z.string().optional(),
  elevated: words.optional().describe('What the container has beyond its own box'),
  size: z.object({ writable: z.number(), root_fs: z.number() }).optional(),
});

export type ContainerDetail = z.output<typeof ContainerDetail>;

const listOf = (value: string[] | string | null | undefined): string[] => (typeof value === 'string' ? [value] : (value ?? []));

export function detailOf(one: WireInspect): ContainerDetail {
  const { State: state = {}, Config: config = {}, HostConfig: host = {}, NetworkSettings: net = {} } = one;
  const ended = state.Running === false && state.Status !== 'created';
  const health = state.Health;
  const optional = compact({
    image_id: one.Image === undefined ? undefined : short(one.Image),
    created: one.Created,
    mounts: (one.Mounts ?? []).map((mount) => ({
      type: mount.Type ?? '',
      source: mount.Name ?? mount.Source ?? '',
      target: mount.Destination ?? '',
      read_only: mount.RW === false,
      ...compact({ driver: mount.Driver }),
    })),
    networks: Object.entries(net.Networks ?? {}).map(([name, end]) => ({
      name,
      ...compact({ ip: end.IPAddress, ipv6: end.GlobalIPv6Address, gateway: end.Gateway, aliases: end.Aliases ?? undefined }),
    })),
    ports: Object.entries(net.Ports ?? {}).flatMap(([port, bound]) =>
      (bound ?? []).map((end) => `${end.HostIp ?? ''}:${end.HostPort ?? ''}->${port}`),
    ),
    limits: compact({
      memory: host.Memory || undefined,
      cpus: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
      pids: host.PidsLimit && host.PidsLimit > 0 ? host.PidsLimit : undefined,
    }),
    restart_policy: host.RestartPolicy?.Name && host.RestartPolicy.Name !== 'no' ? host.RestartPolicy.Name : undefined,
    elevated: elevationsOf(one),
    size: one.SizeRootFs === undefined ? undefined : { writable: one.SizeRw ?? 0, root_fs: one.SizeRootFs },
  });
  return {
    id: short(one.Id),
    name: inspectName(one),
    image: config.Image ?? '',
    state: {
      status: state.Status ?? 'unknown',
      ...compact({
        exit_code: ended ? state.ExitCode : undefined,
        exit_meaning: ended && state.ExitCode !== undefined ? exitMeaning(state.ExitCode) : undefined,
        error: maskText(state.Error ?? '').slice(0, 1000),
        oom_killed: state.OOMKilled || undefined,
        pid: state.Pid || undefined,
        started: known(state.StartedAt),
        finished: known(state.FinishedAt),
        restarts: one.RestartCount || undefined,
        health: health?.Status
          ? {
              status: health.Status,
              failing_streak: health.FailingStreak ?? 0,
              ...compact({
                last: maskText(health.Log?.at(-1)?.Output ?? '')
                  .trim()
                  .slice(0, 1000),
              }),
            }
          : undefined,
      }),
    },
    config: compact({
      entrypoint: maskArgs(listOf(config.Entrypoint)),
      command: maskArgs(config.Cmd),
      env: maskEnv(config.Env).slice(0, 300),
      workdir: config.WorkingDir,
      user: config.User,
      hostname: config.Hostname,
      labels: maskEntries(config.Labels),
      stop_signal: config.StopSignal,
      healthcheck: maskArgs(config.Healthcheck?.Test),
    }),
    ...optional,
  };
}

/** What deserves a second look, in words. */
function elevationsOf({ HostConfig: host = {} }: WireInspect): string[] {
  const named: [boolean, string][] = [
    [host.Privileged ?? false, 'privileged'],
    [host.NetworkMode === 'host', 'host network'],
    [host.PidMode === 'host', 'host processes'],
    [host.IpcMode === 'host', 'host shared memory'],
    [host.UTSMode === 'host', 'host name of the host'],
    [host.UsernsMode === 'host', 'host user namespace'],
  ];
  return [
    ...named.filter(([on]) => on).map(([, what]) => what),
    ...(host.CapAdd ?? []).map((one) => `capability ${one}`),
    ...(host.Devices ?? []).map((one) => `device ${one.PathOnHost ?? ''}`),
    ...(host.SecurityOpt ?? []).map((one) => `security option ${one}`),
  ];
}
