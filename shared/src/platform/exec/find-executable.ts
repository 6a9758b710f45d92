import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

export interface FindExecutableOptions {
  /** The PATH to search first; default: the process's. An empty one is fine. */
  path?: string | undefined;
  /** Folders to search after PATH and before the usual places. */
  extra?: readonly string[];
  env?: Variables;
  platform?: NodeJS.Platform;
}

/** Where programs lie on a usual machine; a program started from a desktop has a PATH with few of them. */
export function usualPlaces(platform: NodeJS.Platform, env: Variables = process.env): string[] {
  if (platform === 'win32') {
    const system = env.SystemRoot ?? env.SYSTEMROOT ?? 'C:\\Windows';
    const programs = env.ProgramFiles ?? env.PROGRAMFILES ?? 'C:\\Program Files';
    const local = env.LOCALAPPDATA;
    return [
      win32.join(system, 'System32'),
      system,
      win32.join(programs, 'Git', 'cmd'),
      win32.join(programs, 'Git', 'bin'),
      win32.join(programs, 'Docker', 'Docker', 'resources', 'bin'),
      ...(local === undefined ? [] : [win32.join(local, 'Programs', 'Git', 'cmd'), win32.join(local, 'Microsoft', 'WindowsApps')]),
    ];
  }
  const home = env.HOME === undefined || env.HOME === '' ? homedir() : env.HOME;
  return [
    '/usr/local/bin',
    ...(platform === 'darwin' ? ['/opt/homebrew/bin', '/opt/local/bin'] : []),
    '/usr/bin',
    '/bin',
    '/usr/sbin',
    '/sbin',
    ...(platform === 'darwin'
      ? ['/Applications/Docker.app/Contents/Resources/bin']
      : ['/opt/homebrew/bin', '/snap/bin', '/home/linuxbrew/.linuxbrew/bin']),
    posix.join(home, '.local', 'bin'),
    posix.join(home, 'bin'),
    posix.join(home, '.cargo', 'bin'),
    posix.join(home, 'go', 'bin'),
  ];
}

const found = new Map<string, string>();

/**
 * Finds a program by its bare name: PATH, then `extra`, then the usual places; an absolute path is checked as it is. Relative entries of
 * PATH are skipped, for they would run whatever lies in the current folder. What was found is remembered until it is gone; scripts that
 * need a shell (.bat, .cmd) are not programs here.
 *
 * @returns the absolute path, or undefined
 */
export async function findExecutable(name: string, options: FindExecutableOptions = {}): Promise<string | undefined> {
  const { env = process.env, platform = process.platform, extra = [] } = options;
  const windows = platform === 'win32';
  const flavour = windows ? win32 : posix;
  const path = options.path ?? env.PATH ?? env.Path ?? '';
  if (name === '' || name.includes('\0')) return undefined;
  if (flavour.isAbsolute(name)) return (await isProgram(name)) ? name : undefined;
  if (/[\\/]/.test(name)) return undefined;

  const key = JSON.stringify([name, path, extra, platform, env.HOME]);
  const known = found.get(key);
  if (known !== undefined && (await isProgram(known))) return known;
  const endings = windows && !/\.(?:exe|com)$/i.test(name) ? ['.exe', '.com'] : [''];
  for (const folder of [...path.split(flavour.delimiter), ...extra, ...usualPlaces(platform, env)]) {
    if (!flavour.isAbsolute(folder)) continue;
    for (const ending of endings) {
      const candidate = flavour.join(folder, name + ending);
      if (!(await isProgram(candidate))) continue;
      found.set(key, candidate);
      return candidate;
    }
  }
  found.delete(key);
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
