import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExec } from '../platform/exec/index.ts';
import { createRoots } from '../platform/paths/index.ts';
import { createSandbox, type Sandbox } from '../testing/git/sandbox.ts';
import { createGit, type Git, type GitOptions } from './index.ts';

let s: Sandbox;
let git: Git;
const make = (options: Partial<GitOptions> = {}): Git => createGit({ exec: s.exec, roots: s.roots, env: s.env, ...options });
beforeEach(() => {
  s = createSandbox();
  git = make();
});
afterEach(() => s.close());

describe('the runner', () => {
  it('runs git and gives text or bytes', async () => {
    expect(await git.run(s.repo, ['rev-parse', '--abbrev-ref', 'HEAD'])).toMatchObject({ code: 0, stdout: 'main\n', truncated: false });
    expect((await git.bytes(s.repo, ['cat-file', 'blob', 'HEAD:file.txt'])).stdout).toEqual(Buffer.from('one\ntwo\nthree\nfour\n'));
    expect(await git.version()).toMatch(/^\d+\.\d+/);
  });

  it('throws for an exit code that is not expected, and cuts output at the cap', async () => {
    await expect(git.run(s.repo, ['rev-parse', '--verify', 'nothing'])).rejects.toMatchObject({ code: 'not_found' });
    expect(await git.run(s.repo, ['rev-parse', '--verify', '--quiet', 'nothing'], { ok: [1] })).toMatchObject({ code: 1 });
    expect(await git.run(s.repo, ['log', '-p'], { maxOutputBytes: 100 })).toMatchObject({ truncated: true });
  });

  it('passes nothing of git’s variables on', async () => {
    const env = {
      ...s.env,
      GIT_DIR: s.outside,
      GIT_EXTERNAL_DIFF: s.touch,
      GIT_PAGER: s.touch,
      GIT_CONFIG_PARAMETERS: "'core.fsmonitor'='x'",
      GIT_TRACE: join(s.base, 'trace'),
      GIT_INDEX_FILE: '/x',
    };
    const polluted = createGit({ exec: createExec({ env, graceMs: 100 }), roots: s.roots, env });
    s.write('file.txt', 'x\n');
    expect((await polluted.run(s.repo, ['diff'])).stdout).toContain('+x');
    expect(s.marked()).toBe(false);
  });

  it('opens no transport without a judged remote', async () => {
    s.git('remote', 'add', 'origin', s.repo);
    await expect(git.run(s.repo, ['fetch', 'origin'], { access: 'write' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(git.run(s.repo, ['ls-remote', s.repo])).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('ends by its deadline and by its signal', async () => {
    s.script(join(s.repo, '.git', 'hooks', 'pre-commit'), 'sleep 60');
    const trusting = make({ trusted: [s.repo] });
    await expect(trusting.run(s.repo, ['commit', '--allow-empty', '-m', 'x'], { access: 'write', timeoutMs: 300 })).rejects.toMatchObject({
      code: 'timeout',
    });
    const stop = new AbortController();
    stop.abort();
    await expect(git.run(s.repo, ['log'], { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('takes no program from the PATH that lies in the roots', async () => {
    const bin = join(s.root, 'node_modules', '.bin');
    for (const name of ['git', 'git-upload-pack', 'ssh']) s.script(join(bin, name), s.touch);
    const env = { ...s.env, PATH: `${bin}:.:${s.env['PATH']}` };
    const careful = make({ env, exec: createExec({ env, graceMs: 100 }) });
    s.git('remote', 'add', 'origin', s.repo);
    const repository = await careful.open(s.repo);
    await repository.run(['fetch', 'origin'], { access: 'write', remote: await repository.remote('origin', 'fetch') });
    expect(s.marked()).toBe(false);
  });

  it('says what is missing without git, and takes an old one for none', async () => {
    const old = s.script(join(s.outside, 'old', 'git'), 'echo git version 2.20.1');
    chmodSync(old, 0o755);
    const env = { ...s.env, PATH: join(s.outside, 'old') };
    await expect(make({ env }).version()).rejects.toMatchObject({ code: 'missing_dependency', hint: expect.stringContaining('2.35') });
  });
});

describe('trust', () => {
  it('is given to just the named repository, to all below a folder, and to linked trees', async () => {
    const other = join(s.root, 'repo2');
    s.gitIn(s.root, 'clone', '--quiet', s.repo, other);
    const linked = join(s.root, 'linked');
    s.git('worktree', 'add', '--quiet', '--detach', linked);
    symlinkSync(s.repo, join(s.root, 'alias'));
    const trust = async (trusted: string[], path: string) => (await make({ trusted }).open(path)).trusted;
    expect(await trust([s.repo], s.repo)).toBe(true);
    expect(await trust([join(s.root, 'alias')], s.repo)).toBe(true);
    expect(await trust([s.repo], linked)).toBe(true);
    expect(await trust([s.repo], other)).toBe(false);
    expect(await trust([s.root], s.repo)).toBe(false);
    expect(await trust([`${s.root}/*`], other)).toBe(true);
    expect(await trust([`${s.outside}/*`, join(s.root, 'none')], other)).toBe(false);
    expect(await trust([], s.repo)).toBe(false);
  });

  it('does not widen the roots', async () => {
    const trusting = make({ trusted: [s.outside, s.repo, `${s.base}/*`] });
    s.gitIn(s.outside, 'init', '--quiet');
    await expect(trusting.open(s.outside)).rejects.toMatchObject({ code: 'forbidden' });
    writeFileSync(join(s.repo, '.git', 'objects', 'info', 'alternates'), `${s.outside}\n`);
    await expect(trusting.open(s.repo)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('lets a trusted local remote run its hooks', async () => {
    const remote = join(s.root, 'remote.git');
    s.gitIn(s.root, 'clone', '--quiet', '--bare', s.repo, remote);
    s.git('remote', 'add', 'origin', remote);
    s.script(join(remote, 'hooks', 'post-update'), s.touch);
    const push = async (runner: Git, to: string) => {
      const repository = await runner.open(s.repo);
      await repository.run(['push', 'origin', `main:${to}`], { access: 'write', remote: await repository.remote('origin', 'push') });
    };
    await push(git, 'one');
    expect(s.marked()).toBe(false);
    await push(make({ trusted: [remote] }), 'two');
    expect(s.marked()).toBe(true);
  });
});

describe('opening', () => {
  it('finds the repository from below, and narrows to a call’s roots', async () => {
    mkdirSync(join(s.repo, 'a', 'b'), { recursive: true });
    expect(await git.open(join(s.repo, 'a', 'b'))).toMatchObject({
      top: s.repo,
      gitDir: join(s.repo, '.git'),
      commonDir: join(s.repo, '.git'),
    });
    expect(await git.open(join(s.repo, 'file.txt'))).toMatchObject({ top: s.repo });
    const narrow = await s.roots.narrow([join(s.repo, 'a')]);
    await expect(git.open(join(s.repo, 'a', 'b'), { roots: narrow })).rejects.toMatchObject({ code: 'not_found' });
    await expect(git.open(s.repo, { roots: createRoots({ env: {}, cwd: '/', home: '/root' }) })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('takes a damaged .git for what it is', async () => {
    for (const [name, text, expected] of [
      ['empty', '', 'invalid_input'],
      ['words', 'hello', 'invalid_input'],
      ['lost', 'gitdir: ../nowhere', 'not_found'],
      ['folder', `gitdir: ${s.root}`, 'not_found'],
      ['huge', 'x'.repeat(100_000), 'too_large'],
    ] as const) {
      mkdirSync(join(s.root, name));
      writeFileSync(join(s.root, name, '.git'), text);
      await expect(git.open(join(s.root, name)), name).rejects.toMatchObject({ code: expected });
    }
    mkdirSync(join(s.root, 'hollow', '.git'), { recursive: true });
    await expect(git.open(join(s.root, 'hollow'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('reads config and remotes', async () => {
    s.git('remote', 'add', 'origin', 'https://example.com/x');
    s.git('remote', 'set-url', '--push', 'origin', 'https://push.example.com/x');
    const repository = await git.open(s.repo);
    expect(repository.remotes()).toEqual(['origin']);
    expect(await repository.remoteUrls('origin', 'push')).toEqual(['https://push.example.com/x']);
    await expect(repository.remoteUrls('none', 'fetch')).rejects.toMatchObject({ code: 'not_found' });
    await expect((await make({ resolve: async () => [] }).open(s.repo)).remote('origin', 'fetch')).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('judges the remotes that a partial clone would ask as well', async () => {
    s.git('remote', 'add', 'origin', s.repo);
    s.git('remote', 'add', 'promised', s.outside);
    expect((await (await git.open(s.repo)).remote('origin', 'fetch')).protocols).toBe('file');
    s.git('config', 'remote.promised.promisor', 'true');
    await expect((await git.open(s.repo)).remote('origin', 'fetch')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('tells what is unfinished', async () => {
    const state = async () => (await git.open(s.repo)).unfinished();
    expect(await state()).toBeUndefined();
    for (const [file, name] of [
      ['BISECT_LOG', 'bisect'],
      ['REVERT_HEAD', 'revert'],
      ['CHERRY_PICK_HEAD', 'cherry_pick'],
      ['MERGE_HEAD', 'merge'],
      ['rebase-apply/x', 'rebase'],
      ['rebase-apply/applying', 'am'],
      ['rebase-merge/x', 'rebase'],
    ] as const) {
      s.write(join('.git', file), '');
      expect(await state(), file).toBe(name);
    }
  });
});
