import { ToolError } from '@deployment-engine/shared/contracts';
import { findVolume, type WireHostConfig, type WireInspect, type WireMount } from '../client/index.ts';
import type { Allow } from '../config.ts';
import { judgeBind } from './bind.ts';
import { judgeNetwork } from './network.ts';
import { demandNone, type Refusal } from './refusal.ts';
import { judgeVolume } from './volume.ts';
import type { World } from './world.ts';

/** What Docker gives every container (moby, oci/caps/defaults.go): after dropping ALL, adding one of these back only takes away less. */
const DEFAULT_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
);
const DEFAULT_RUNTIMES = new Set(['', 'runc', 'io.containerd.runc.v2', 'crun']);
const HARDENING = /^no-new-privileges(?:[:=]true)?$/;

/** Everything in a container's settings that the operator has not allowed. */
export async function judgeContainer(host: WireHostConfig, world: World): Promise<Refusal[]> {
  const lists = await Promise.all([judgeNetwork(host.NetworkMode ?? '', world), judgeMounts(host, world)]);
  return [
    ...judgePrivileges(host, world.allow),
    ...judgeNamespaces(host, world.allow),
    ...judgeResources(host, world.allow),
    ...lists.flat(),
  ];
}

/** The same for a container that exists, by what the engine says of it. */
export async function judgeExisting(container: WireInspect, world: World): Promise<Refusal[]> {
  const { Binds: _binds, Mounts: _mounts, ...host } = container.HostConfig ?? {};
  const refusals = [
    // with cgroup v1 the host's cgroup namespace is what every container gets
    ...(await judgeContainer({ ...host, SecurityOpt: withoutEnginesOwn(host), CgroupnsMode: '', NetworkMode: '' }, world)),
    ...(await judgeJoinedNetwork(host.NetworkMode ?? '', world)),
    ...(await Promise.all((container.Mounts ?? []).map((mount) => judgeMounted(mount, world)))).flat(),
  ];
  if (isEmpty(host.MaskedPaths) || isEmpty(host.ReadonlyPaths))
    refusals.push(...exactly(['systempaths=unconfined'], world.allow.securityOpt, 'the security option', 'allow.securityOpt'));
  return refusals;
}

const isEmpty = (list: string[] | null | undefined): boolean => Array.isArray(list) && list.length === 0;

/**
 * Refuses to reach into a container that has what a call could not give one: through it the same things would be reached.
 *
 * @throws ToolError `forbidden`
 */
export async function demandReachable(container: WireInspect, world: World): Promise<void> {
  if (world.allow.existingContainers) return;
  demandNone(await judgeExisting(container, world), ' Or allow.existingContainers = true for all containers that were made elsewhere.');
}

/**
 * Refuses to start a container whose mounted folder was inside the roots by its name and no longer is by what lies there: a link put in
 * its place would be followed by the engine.
 *
 * @throws ToolError `forbidden`
 */
export async function demandMountsUnmoved(container: WireInspect, world: World): Promise<void> {
  const inside = (path: string) => world.roots.list().some((root) => path === root || path.startsWith(`${root}/`));
  const judged = (container.Mounts ?? []).map(async (mount) => {
    const device =
      mount.Type === 'volume' && mount.Name ? (await findVolume(world.engine, mount.Name, world.signal))?.Options?.['device'] : undefined;
    const source = mount.Type === 'bind' ? mount.Source : device;
    return source !== undefined && inside(source) ? judgeMounted(mount, world) : [];
  });
  demandNone((await Promise.all(judged)).flat());
}

/** The engine itself writes label=disable for a container that is privileged or shares processes or memory, which is judged by itself. */
function withoutEnginesOwn({ SecurityOpt, Privileged, PidMode, IpcMode }: WireHostConfig): string[] {
  const shares = Privileged === true || [PidMode, IpcMode].some((mode) => mode === 'host' || mode?.startsWith('container:'));
  return (SecurityOpt ?? []).filter((option) => !(shares && option === 'label=disable'));
}

/** A network that is gone since does not make a container unreachable. */
async function judgeJoinedNetwork(network: string, world: World): Promise<Refusal[]> {
  try {
    return await judgeNetwork(network, world);
  } catch (error) {
    if (error instanceof ToolError && error.code === 'not_found') return [];
    throw error;
  }
}

function judgePrivileges(host: WireHostConfig, allow: Allow): Refusal[] {
  const refusals: Refusal[] = [];
  if (host.Privileged && !allow.privileged) refusals.push({ what: 'a privileged container', setting: 'allow.privileged = true' });
  const bare = (name: string) => name.toUpperCase().replace(/^CAP_/, '');
  const droppedAll = (host.CapDrop ?? []).some((name) => bare(name) === 'ALL');
  const added = (host.CapAdd ?? []).map(bare).filter((name) => !(droppedAll && DEFAULT_CAPABILITIES.has(name)));
  refusals.push(...exactly(added, allow.capAdd.map(bare), 'the capability', 'allow.capAdd'));
  const options = (host.SecurityOpt ?? []).filter((option) => !HARDENING.test(option));
  refusals.push(...exactly(options, allow.securityOpt, 'the security option', 'allow.securityOpt'));
  refusals.push(
    ...exactly(
      (host.Devices ?? []).map((one) => one.PathOnHost ?? ''),
      allow.devices,
      'the device',
      'allow.devices',
    ),
  );
  refusals.push(...exactly(host.DeviceCgroupRules ?? [], allow.devices, 'the device rule', 'allow.devices'));
  if ((host.DeviceRequests ?? []).length > 0 && !allow.deviceRequests)
    refusals.push({ what: 'a device request (GPU)', setting: 'allow.deviceRequests = true' });
  if ((host.VolumesFrom ?? []).length > 0 && !allow.volumesFrom)
    refusals.push({ what: 'the volumes of another container', setting: 'allow.volumesFrom = true' });
  return refusals;
}

