import { realpathSync, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ToolError } from '../../contracts/error.ts';
import { below, belowReally, realPathOf } from './containment.ts';
import { refuseHostileName } from './names.ts';
import { tooWideBecause } from './system-folders.ts';

export const ROOTS_VARIABLE = 'DEPLOYMENT_ENGINE_ROOTS';

export interface ResolveOptions {
  /** What must lie there if something does. `any` (the default) also means that it may be a socket, pipe or device. */
  kind?: 'file' | 'directory' | 'any';
  /** Refuse what does not exist; true by default. With false the real path of what could be created is returned. */
  mustExist?: boolean;
  /** The folder that a relative path starts from; it must lie inside the roots too. Default: the first root. */
  base?: string;
}

/** Where an existing or future file lies: `root` is the real root that holds it, `path` its real path, `inside` the part below the root. */
export interface Place {
  root: string;
  /** The root as it was named, for messages and for telling whether a path went through a link. */
  spelled: string;
  path: string;
  inside: string;
  exists: boolean;
}

/** Who decided what the roots are, and what is wrong with them. */
export interface RootsStatus {
  source: 'operator' | 'current-folder' | 'client';
  /** Why every path is refused; undefined while at least one root is usable. */
  unset?: string;
  /** Named by the operator but not there (they count as soon as they exist). */
  missing: string[];
}

/** The folders that servers may touch. Immutable but for roots that did not exist yet. */
export interface Roots {
  readonly platform: NodeJS.Platform;
  /** The usable roots as real paths. */
  list(): string[];
  status(): RootsStatus;
  /**
   * The real path behind `path`, guaranteed to lie inside a root at the time of the call: every link is followed first.
   * `..` is taken textually, before links.
   *
   * @throws ToolError `forbidden` (outside, or no roots), `not_found`, `invalid_input`
   */
  resolve(path: string, options?: ResolveOptions): Promise<string>;
  /** Like `resolve`, with what a writer needs to know about the place. */
  locate(path: string, options?: ResolveOptions): Promise<Place>;
  /** Whether the path, existing or not, lies inside. Never throws. */
  contains(path: string): Promise<boolean>;
  /** Roots that hold only what lies both here and below one of `paths` (absolute paths or file: URIs, as a client sends them). */
  narrow(paths: readonly string[]): Promise<Roots>;
}

export interface RootsOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  home?: string;
  platform?: NodeJS.Platform;
}

interface Root {
  spelled: string;
  real: string;
}

interface State {
  platform: NodeJS.Platform;
  source: RootsStatus['source'];
  roots: Root[];
  missing: string[];
  unset?: string;
}

const HOW_TO_SET = `Set ${ROOTS_VARIABLE} to the folders that may be touched (joined by the path delimiter), or start in a project folder.`;

/**
 * Reads DEPLOYMENT_ENGINE_ROOTS (folders joined by the platform's path delimiter; relative ones start at the current folder). Without it
 * the current folder is the only root, unless it is `/`, a home folder or a system folder: then every path is refused with a hint.
 *
 * @throws ToolError `invalid_input` for an empty value, an empty entry or an entry that is not a folder
 */
export function createRoots(options: RootsOptions = {}): Roots {
  const { env = process.env, cwd = process.cwd(), home = homedir(), platform = process.platform } = options;
  const value = env[ROOTS_VARIABLE];
  if (value !== undefined) return rootsFrom({ platform, source: 'operator', ...readOperatorRoots(value, cwd, platform) });

  const real = realOrUndefined(cwd);
  const reason =
    real === undefined
      ? 'the current folder does not exist'
      : (tooWideBecause(cwd, home, platform) ?? tooWideBecause(real, realOrUndefined(home) ?? home, platform));
  if (real === undefined || reason !== undefined) {
    const unset = `No folders are allowed: ${ROOTS_VARIABLE} is not set, and the current folder cannot stand in for it because ${reason}.`;
    return rootsFrom({ platform, source: 'current-folder', roots: [], missing: [], unset });
  }
  return rootsFrom({ platform, source: 'current-folder', roots: [{ spelled: cwd, real }], missing: [] });
}

function readOperatorRoots(value: string, cwd: string, platform: NodeJS.Platform): { roots: Root[]; missing: string[] } {
  const flavour = platform === 'win32' ? win32 : posix;
  const example = platform === 'win32' ? 'C:\\work;D:\\site' : '/srv/app:/srv/site';
  if (value.trim() === '') {
    throw new ToolError('invalid_input', `${ROOTS_VARIABLE} is set but empty.`, {
      hint: `Name folders, for example ${example}, or unset it.`,
    });
  }
  const roots: Root[] = [];
  const missing: string[] = [];
  for (const entry of value.split(flavour.delimiter)) {
    if (entry.trim() === '') {
      throw new ToolError('invalid_input', `${ROOTS_VARIABLE} has an empty entry.`, {
        hint: `Remove the doubled or trailing "${flavour.delimiter}", for example ${example}.`,
      });
    }
    try {
      refuseHostileName(entry, platform);
    } catch (error) {
      const { message, hint } = error as ToolError;
      throw new ToolError('invalid_input', `${ROOTS_VARIABLE}: ${message}`, { hint, cause: error });
    }
    const spelled = flavour.resolve(cwd, entry);
    const real = realOrUndefined(spelled);
    if (real === undefined) missing.push(spelled);
    else if (!statSync(real).isDirectory()) {
      throw new ToolError('invalid_input', `${ROOTS_VARIABLE} names ${spelled}, which is not a folder.`, {
        hint: 'Name the folder that holds it.',
      });
    } else if (!roots.some((one) => one.real === real)) roots.push({ spelled, real });
  }
  return { roots, missing };
}

