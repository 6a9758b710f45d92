import { ToolError } from '@deployment-engine/shared/contracts';
import type { ContainerBody, WireHostConfig, WireMountSpec } from '../client/index.ts';
import type { DockerConfig } from '../config.ts';
import { bytesOf } from '../report/words.ts';
import type { ContainerInput } from './container-fields.ts';

const NANO = 1e9;

/** A field that is left out when there is nothing to say: the engine then uses its own default. */
const given = <K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { [key in K]: V });

/** The body of `POST /containers/create`. Mount sources are as given; they become real paths once they are judged. */
export function containerBody(input: ContainerInput, defaults: DockerConfig['defaults']): ContainerBody {
  const { network, aliases } = input;
  const named = network !== undefined && !['none', 'host', 'bridge', 'default'].includes(network) && !network.startsWith('container:');
  if (aliases !== undefined && !named) {
    throw new ToolError('invalid_input', 'aliases need a network of your own.', {
      hint: 'Make one with network_create and name it in network.',
    });
  }
  return {
    Image: input.image,
    ...given('Cmd', input.command),
    ...given('Entrypoint', input.entrypoint),
    ...given('Env', input.env && Object.entries(input.env).map(([name, value]) => `${name}=${value}`)),
    ...given('WorkingDir', input.workdir),
    ...given('User', input.user),
    ...given('Hostname', input.hostname),
    ...given('StopSignal', input.stop_signal),
    ...given('Labels', input.labels),
    ...given('Healthcheck', healthcheck(input.healthcheck)),
    ExposedPorts: Object.fromEntries(input.ports.map((port) => [`${port.container}/${port.protocol}`, {}])),
    HostConfig: { ...hostConfig(input, defaults), ...elevated(input) },
    ...(named && aliases !== undefined ? { NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: aliases } } } } : {}),
  };
}

function hostConfig(input: ContainerInput, defaults: DockerConfig['defaults']): WireHostConfig {
  if (input.max_retries !== undefined && input.restart !== 'on-failure') {
    throw new ToolError('invalid_input', 'max_retries works only with restart "on-failure".', {
      hint: 'Set restart to "on-failure", or leave max_retries out.',
    });
  }
  const wrong = input.ulimits?.find((one) => one.soft > one.hard);
  if (wrong)
    throw new ToolError('invalid_input', `ulimits: the soft limit of ${wrong.name} is above its hard limit.`, {
      hint: 'Lower soft or raise hard.',
    });
  const memory = input.memory ?? defaults.memory;
  const cpus = input.cpus ?? defaults.cpus;
  const ports = Map.groupBy(input.ports, (port) => `${port.container}/${port.protocol}`);
  return {
    ...given('Memory', memory === undefined ? undefined : bytesOf(memory)),
    ...given('NanoCpus', cpus === undefined ? undefined : Math.round(cpus * NANO)),
    PidsLimit: input.pids_limit ?? defaults.pidsLimit,
    ...given('ShmSize', input.shm_size === undefined ? undefined : bytesOf(input.shm_size)),
    ...given('NetworkMode', input.network),
    ...given('CapDrop', input.cap_drop),
    ...given(
      'Ulimits',
      input.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    ),
    RestartPolicy: { Name: input.restart, MaximumRetryCount: input.max_retries ?? 0 },
    PortBindings: Object.fromEntries(
      [...ports].map(([port, list]) => [
        port,
        list.map((one) => ({ HostIp: one.host_ip, HostPort: one.host === 0 ? '' : String(one.host) })),
      ]),
    ),
    Mounts: input.mounts.map(mount),
    ReadonlyRootfs: input.read_only_root,
    Init: input.init,
  };
}

/** What the policy refuses unless the operator allows it. */
function elevated(input: ContainerInput): WireHostConfig {
  const options = [...(input.no_new_privileges ? ['no-new-privileges'] : []), ...(input.security_opt ?? [])];
  return {
    Privileged: input.privileged,
    ...given('CapAdd', input.cap_add),
    ...given('SecurityOpt', options.length > 0 ? options : undefined),
    ...given(
      'Devices',
      input.devices?.map((path) => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rwm' })),
    ),
    ...given('DeviceRequests', input.gpus ? [{ Driver: '', Count: -1, Capabilities: [['gpu']] }] : undefined),
    ...given('PidMode', input.pid_mode),
    ...given('IpcMode', input.ipc_mode),
    ...given('UTSMode', input.uts_mode),
    ...given('UsernsMode', input.userns_mode),
    ...given('CgroupnsMode', input.cgroupns_mode),
    ...given('VolumesFrom', input.volumes_from),
    ...given('Sysctls', input.sysctls),
    ...given('CgroupParent', input.cgroup_parent),
    ...given('Runtime', input.runtime),
    ...given('OomScoreAdj', input.oom_score_adj),
    ...(input.oom_kill_disable ? { OomKillDisable: true } : {}),
  };
}

function mount({ type, source, target, read_only, size }: ContainerInput['mounts'][number]): WireMountSpec {
  const refuse = (problem: string, hint: string) => new ToolError('invalid_input', `The mount at ${target} ${problem}.`, { hint });
  if (size !== undefined && type !== 'tmpfs') throw refuse('has a size, which only a tmpfs has', 'Leave size out.');
  switch (type) {
    case 'tmpfs':
      if (source !== undefined) throw refuse('is a tmpfs and has no source', 'Leave source out.');
      return {
        Type: type,
        Target: target,
        ReadOnly: read_only ?? false,
        ...(size === undefined ? {} : { TmpfsOptions: { SizeBytes: bytesOf(size) } }),
      };
    case 'bind':
      if (source === undefined || source === '') throw refuse('has no source', 'Give the path to bind.');
      return { Type: type, Source: source, Target: target, ReadOnly: read_only ?? true };
    case 'volume':
      // a path here would be a bind under another name on some engines
      if (source !== undefined && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(source))
        throw refuse('names no volume', 'Give a volume’s name, or use type bind for a path.');
      return { Type: type, ...given('Source', source), Target: target, ReadOnly: read_only ?? false };
  }
}

function healthcheck(check: ContainerInput['healthcheck']): ContainerBody['Healthcheck'] | undefined {
  if (check === undefined) return undefined;
  return {
    Test: ['CMD', ...check.command],
    Interval: Math.round(check.interval_s * NANO),
    Timeout: Math.round(check.timeout_s * NANO),
    Retries: check.retries,
    StartPeriod: Math.round(check.start_period_s * NANO),
  };
}
