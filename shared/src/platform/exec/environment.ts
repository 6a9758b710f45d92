import { posix, win32 } from 'node:path';
import { usualPlaces } from './find-executable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

// What programs need to find their files, speak the person's language and keep the time. Nothing here carries a credential: proxies
// (which do, in their URL), agents' sockets and tokens come only by an explicit name.
const ALWAYS =
  'PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TMP TEMP XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_RUNTIME_DIR ' +
  'SSL_CERT_FILE SSL_CERT_DIR';
const ON_WINDOWS =
  'SystemRoot SystemDrive windir ComSpec PATHEXT USERPROFILE USERNAME HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA ProgramData ProgramFiles ' +
  'ProgramFiles(x86) ProgramW6432 CommonProgramFiles NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE OS';

/** The variable that marks every process of one run, so that those which left the process group are found again. */
export const TREE_VARIABLE = 'DEPLOYMENT_ENGINE_TREE';

export interface ChildEnvironmentOptions {
  source: Environment;
  /** Further names that pass; a trailing `*` stands for any ending. */
  allow?: readonly string[];
  /** Set as they are; undefined removes a variable that would pass. */
  set?: Environment | undefined;
  platform: NodeJS.Platform;
}

/** Builds a child's environment from an allow-list; without a PATH it gets the usual places, so that programs find their own parts. */
export function childEnvironment({ source, allow = [], set = {}, platform }: ChildEnvironmentOptions): Record<string, string> {
  const windows = platform === 'win32';
  const fold = (name: string) => (windows ? name.toUpperCase() : name);
  const names = [...ALWAYS.split(' '), ...(windows ? ON_WINDOWS.split(' ') : []), ...allow.filter((one) => !one.endsWith('*'))];
  const exact = new Set(names.map(fold));
  const prefixes = ['LC_', ...allow.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1))].map(fold);

  const result = new Map<string, [name: string, value: string]>();
  for (const [name, value] of Object.entries(source)) {
    const key = fold(name);
    if (value !== undefined && (exact.has(key) || prefixes.some((one) => key.startsWith(one)))) result.set(key, [name, value]);
  }
  for (const [name, value] of Object.entries(set)) {
    if (value === undefined) result.delete(fold(name));
    else result.set(fold(name), [name, value]);
  }
  if ((result.get('PATH')?.[1] ?? '') === '') {
    result.set('PATH', ['PATH', usualPlaces(platform, source).join((windows ? win32 : posix).delimiter)]);
  }
  return Object.fromEntries(result.values());
}
