import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binding, candidates } from './binding.ts';

/** What the addon exports for this file. */
export interface SuperviseAddon {
  superviseReport(): string;
}

/** A set of refused system calls; each refuses what the one before it refuses. */
export type SeccompProfile = 'none' | 'default' | 'no-network' | 'strict';

/** How a tree of processes is limited and ended. Holds paths and numbers, never a secret: it stands in an argument. */
export interface SupervisePolicy {
  /** Descriptor of a pipe or socket whose other end only the parent holds: its end is the parent's death. */
  readonly lifeline?: number;
  /** Descriptor that {@link SuperviseStatus} objects are written to, one a line; may be the lifeline. */
  readonly status?: number;
  /** What happens to the rest when the command has ended: all of it is ended (default), or what is in its process group, or nothing. */
  readonly onExit?: 'tree' | 'group' | 'leave';
  /** From SIGTERM to SIGKILL; default 2 000. */
  readonly graceMs?: number;
  /** Before SIGTERM: this long to end by itself, after a signal if one is named. */
  readonly drain?: { readonly ms: number; readonly signal?: 'SIGHUP' | 'SIGINT' | 'SIGUSR1' | 'SIGUSR2' };
  /** The longest life of the tree. */
  readonly deadlineMs?: number;
  readonly limits?: {
    /** Of each process, as the following four. */
    readonly cpuSeconds?: number;
    readonly addressSpaceBytes?: number;
    readonly openFiles?: number;
    /** Of the user, not of the tree; does not bind root. */
    readonly processes?: number;
    readonly fileSizeBytes?: number;
    /** Default 0: a core dump holds secrets. */
    readonly coreBytes?: number;
    /** Of the whole tree; needs a cgroup. */
    readonly memoryBytes?: number;
    /** Of the whole tree; needs a cgroup. */
    readonly treeProcesses?: number;
  };
  /** Absolute paths that are open, each with what lies below; without `files` all are. `system` (default true) opens programs and what they need to start. */
  readonly files?: {
    readonly system?: boolean;
    readonly read?: readonly string[];
    readonly write?: readonly string[];
    readonly execute?: readonly string[];
  };
  /** TCP ports that are open; without `network` all are. */
  readonly network?: { readonly bind?: readonly number[]; readonly connect?: readonly number[] };
  /** No signals and abstract sockets to processes outside. Default: whenever `files` or `network` is there. */
  readonly scope?: boolean;
  /** Default none. */
  readonly seccomp?: SeccompProfile;
  /** `all`: do not start where something that is asked for cannot be held. Default: start, and report it. */
  readonly require?: 'available' | 'all';
}

/** What a machine can hold, or what holds for one tree. */
export interface SandboxReport {
  readonly supported: boolean;
  readonly landlock: { readonly abi: number; readonly enforced: 'full' | 'partial' | 'none' };
  /** Of a machine `available` or `none`; of a tree the profile that holds. */
  readonly seccomp: string;
  readonly cgroup: { readonly version: 0 | 1 | 2; readonly memory: boolean; readonly pids: boolean };
  readonly rlimits: readonly string[];
  /** What does not hold, in sentences. */
  readonly notes: readonly string[];
}

/** How a tree ended. */
export interface TreeEnd {
  readonly reason: 'exited' | 'killed' | 'memory' | 'cpu' | 'deadline' | 'stopped' | 'parent';
  readonly code: number | null;
  /** The signal's number. */
  readonly signal: number | null;
  readonly wallMs: number;
  /** Processor time of the whole tree. */
  readonly cpuMs: number;
  /** The largest resident set of any one process. */
  readonly maxRssBytes: number;
  /** The largest memory of the tree together, where a cgroup counted it. */
  readonly peakMemoryBytes: number | null;
  readonly memoryKills: number;
  /** Processes that hang in the kernel, or that were meant to stay. */
  readonly left: number;
}

/** What the launcher writes to its status descriptor. */
export type SuperviseStatus =
  | { readonly event: 'started'; readonly pid: number; readonly sandbox: SandboxReport }
  | {
      readonly event: 'failed';
      readonly stage: 'policy' | 'sandbox' | 'command';
      readonly errno: number | null;
      readonly message: string;
    }
  | ({ readonly event: 'ended' } & TreeEnd);

/** Exit codes of the launcher where it has no command's to pass on. */
export const LAUNCHER_EXIT = { policy: 122, sandbox: 123, notExecutable: 126, notFound: 127 } as const;

/**
 * The launcher's path; undefined where there is none: not built, or not Linux. Looked for as the addon is, beside it.
 * What was found is remembered.
 */
export function launcherPath(): string | undefined {
  return (found ??= { path: findLauncher() }).path;
}

let found: { path: string | undefined } | undefined;

/** As {@link launcherPath}, looked for anew. */
export function findLauncher(
  named: string | undefined = process.env['DEPLOYMENT_ENGINE_NATIVE'],
  from: string = dirname(fileURLToPath(import.meta.url)),
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (platform !== 'linux') return undefined;
  const name = (suffix: string) => `launcher.${suffix}`;
  const beside = named === undefined || named === '' ? [] : [join(dirname(named), namedLike(named))];
  return [...beside, ...candidates(from, name)].find((file) => existsSync(file));
}

/** `native.linux-x64-gnu.node` → `launcher.linux-x64-gnu`. */
function namedLike(addon: string): string {
  return `launcher.${/native\.(.+)\.node$/.exec(addon)?.[1] ?? ''}`;
}

/**
 * What to start in place of a command, so that its whole tree is watched, limited and ended: see `native/crates/supervise`.
 * Starts nothing. Undefined where there is no launcher: then the command has to be started bare.
 */
export function supervise(
  policy: SupervisePolicy,
  command: string,
  args: readonly string[],
  launcher: string | undefined = launcherPath(),
): { file: string; args: string[] } | undefined {
  if (launcher === undefined) return undefined;
  return { file: launcher, args: ['--policy', JSON.stringify(policy), '--', command, ...args] };
}

let report: SandboxReport | undefined;

/** What this machine can hold. Asked once: it makes and removes an empty cgroup to find out. Never throws. */
export function sandboxReport(): SandboxReport {
  return (report ??= detect());
}

function detect(): SandboxReport {
  let machine: SandboxReport;
  try {
    machine = JSON.parse(binding().superviseReport()) as SandboxReport;
  } catch (error) {
    return nothing([`The native part does not load, so children start without supervision: ${(error as Error).message}`]);
  }
  if (!machine.supported || launcherPath() !== undefined) return machine;
  return nothing(['The launcher is not built, so children start without supervision. Run `npm run build` with Rust installed']);
}

function nothing(notes: string[]): SandboxReport {
  return {
    supported: false,
    landlock: { abi: 0, enforced: 'none' },
    seccomp: 'none',
    cgroup: { version: 0, memory: false, pids: false },
    rlimits: [],
    notes,
  };
}