function judgeNamespaces(host: WireHostConfig, allow: Allow): Refusal[] {
  const modes: [string | undefined, keyof Allow['hostNamespaces'], string][] = [
    [host.PidMode, 'pid', 'processes'],
    [host.IpcMode, 'ipc', 'shared memory'],
    [host.UTSMode, 'uts', 'host name'],
    [host.UsernsMode, 'user', 'user namespace'],
    [host.CgroupnsMode, 'cgroup', 'cgroup namespace'],
    [host.Cgroup, 'cgroup', 'cgroup'],
  ];
  return modes.flatMap(([mode, name, words]): Refusal[] => {
    if (mode === 'host' && !allow.hostNamespaces[name])
      return [{ what: `the ${words} of the host`, setting: `allow.hostNamespaces.${name} = true` }];
    const joins = mode?.startsWith('container:') || mode?.startsWith('ns:');
    return joins && !allow.containerNamespaces
      ? [{ what: `the ${words} of another container`, setting: 'allow.containerNamespaces = true' }]
      : [];
  });
}

function judgeResources(host: WireHostConfig, allow: Allow): Refusal[] {
  const refusals = [
    ...exactly(Object.keys(host.Sysctls ?? {}), allow.sysctls, 'the kernel parameter', 'allow.sysctls'),
    ...exactly(host.CgroupParent ? [host.CgroupParent] : [], allow.cgroupParent, 'the parent cgroup', 'allow.cgroupParent'),
    ...exactly(DEFAULT_RUNTIMES.has(host.Runtime ?? '') ? [] : [host.Runtime ?? ''], allow.runtimes, 'the runtime', 'allow.runtimes'),
  ];
  if ((host.OomKillDisable || (host.OomScoreAdj ?? 0) < 0) && !allow.oomControl)
    refusals.push({ what: 'protection from the OOM killer', setting: 'allow.oomControl = true' });
  return refusals;
}

function exactly(asked: readonly string[], allowed: readonly string[], what: string, setting: string): Refusal[] {
  return asked.filter((one) => !allowed.includes(one)).map((one) => ({ what: `${what} ${one}`, setting: `${setting} must list "${one}"` }));
}

async function judgeMounts(host: WireHostConfig, world: World): Promise<Refusal[]> {
  const mounts = (host.Mounts ?? []).map(async (mount): Promise<Refusal[]> => {
    const { Type, Source = '', VolumeOptions, BindOptions } = mount;
    if (Type === 'tmpfs') return [];
    if (Type === 'volume') {
      const asked = VolumeOptions?.DriverConfig;
      const own = asked ? (await judgeVolume(Source, asked.Name ?? '', asked.Options, world)).refusals : [];
      return [...own, ...(await judgeNamedVolume(Source, world))];
    }
    if (Type === 'bind') {
      const spread = /shared|slave/.test(BindOptions?.Propagation ?? '') && !world.allow.privileged;
      const propagation = spread ? [{ what: `mount propagation ${BindOptions?.Propagation}`, setting: 'allow.privileged = true' }] : [];
      return [...propagation, ...(await judgeBind(Source, world)).refusals];
    }
    return [{ what: `a mount of the type ${Type}`, setting: 'no setting allows this' }];
  });
  const binds = (host.Binds ?? []).map((bind) => judgeBindText(bind, world));
  const driver = host.VolumeDriver ? (await judgeVolume('of the container', host.VolumeDriver, undefined, world)).refusals : [];
  return [...driver, ...(await Promise.all([...mounts, ...binds])).flat()];
}

/** `source:target[:options]` as HostConfig.Binds has it; a source that is not a path names a volume. */
async function judgeBindText(bind: string, world: World): Promise<Refusal[]> {
  const source = /^([A-Za-z]:[\\/][^:]*|[^:]*):/.exec(bind)?.[1];
  if (source === undefined) return [];
  return /^[A-Za-z0-9]/.test(source) && !/[\\/]/.test(source) ? judgeNamedVolume(source, world) : (await judgeBind(source, world)).refusals;
}

/** A volume that exists is judged by what it is; one that does not will be made empty, by the local driver. */
async function judgeNamedVolume(name: string, world: World): Promise<Refusal[]> {
  if (name === '') return [];
  const volume = await findVolume(world.engine, name, world.signal);
  return volume === undefined ? [] : (await judgeVolume(name, volume.Driver ?? '', volume.Options, world)).refusals;
}

async function judgeMounted(mount: WireMount, world: World): Promise<Refusal[]> {
  if (mount.Type === 'bind' || mount.Type === 'npipe') return (await judgeBind(mount.Source ?? '', world)).refusals;
  return mount.Type === 'volume' ? judgeNamedVolume(mount.Name ?? '', world) : [];
}
