import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A place for one hub under test: a repository that it may touch, a home of its own, and its configuration. */
export interface Ground {
  base: string;
  /** The only folder that tools may touch. */
  root: string;
  /** A repository on the branch `main` with one commit, one changed file and one new file. */
  repo: string;
  home: string;
  /** The variables that make a hub stay here. */
  env: Record<string, string>;
  git(...args: string[]): string;
  /** Writes the configuration that `env` names; a running hub notices. */
  configure(config: object): void;
  clear(): void;
}

/** Programs that are started from their sources again and again need not be compiled each time. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));

export function prepareGround(config: object = {}): Ground {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'hub-ground-')));
  const [root, home, file] = [join(base, 'root'), join(base, 'home'), join(base, 'mcp.config.json')];
  const repo = join(root, 'repo');
  mkdirSync(root);
  const settings = { GIT_CONFIG_NOSYSTEM: '1', HOME: base, LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: repo, env: settings, encoding: 'utf8' });
  execFileSync('git', ['init', '--quiet', '--initial-branch', 'main', repo], { env: settings });
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.com');
  writeFileSync(join(repo, 'kept.txt'), 'first\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'The first commit');
  writeFileSync(join(repo, 'kept.txt'), 'changed\n');
  writeFileSync(join(repo, 'new.txt'), 'not added\n');
  const configure = (content: object): void => writeFileSync(file, JSON.stringify(content));
  configure(config);
  return {
    base,
    root,
    repo,
    home,
    env: {
      DEPLOYMENT_ENGINE_ROOTS: root,
      DEPLOYMENT_ENGINE_HOME: home,
      DEPLOYMENT_ENGINE_CONFIG: file,
      DEPLOYMENT_ENGINE_LOG: 'warn',
      NODE_COMPILE_CACHE: COMPILED,
    },
    git,
    configure,
    clear: () => rmSync(base, { recursive: true, force: true }),
  };
}
