import { delimiter, isAbsolute } from 'node:path';
import type { Environment } from '../platform/exec/index.ts';
import { usualPlaces } from '../platform/exec/index.ts';
import type { Roots } from '../platform/paths/index.ts';
import type { Override } from './config-policy.ts';
import type { RepositoryPlace } from './discover.ts';

/** Refuses without asking: an unknown host key, a password. A connection that does not come up ends by itself. */
const QUIET_SSH = 'ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15 -oServerAliveCountMax=4';

/** No protocol has this name, so git opens no transport at all, not even for an object that a partial clone lacks. */
const NO_PROTOCOL = 'none';

// What git and its transports need to reach a remote on behalf of the person: proxies, the key agent.
const NETWORK_VARIABLES = [
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'DISPLAY',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
];

/** What no program of git may wait for: a terminal, an editor, a pager, a password window. */
const NEVER_ASK: Environment = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: undefined,
  SSH_ASKPASS_REQUIRE: 'never',
  GCM_INTERACTIVE: 'never',
  GIT_EDITOR: ':',
  GIT_SEQUENCE_EDITOR: ':',
  GIT_PAGER: 'cat',
  PAGER: 'cat',
  TERM: 'dumb',
  LC_ALL: 'C.UTF-8',
  LANGUAGE: undefined,
  GIT_FLUSH: '1',
};

export interface EnvironmentOptions {
  place: RepositoryPlace;
  /** Variables of this process. */
  source: Environment;
  /** PATH as `safePath` made it. */
  path: string;
  trusted: boolean;
  overrides: readonly Override[];
  /** Reads leave the index alone. */
  optionalLocks: boolean;
  /** Given for a call that may talk to a remote. */
  network?: { protocol: string; sshCommand: string | undefined; repositoryChoosesSsh: boolean } | undefined;
}

/** The variables git runs with; everything that is not named here comes from exec's allow-list, which holds no variable of git. */
export function gitEnvironment(options: EnvironmentOptions): Environment {
  const { place, source, trusted, network } = options;
  return {
    ...NEVER_ASK,
    PATH: options.path,
    // Naming both ends git's own search, and takes `core.worktree` and `core.bare` out of force.
    GIT_DIR: place.gitDir,
    ...(place.top === undefined ? {} : { GIT_WORK_TREE: place.top }),
    ...(trusted ? {} : { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1', GIT_PROXY_COMMAND: '' }),
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: options.optionalLocks ? '1' : '0',
    GIT_ALLOW_PROTOCOL: network?.protocol ?? NO_PROTOCOL,
    ...(network === undefined ? {} : networkEnvironment(network, source)),
    ...configVariables(options.overrides),
  };
}

function networkEnvironment(network: NonNullable<EnvironmentOptions['network']>, source: Environment): Environment {
  const passed = Object.fromEntries(NETWORK_VARIABLES.map((name) => [name, source[name]]));
  if (network.repositoryChoosesSsh) return passed;
  const command = network.sshCommand;
  return { ...passed, GIT_SSH_COMMAND: command ?? QUIET_SSH, ...(command === undefined ? { GIT_SSH_VARIANT: 'ssh' } : {}) };
}

/** git-config(1), GIT_CONFIG_COUNT: settings that override every file. */
export function configVariables(overrides: readonly Override[]): Environment {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(overrides.length) };
  overrides.forEach(([key, value], index) => {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return variables;
}

/** For listing config files: no repository, no config of its own. */
export function bareEnvironment(path: string): Environment {
  return {
    ...NEVER_ASK,
    PATH: path,
    GIT_DIR: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '0',
  };
}

/**
 * The PATH without relative entries and without folders inside the roots: git looks there for its own parts (git-remote-https, ssh), and
 * a repository must not bring them along (npm puts node_modules/.bin of the current project first).
 */
export async function safePath(source: Environment, roots: Roots): Promise<string> {
  const given = (source['PATH'] ?? source['Path'] ?? '').split(delimiter).filter((entry) => entry !== '' && isAbsolute(entry));
  const kept: string[] = [];
  for (const entry of given.length > 0 ? given : usualPlaces(process.platform, source))
    if (!(await roots.contains(entry))) kept.push(entry);
  return kept.join(delimiter);
}
