import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createExec, type Exec } from '../../platform/exec/index.ts';
import { createRoots, ROOTS_VARIABLE, type Roots } from '../../platform/paths/index.ts';

/** A folder with a root, a repository in it, something outside, and a home of its own; for tests. */
export interface Sandbox {
  base: string;
  /** The only allowed folder. */
  root: string;
  repo: string;
  /** A folder next to the root. */
  outside: string;
  home: string;
  env: Record<string, string>;
  exec: Exec;
  roots: Roots;
  /** Where a planted command leaves its mark. */
  marker: string;
  marked(): boolean;
  /** A shell command that leaves the mark and then passes its input on. */
  touch: string;
  /** Plain git in the repository, with nothing hardened. Throws unless `may` fail. */
  git(...argv: string[]): string;
  gitIn(folder: string, ...argv: string[]): string;
  /** Plain git that may fail. */
  tryGit(...argv: string[]): { code: number | null; output: string };
  write(path: string, text: string): void;
  script(path: string, body: string): string;
  close(): Promise<void>;
}

/** Makes a repository with two branches (`main`, `side`, which differ in other.txt), one file to edit and no config of note. */
export function createSandbox(): Sandbox {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'git-sandbox-')));
  const [root, outside, home] = ['root', 'outside', 'home'].map((name) => join(base, name)) as [string, string, string];
  const repo = join(root, 'repo');
  const env = plainEnvironment(home);
  const exec = createExec({ env, graceMs: 500 });
  const marker = join(base, 'marker');
  const gitIn = (folder: string, ...argv: string[]) =>
    execFileSync('git', argv, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  };
  const sandbox: Sandbox = {
    base,
    root,
    repo,
    outside,
    home,
    env,
    exec,
    roots: createRoots({ env: { [ROOTS_VARIABLE]: root }, cwd: root, home }),
    marker,
    marked: () => existsSync(marker),
    touch: `touch ${marker};`,
    git: (...argv) => gitIn(repo, ...argv),
    gitIn,
    tryGit: (...argv) => {
      const { status, stdout, stderr } = spawnSync('git', argv, { cwd: repo, env, encoding: 'utf8', timeout: 20_000 });
      return { code: status, output: `${stdout}${stderr}` };
    },
    write,
    script: (path, body) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `#!/bin/sh\n${body}\n`);
      chmodSync(path, 0o755);
      return path;
    },
    close: async () => {
      await exec.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
  for (const { path, content } of template()) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    if (content === undefined) mkdirSync(join(base, path), { recursive: true });
    else writeFileSync(join(base, path), content);
  }
  return sandbox;
}

/** `content` is absent for a folder. */
type Part = { path: string; content?: Buffer };

let made: Part[] | undefined;

/** The sandbox's content, made once a process and kept in memory: a process that is ended leaves no folder behind. */
function template(): Part[] {
  if (made !== undefined) return made;
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'git-template-')));
  const [root, outside, home] = ['root', 'outside', 'home'].map((name) => join(base, name)) as [string, string, string];
  const repo = join(root, 'repo');
  for (const folder of [repo, outside, home]) mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n',
  );
  const env = plainEnvironment(home);
  const git = (...argv: string[]) => execFileSync('git', argv, { cwd: repo, env, stdio: 'ignore' });
  const write = (path: string, text: string) => writeFileSync(join(repo, path), text);
  git('init', '--quiet');
  write('file.txt', 'one\ntwo\nthree\n');
  write('other.txt', 'base\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  git('switch', '--quiet', '-c', 'side');
  write('other.txt', 'side\n');
  git('commit', '--quiet', '-am', 'on side');
  git('switch', '--quiet', 'main');
  write('file.txt', 'one\ntwo\nthree\nfour\n');
  git('commit', '--quiet', '-am', 'second');
  made = readdirSync(base, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return { path: relative(base, path), ...(entry.isDirectory() ? {} : { content: readFileSync(path) }) };
  });
  rmSync(base, { recursive: true, force: true });
  return made;
}

function plainEnvironment(home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: home, LC_ALL: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' };
}