function realOrUndefined(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

function rootsFrom(state: State): Roots {
  const { platform } = state;
  const flavour = platform === 'win32' ? win32 : posix;
  const unsetReason = () =>
    state.roots.length > 0
      ? undefined
      : (state.unset ?? `No folders are allowed: none of those named in ${ROOTS_VARIABLE} exists (${state.missing.join(', ')}).`);
  const outside = (cause?: unknown) =>
    new ToolError('forbidden', 'The path lies outside the allowed folders.', {
      hint: `Allowed: ${state.roots.map((one) => one.spelled).join(', ')}. The operator widens this by ${ROOTS_VARIABLE}.`,
      cause,
    });

  // A root that is created after the start (a clone target, a mount) counts from then on; one that existed stays what it was.
  async function lookForMissing(): Promise<void> {
    for (const spelled of state.missing) {
      const real = await realpath(spelled).catch(() => undefined);
      if (real === undefined || !(await stat(real)).isDirectory()) continue;
      state.missing = state.missing.filter((one) => one !== spelled);
      state.roots.push({ spelled, real });
    }
  }

  async function holding(path: string): Promise<{ root: Root; inside: string } | undefined> {
    for (const root of state.roots) {
      const inside = await belowReally(root.real, path, platform);
      if (inside !== undefined) return { root, inside };
    }
    return undefined;
  }

  async function locate(path: string, options: ResolveOptions = {}): Promise<Place> {
    refuseHostileName(path, platform);
    if (state.missing.length > 0) await lookForMissing();
    const first = state.roots[0];
    if (first === undefined) throw new ToolError('forbidden', unsetReason() ?? '', { hint: HOW_TO_SET });
    const base = options.base === undefined ? first.real : (await locate(options.base, { kind: 'directory' })).path;
    const asked = flavour.resolve(base, path);

    let found: Awaited<ReturnType<typeof realPathOf>>;
    try {
      found = await realPathOf(asked, flavour);
    } catch (error) {
      // What lies outside must not be told apart by its errors.
      const claimed = state.roots.some(
        (one) => below(one.real, asked, platform) !== undefined || below(one.spelled, asked, platform) !== undefined,
      );
      throw claimed ? error : outside(error);
    }
    const home = await holding(found.path);
    if (home === undefined) throw outside();
    const place: Place = {
      ...home.root,
      root: home.root.real,
      path: flavour.join(home.root.real, home.inside),
      inside: home.inside,
      exists: found.exists,
    };
    await checkKind(place, options);
    return place;
  }

  return {
    platform,
    list: () => state.roots.map((one) => one.real),
    status: () => {
      const unset = unsetReason();
      return { source: state.source, missing: [...state.missing], ...(unset === undefined ? {} : { unset }) };
    },
    locate,
    resolve: async (path, options) => (await locate(path, options)).path,
    contains: async (path) => {
      try {
        await locate(path, { mustExist: false });
        return true;
      } catch {
        return false;
      }
    },
    narrow: async (paths) => {
      const kept: Root[] = [];
      const keep = (root: Root) => {
        if (!kept.some((one) => one.real === root.real)) kept.push(root);
      };
      for (const one of paths) {
        const spelled = pathOfClientRoot(one, platform);
        const real = spelled === undefined ? undefined : await realpath(spelled).catch(() => undefined);
        if (spelled === undefined || real === undefined || !(await stat(real)).isDirectory()) continue;
        for (const root of state.roots) {
          const inside = await belowReally(root.real, real, platform);
          if (inside !== undefined) keep({ spelled, real: flavour.join(root.real, inside) });
          else if ((await belowReally(real, root.real, platform)) !== undefined) keep(root);
        }
      }
      const unset =
        state.roots.length === 0
          ? unsetReason()
          : 'No folders are allowed: what the client shares and what the operator allows do not overlap.';
      return rootsFrom({ platform, source: 'client', roots: kept, missing: [], ...(unset === undefined ? {} : { unset }) });
    },
  };
}

async function checkKind(place: Place, { kind = 'any', mustExist = true }: ResolveOptions): Promise<void> {
  if (!place.exists) {
    if (mustExist)
      throw new ToolError('not_found', 'Nothing exists at that path.', { hint: 'Check the spelling, or list the folder first.' });
    return;
  }
  if (kind === 'any') return;
  const facts = await stat(place.path);
  if (kind === 'directory' && !facts.isDirectory())
    throw new ToolError('invalid_input', 'The path is not a folder.', { hint: 'Give a folder.' });
  if (kind === 'file' && !facts.isFile()) throw new ToolError('invalid_input', 'The path is not a regular file.', { hint: 'Give a file.' });
}

function pathOfClientRoot(given: string, platform: NodeJS.Platform): string | undefined {
  try {
    const path = /^file:/i.test(given) ? fileURLToPath(given, { windows: platform === 'win32' }) : given;
    refuseHostileName(path, platform);
    return (platform === 'win32' ? win32 : posix).isAbsolute(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
