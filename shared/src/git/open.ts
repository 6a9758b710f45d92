import { parse } from 'node:path';
import { ToolError } from '../contracts/error.ts';
import type { Environment, Exec } from '../platform/exec/index.ts';
import type { Resolve } from '../platform/http/index.ts';
import type { Roots } from '../platform/paths/index.ts';
import { checkArguments, withoutDrivers } from './arguments.ts';
import { configClosure, configFiles, parseConfigList, type ConfigEntry, type ListConfigFile } from './config-entries.ts';
import { ALWAYS_OFF, ALWAYS_PLAIN, judgeConfig, type Override, type Verdict } from './config-policy.ts';
import { factsOf } from '../platform/disk/index.ts';
import { checkStorage, discover, type RepositoryPlace } from './discover.ts';
import { bareEnvironment, configVariables, gitEnvironment } from './environment.ts';
import { gitFailure } from './failure.ts';
import type { Program } from './program.ts';
import type { NetworkPolicy } from './network.ts';
import { lastValue, operatorFilters, operatorOverrides, parseOperatorConfig } from './operator-config.ts';
import { admitRemote, promisorRemotes, remoteNames } from './remotes.ts';
import type { GitBytes, GitResult, GitRunOptions, Repository } from './repository.ts';
import { runProgram } from './run-program.ts';
import { submoduleConfigs } from './submodules.ts';
import { isTrusted } from './trust.ts';
import { checkUnfinishedRebase, unfinishedOperation } from './unfinished.ts';

export interface OpenContext {
  exec: Exec;
  roots: Roots;
  trusted: readonly string[];
  network: NetworkPolicy;
  identity?: { name: string; email: string } | undefined;
  env: Environment;
  resolve?: Resolve;
  signal: AbortSignal | undefined;
  program: Program;
}

const NOTHING: Verdict = { overrides: [], neutralised: [], filters: [], networkForbidden: [] };
const MIB = 1024 * 1024;

// A file is listed again when it changed; its stamp holds ctime, which no program can set.
const listed = new Map<string, ConfigEntry[]>();
const LISTED_MAX = 500;

/** Finds, checks and judges a repository, in this order: nothing of it is given to git before its storage is known to stay inside. */
export async function openRepository(context: OpenContext, path: string): Promise<Repository> {
  const place = await discover(context.roots, path);
  await checkStorage(context.roots, place);
  const list = configLister(context);
  const trusted = await isTrusted(context.trusted, place);
  const entries = trusted ? await ownEntries(place, list) : await configClosure(place, list);
  const verdict = trusted ? NOTHING : judgeConfig(entries);
  const operator = await operatorEntries(context, place);
  return new OpenedRepository(context, place, { trusted, entries, verdict, operator, list });
}

/** A trusted repository's own files, without what they include. */
async function ownEntries(place: RepositoryPlace, list: ListConfigFile): Promise<ConfigEntry[]> {
  const files = await Promise.all(configFiles(place).map(async (file) => ((await factsOf(file)).kind === 'nothing' ? [] : list(file))));
  return files.flat();
}

/** `git config --file` looks for no repository here, reads no other config and starts nothing. */
function configLister({ exec, program, signal }: OpenContext): ListConfigFile {
  return async (file) => {
    const key = `${file}\0${(await factsOf(file)).stamp}`;
    const known = listed.get(key);
    if (known !== undefined) return known;
    const argv = ['config', '--file', file, '--no-includes', '--list', '-z'];
    const { code, stdout, stderr, truncated } = await exec.run(program.file, argv, {
      env: bareEnvironment(program.path),
      timeoutMs: 15_000,
      signal,
    });
    if (truncated) throw new ToolError('too_large', "The repository's config is too large.", { hint: 'Look at .git/config.' });
    if (code !== 0) throw gitFailure('config', code, stderr);
    const entries = parseConfigList(stdout);
    if (listed.size >= LISTED_MAX) listed.clear();
    listed.set(key, entries);
    return entries;
  };
}

