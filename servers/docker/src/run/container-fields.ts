import { z } from 'zod';
import * as fields from '../tools/fields.ts';

const argv = (what: string) => z.array(z.string().max(32_768)).min(1).max(1000).optional().describe(what);
const allowedBy = (setting: string) => `Refused unless the operator allows it (${setting})`;

const Mount = z.strictObject({
  type: z
    .enum(['bind', 'volume', 'tmpfs'])
    .describe('bind: a folder or file of this machine inside the roots; volume: by name; tmpfs: memory'),
  source: z.string().max(4096).optional().describe('Path to bind, or name of the volume (a new anonymous one without it)'),
  target: z
    .string()
    .max(4096)
    .regex(/^(?:\/|[A-Za-z]:\\)/, 'must be an absolute path')
    .describe('Absolute path in the container'),
  read_only: z.boolean().optional().describe('Default: true for bind, false otherwise'),
  size: z.string().max(20).optional().describe('tmpfs only: largest size, e.g. 64m'),
});

const Port = z.strictObject({
  container: z.int().min(1).max(65_535).describe('Port in the container'),
  host: z.int().min(0).max(65_535).default(0).describe('Port on the engine’s machine; 0 picks a free one'),
  host_ip: z.string().max(45).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 opens the port to everyone'),
  protocol: z.enum(['tcp', 'udp', 'sctp']).default('tcp').describe('Protocol'),
});

const Healthcheck = z.strictObject({
  command: z.array(z.string().max(4096)).min(1).max(100).describe('Program and arguments; exit code 0 means healthy'),
  interval_s: z.number().min(1).max(86_400).default(30).describe('Seconds between checks'),
  timeout_s: z.number().min(1).max(3600).default(30).describe('Seconds after which a check has failed'),
  retries: z.int().min(1).max(100).default(3).describe('Failures in a row that mean unhealthy'),
  start_period_s: z.number().min(0).max(86_400).default(0).describe('Seconds in which failures do not count'),
});

/** What container_run and container_create have in common. */
export const containerFields = {
  image: fields.image,
  host: fields.host,
  name: fields.newName('Name of the new container; the engine invents one without it').optional(),
  command: argv('Program and arguments, as a list; no shell unless you name one (["sh", "-c", "…"])'),
  entrypoint: argv('Replaces the image’s entrypoint'),
  env: z
    .record(z.string().regex(/^[^=\0]+$/), z.string().max(131_072))
    .optional()
    .describe('Environment variables'),
  workdir: z.string().max(4096).optional().describe('Working folder in the container'),
  user: z.string().max(255).optional().describe('User, as name, uid or uid:gid'),
  hostname: z.string().max(63).optional().describe('Host name in the container'),
  labels: fields.labels('Labels'),
  mounts: z.array(Mount).max(100).default([]).describe('Mounts'),
  ports: z.array(Port).max(200).default([]).describe('Published ports; on loopback unless host_ip says otherwise'),
  network: z
    .string()
    .max(255)
    .optional()
    .describe(
      'Network by name, or none; host and container:NAME are refused unless the operator allows them (allow.hostNamespaces.network, allow.containerNamespaces)',
    ),
  aliases: z.array(z.string().max(255)).max(20).optional().describe('Names of the container in that network'),
  restart: z.enum(['no', 'on-failure', 'always', 'unless-stopped']).default('no').describe('Restart policy'),
  max_retries: z.int().min(0).max(10_000).optional().describe('Restarts at most; only with restart on-failure'),
  memory: z.string().max(20).optional().describe('Memory limit, e.g. 512m'),
  cpus: z.number().min(0.01).max(1024).optional().describe('CPU limit, e.g. 1.5'),
  pids_limit: z.int().min(1).max(1_000_000).optional().describe('Limit of processes'),
  shm_size: z.string().max(20).optional().describe('Size of /dev/shm, e.g. 64m'),
  ulimits: z
    .array(
      z.strictObject({
        name: z.enum(['core', 'cpu', 'data', 'fsize', 'memlock', 'nofile', 'nproc', 'rss', 'stack']).describe('Which limit'),
        soft: z
          .int()
          .min(0)
          .max(2 ** 40)
          .describe('Soft limit'),
        hard: z
          .int()
          .min(0)
          .max(2 ** 40)
          .describe('Hard limit, not below the soft one'),
      }),
    )
    .max(9)
    .optional()
    .describe('Process limits'),
  read_only_root: z.boolean().default(false).describe('Make the container’s root file system read only'),
  init: z.boolean().default(false).describe('Run an init that forwards signals and reaps processes'),
  no_new_privileges: z.boolean().default(false).describe('Keep programs from gaining privileges (setuid)'),
  cap_drop: z.array(z.string().max(64)).max(50).optional().describe('Capabilities to drop, e.g. ALL'),
  healthcheck: Healthcheck.optional().describe('Health check'),
  stop_signal: z
    .string()
    .regex(/^(?:SIG)?[A-Z0-9+-]{2,12}$|^\d{1,2}$/)
    .optional()
    .describe('Signal that asks it to stop, e.g. SIGINT'),
  platform: z
    .string()
    .max(64)
    .regex(/^[a-z0-9/]+$/)
    .optional()
    .describe('Platform of the image, e.g. linux/arm64'),
  pull: z.enum(['missing', 'never']).default('missing').describe('Pull the image if the engine lacks it'),

  privileged: z.boolean().default(false).describe(allowedBy('allow.privileged')),
  cap_add: z.array(z.string().max(64)).max(50).optional().describe(allowedBy('allow.capAdd')),
  devices: z
    .array(z.string().max(255))
    .max(50)
    .optional()
    .describe(`Host devices. ${allowedBy('allow.devices')}`),
  gpus: z
    .boolean()
    .default(false)
    .describe(`All GPUs. ${allowedBy('allow.deviceRequests')}`),
  security_opt: z.array(z.string().max(4096)).max(20).optional().describe(allowedBy('allow.securityOpt')),
  pid_mode: z
    .string()
    .max(255)
    .optional()
    .describe(`host or container:NAME. ${allowedBy('allow.hostNamespaces.pid, allow.containerNamespaces')}`),
  ipc_mode: z
    .string()
    .max(255)
    .optional()
    .describe(`private, or: host, container:NAME. ${allowedBy('allow.hostNamespaces.ipc, allow.containerNamespaces')}`),
  uts_mode: z.enum(['host']).optional().describe(allowedBy('allow.hostNamespaces.uts')),
  userns_mode: z.enum(['host']).optional().describe(allowedBy('allow.hostNamespaces.user')),
  cgroupns_mode: z
    .enum(['private', 'host'])
    .optional()
    .describe(`host: ${allowedBy('allow.hostNamespaces.cgroup')}`),
  volumes_from: z.array(z.string().max(255)).max(20).optional().describe(allowedBy('allow.volumesFrom')),
  sysctls: z.record(z.string().max(255), z.string().max(255)).optional().describe(allowedBy('allow.sysctls')),
  cgroup_parent: z.string().max(255).optional().describe(allowedBy('allow.cgroupParent')),
  runtime: z.string().max(255).optional().describe(allowedBy('allow.runtimes')),
  oom_score_adj: z
    .int()
    .min(-1000)
    .max(1000)
    .optional()
    .describe(`Negative: ${allowedBy('allow.oomControl')}`),
  oom_kill_disable: z.boolean().default(false).describe(allowedBy('allow.oomControl')),
};

const Shape = z.strictObject(containerFields);

export type ContainerInput = z.output<typeof Shape>;
