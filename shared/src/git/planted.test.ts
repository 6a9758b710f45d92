import { afterEach, describe, expect, it } from 'vitest';
import { createGit, DEFAULT_NETWORK } from './index.ts';
import type { Repository } from './repository.ts';
import { PLANTS } from '../testing/git/plants.ts';
import { createSandbox, type Sandbox } from '../testing/git/sandbox.ts';

const open: Sandbox[] = [];
const sandbox = (): Sandbox => {
  const made = createSandbox();
  open.push(made);
  return made;
};
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Every program of git that the servers use, in the forms they use. */
const READS: readonly string[][] = [
  ['status', '--porcelain=v2', '-z', '--branch', '--ignore-submodules=dirty', '--untracked-files=all'],
  ['diff', '--patch', '--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty'],
  ['diff', '--cached', '--no-ext-diff', '--no-textconv'],
  // without the options that the tools give: the settings alone must hold
  ['diff'],
  ['diff', '--stat', 'HEAD', 'side'],
  ['log', '-p', '--all', '-5'],
  ['log', '-1'],
  ['show', 'HEAD'],
  ['blame', '--porcelain', '--', 'file.txt'],
  ['grep', '-n', '-e', 'two'],
  ['for-each-ref'],
  ['cat-file', '-p', 'HEAD~1:file.txt'],
  ['ls-files', '-o'],
  ['merge-tree', '--write-tree', 'main', 'side'],
  ['stash', 'list'],
  ['worktree', 'list', '--porcelain'],
];

const WRITES: readonly string[][] = [
  ['rebase', '--continue'],
  ['rebase', '--abort'],
  ['add', '-A'],
  ['commit', '-m', 'a commit', '--allow-empty'],
  ['commit', '--amend', '--no-edit'],
  ['tag', '-a', '-m', 'a tag', 'v1'],
  ['branch', 'another'],
  ['merge', '--no-edit', 'side'],
  ['merge', '--abort'],
  ['cherry-pick', 'side'],
  ['cherry-pick', '--abort'],
  ['stash', 'push', '--include-untracked', '-m', 'away'],
  ['stash', 'apply'],
  ['reset', '--hard'],
  ['rebase', 'side'],
  ['rebase', '--abort'],
  ['switch', '--no-guess', 'side'],
  ['switch', '--no-guess', 'main'],
  ['restore', '--', 'file.txt'],
  ['clean', '-f', '-d', '--dry-run'],
  ['worktree', 'add', '--detach', '../linked', 'HEAD'],
  ['worktree', 'remove', '--force', '../linked'],
];

async function attempt(work: () => Promise<unknown>): Promise<void> {
  await work().catch(() => undefined);
}

async function attackRemote(repository: Repository): Promise<void> {
  await attempt(async () =>
    repository.run(['fetch', 'origin'], { access: 'write', remote: await repository.remote('origin', 'fetch'), timeoutMs: 3000 }),
  );
  await attempt(async () =>
    repository.run(['push', '--no-verify', 'origin', 'main:new', 'main:main'], {
      access: 'write',
      remote: await repository.remote('origin', 'push'),
      timeoutMs: 3000,
    }),
  );
  await attempt(async () =>
    repository.run(['push', 'origin', 'main:newer'], {
      access: 'write',
      remote: await repository.remote('origin', 'push'),
      timeoutMs: 3000,
    }),
  );
}

describe('a planted repository runs nothing', () => {
  it.each(PLANTS)('$name', async ({ plant, provoke }) => {
    const attacked = sandbox();
    plant(attacked);
    // the address that network plants name is reserved for documentation and never answers
    const network = { ...DEFAULT_NETWORK, hosts: ['192.0.2.1', 'example.com'] };
    const git = createGit({ exec: attacked.exec, roots: attacked.roots, env: attacked.env, network });
    const repository = await git.open(attacked.repo).catch(() => undefined);
    if (repository !== undefined) {
      for (const argv of READS) {
        await attempt(() => repository.run(argv));
        expect(attacked.marked(), argv.join(' ')).toBe(false);
      }
      await attackRemote(repository);
      expect(attacked.marked(), 'remote').toBe(false);
      for (const argv of WRITES) {
        await attempt(() => repository.run(argv, { access: 'write' }));
        expect(attacked.marked(), argv.join(' ')).toBe(false);
      }
      await attackRemote(repository);
    }
    expect(attacked.marked()).toBe(false);

    const control = sandbox();
    plant(control);
    expect(control.marked()).toBe(false);
    provoke(control);
    expect(control.marked(), 'the trap springs by plain git').toBe(true);
  });
});