/** What the person and the machine set, with conditions (`includeIf`) as they hold in this repository. */
async function operatorEntries({ exec, program, signal }: OpenContext, place: RepositoryPlace): Promise<ConfigEntry[]> {
  const { GIT_CONFIG_NOSYSTEM: _system, GIT_CONFIG_GLOBAL: _global, ...env } = bareEnvironment(program.path);
  const argv = ['config', '--list', '-z', '--show-scope', '--includes'];
  const { code, stdout, stderr } = await exec.run(program.file, argv, {
    env: { ...env, GIT_DIR: place.gitDir },
    timeoutMs: 15_000,
    signal,
  });
  if (code !== 0) throw gitFailure('config', code, stderr);
  return parseOperatorConfig(stdout);
}

interface Judged {
  trusted: boolean;
  entries: readonly ConfigEntry[];
  verdict: Verdict;
  operator: readonly ConfigEntry[];
  list: ListConfigFile;
}

class OpenedRepository implements Repository {
  readonly top: string | undefined;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly trusted: boolean;
  readonly neutralised: readonly string[];
  readonly filters: readonly string[];
  readonly config: readonly ConfigEntry[];
  readonly #context: OpenContext;
  readonly #judged: Judged;
  #inner: Promise<readonly Override[]> | undefined;

  constructor(context: OpenContext, place: RepositoryPlace, judged: Judged) {
    this.top = place.top;
    this.gitDir = place.gitDir;
    this.commonDir = place.commonDir;
    this.trusted = judged.trusted;
    this.neutralised = judged.verdict.neutralised;
    this.filters = judged.trusted ? [] : [...new Set([...judged.verdict.filters, ...operatorFilters(judged.operator)])];
    this.config = judged.entries;
    this.#context = context;
    this.#judged = judged;
  }

  async run(argv: readonly string[], options: GitRunOptions = {}): Promise<GitResult> {
    const result = await this.bytes(argv, options);
    return { ...result, stdout: result.stdout.toString('utf8') };
  }

