import { ToolError } from '../contracts/error.ts';
import { findExecutable, type Environment, type Exec } from '../platform/exec/index.ts';
import type { Resolve } from '../platform/http/index.ts';
import type { Roots } from '../platform/paths/index.ts';
import type { Program } from './program.ts';
import { bareEnvironment, safePath } from './environment.ts';
import { gitFailure } from './failure.ts';
import { DEFAULT_NETWORK, type NetworkPolicy } from './network.ts';
import { openRepository } from './open.ts';
import { placeOfRemote } from './remote-url.ts';
import { checkProtocol } from './remotes.ts';
import type { GitBytes, GitResult, GitRunOptions, Repository } from './repository.ts';

export interface GitOptions {
  exec: Exec;
  /** The folders that repositories, their parts and local remotes must lie in. */
  roots: Roots;
  /**
   * Repositories whose config, hooks and attributes may run commands: the top of a working tree or a bare repository, or `folder/*` for
   * every repository below a folder. Containment in the roots holds for them too.
   */
  trusted?: readonly string[];
  network?: NetworkPolicy;
  /** Who commits where neither the repository nor the person's own config says it. */
  identity?: { name: string; email: string } | undefined;
  env?: Environment;
  /** How host names of remotes become addresses; default: the system's way. */
  resolve?: Resolve;
}

export interface OpenOptions {
  /** A call's own roots; default: those of the runner. */
  roots?: Roots;
  signal?: AbortSignal;
}

/** Runs git on repositories that may be hostile (ARCHITECTURE, git). */
export interface Git {
  /**
   * Finds and judges the repository that holds `path`. What is judged holds for the runs of this object: open one for each call.
   *
   * @throws ToolError `forbidden`, `not_found`, `invalid_input`, `missing_dependency`
   */
  open(path: string, options?: OpenOptions): Promise<Repository>;
  /** Opens `path` and runs one program of git there. @throws ToolError as `open` and `Repository.run` */
  run(path: string, argv: readonly string[], options?: GitRunOptions & OpenOptions): Promise<GitResult>;
  /** The same with bytes as output. */
  bytes(path: string, argv: readonly string[], options?: GitRunOptions & OpenOptions): Promise<GitBytes>;
  /** Creates an empty repository in a folder inside the roots, which must be empty or not exist. @returns its real path */
  init(path: string, options?: OpenOptions & { branch?: string; bare?: boolean }): Promise<string>;
  /**
   * Refuses a URL that no policy here allows, before it is written down. Where it leads is judged when it is used.
   *
   * @throws ToolError `forbidden`
   */
  checkUrl(url: string): void;
  /** The version of the installed git, e.g. `2.39.5`. @throws ToolError `missing_dependency` */
  version(): Promise<string>;
}

const OLDEST = [2, 35] as const;

export function createGit(options: GitOptions): Git {
  const env = options.env ?? process.env;
  let found: Promise<Program & { version: string }> | undefined;

  async function findGit(): Promise<Program & { version: string }> {
    const path = await safePath(env, options.roots);
    const file = await findExecutable('git', { env: { ...env, PATH: path } });
    if (file === undefined)
      throw new ToolError('missing_dependency', 'git is not installed.', { hint: 'Install git 2.35 or newer and try again.' });
    const { stdout } = await options.exec.run(file, ['--version'], { env: bareEnvironment(path), timeoutMs: 15_000 });
    const version = /(\d+)\.(\d+)(?:\.\d+)?/.exec(stdout);
    const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
      throw new ToolError('missing_dependency', `git ${version?.[0] ?? 'of an unknown version'} is too old.`, {
        hint: 'Install git 2.35 or newer.',
      });
    }
    return { file, path, version: version?.[0] ?? '' };
  }

  const program = () => {
    found ??= findGit().catch((error: unknown) => {
      // it may be installed later
      found = undefined;
      throw error;
    });
    return found;
  };

  const open = async (path: string, { roots = options.roots, signal }: OpenOptions = {}): Promise<Repository> =>
    openRepository(
      {
        ...options,
        network: options.network ?? DEFAULT_NETWORK,
        trusted: options.trusted ?? [],
        env,
        roots,
        signal,
        program: await program(),
      },
      path,
    );

  return {
    open,
    run: async (path, argv, given = {}) => (await open(path, given)).run(argv, given),
    bytes: async (path, argv, given = {}) => (await open(path, given)).bytes(argv, given),
    init: async (path, { roots = options.roots, signal, branch = 'main', bare = false } = {}) => {
      const place = await roots.locate(path, { mustExist: false });
      const { file, path: searchPath } = await program();
      const argv = ['init', '--quiet', '--template=', `--initial-branch=${branch}`, ...(bare ? ['--bare'] : []), '--', place.path];
      const { GIT_DIR: _none, ...environment } = bareEnvironment(searchPath);
      const { code, stderr } = await options.exec.run(file, argv, { env: environment, timeoutMs: 15_000, signal });
      if (code !== 0) throw gitFailure('init', code, stderr);
      return place.path;
    },
    checkUrl: (url) => checkProtocol(placeOfRemote(url, '.'), options.network ?? DEFAULT_NETWORK),
    version: async () => (await program()).version,
  };
}