  async bytes(argv: readonly string[], options: GitRunOptions = {}): Promise<GitBytes> {
    const { ok = [0], access = 'read', remote, signal = this.#context.signal } = options;
    checkArguments(argv);
    const subcommand = argv[0] ?? '';
    if (subcommand === 'rebase' && !this.trusted) await checkUnfinishedRebase(this.#context.roots, this);
    const overrides = [...(await this.#overrides(access)), ...(remote?.overrides ?? [])];
    const sshInOperator = lastValue(this.#judged.operator, 'core.sshcommand');
    const result = await runProgram(this.#context.exec, this.#context.program.file, this.trusted ? argv : withoutDrivers(argv), {
      cwd: this.top ?? this.gitDir,
      env: {
        ...gitEnvironment({
          place: this,
          source: this.#context.env,
          path: this.#context.program.path,
          trusted: this.trusted,
          overrides,
          optionalLocks: access === 'write',
          network: remote && {
            protocol: remote.protocols,
            sshCommand: this.#context.env['GIT_SSH_COMMAND'] ?? sshInOperator,
            repositoryChoosesSsh: this.trusted && lastValue(this.config, 'core.sshcommand') !== undefined,
          },
        }),
        ...options.variables,
      },
      input: options.input,
      signal,
      timeoutMs: options.timeoutMs ?? (remote === undefined ? 60_000 : 600_000),
      maxOutputBytes: options.maxOutputBytes ?? 4 * MIB,
      onProgress: options.onProgress,
    });
    if (!result.truncated && (result.code === null || !ok.includes(result.code))) throw gitFailure(subcommand, result.code, result.stderr);
    return result;
  }

  remotes(): string[] {
    return remoteNames(this.config);
  }

  async remoteUrls(name: string, direction: 'fetch' | 'push'): Promise<string[]> {
    if (!this.remotes().includes(name)) {
      throw new ToolError('not_found', `There is no remote "${name.slice(0, 80)}".`, {
        hint: `Remotes: ${this.remotes().join(', ') || 'none'}.`,
      });
    }
    const argv = ['remote', 'get-url', '--all', ...(direction === 'push' ? ['--push'] : []), '--', name];
    return (await this.run(argv)).stdout.split('\n').filter((url) => url !== '');
  }

  async remote(name: string, direction: 'fetch' | 'push') {
    const forbidden = this.#judged.verdict.networkForbidden;
    if (forbidden.length > 0) {
      throw new ToolError('forbidden', `The repository's config steers connections to remotes (${forbidden.join(', ')}).`, {
        hint: 'Remove the setting (put it into your own git config if you need it), or have the operator list the repository under `trusted`.',
        details: { keys: forbidden },
      });
    }
    const { roots, network: policy, env, resolve } = this.#context;
    const judge = { roots, policy, env, resolve, trusted: this.trusted, judge: (place: RepositoryPlace) => this.#judgeOther(place) };
    const base = this.top ?? this.gitDir;
    const access = await admitRemote(judge, name, await this.remoteUrls(name, direction), direction, base);
    // git may turn to these for objects in the middle of anything
    for (const other of promisorRemotes(this.config)) {
      if (other !== name)
        access.overrides.push(...(await admitRemote(judge, other, await this.remoteUrls(other, 'fetch'), 'fetch', base)).overrides);
    }
    return access;
  }

  unfinished() {
    return unfinishedOperation(this);
  }

  async #judgeOther(place: RepositoryPlace) {
    const trusted = await isTrusted(this.#context.trusted, place);
    return { trusted, overrides: trusted ? [] : judgeConfig(await configClosure(place, this.#judged.list)).overrides };
  }

  async #overrides(access: 'read' | 'write'): Promise<Override[]> {
    const { identity } = this.#context;
    const { operator, entries, verdict } = this.#judged;
    const known = (key: string) => lastValue(entries, key) ?? lastValue(operator, key);
    const fallback: Override[] =
      identity === undefined || known('user.name') !== undefined || known('user.email') !== undefined
        ? []
        : [
            ['user.name', identity.name],
            ['user.email', identity.email],
          ];
    if (this.trusted) return [...ALWAYS_PLAIN, ...fallback];
    if (access === 'write') this.#inner ??= this.#innerOverrides();
    const inner = access === 'write' ? await this.#inner : undefined;
    return [...ALWAYS_PLAIN, ...ALWAYS_OFF, ...verdict.overrides, ...(inner ?? []), ...operatorOverrides(operator, entries), ...fallback];
  }

  async #innerOverrides(): Promise<readonly Override[]> {
    const { roots } = this.#context;
    return judgeConfig(await submoduleConfigs(roots, this, this.#judged.list, (place) => this.#gitlinks(place))).overrides;
  }

  /** Paths of mode 160000 in an index. */
  async #gitlinks(place: RepositoryPlace): Promise<string[]> {
    const { exec, program, signal } = this.#context;
    const overrides = [...ALWAYS_PLAIN, ...ALWAYS_OFF];
    const env = gitEnvironment({ place, source: this.#context.env, path: program.path, trusted: false, overrides, optionalLocks: false });
    const argv = ['ls-files', '--stage', '-z'];
    const options = {
      cwd: place.top ?? parse(place.gitDir).root,
      env: { ...env, ...configVariables(overrides) },
      timeoutMs: 60_000,
      signal,
      maxOutputBytes: 256 * MIB,
    };
    const { code, stdout, stderr, truncated } = await exec.run(program.file, argv, options);
    if (truncated)
      throw new ToolError('too_large', 'The index is too large to be checked for submodules.', {
        hint: 'Have the operator list the repository under `trusted`.',
      });
    if (code !== 0) throw gitFailure('ls-files', code, stderr);
    if (!stdout.includes('160000 ')) return [];
    return [
      ...new Set(
        stdout
          .split('\0')
          .filter((record) => record.startsWith('160000 '))
          .map((record) => record.slice(record.indexOf('\t') + 1)),
      ),
    ];
  }
}
