import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Desk, openDesk } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { server } from './server.ts';

let d: Desk;
beforeEach(async () => {
  d = await openDesk(server);
});
afterEach(() => d.close());

const text = (path: string) => readFileSync(join(d.repo, path), 'utf8');

describe('status', () => {
  it('tells branch, changes of every kind and untracked files', async () => {
    d.write('new file.txt', 'new\n');
    d.write('file.txt', 'changed\n');
    d.git('mv', 'other.txt', 'renamed.txt');
    d.write('staged ü.txt', 'x\n');
    d.git('add', 'staged ü.txt');
    expect(await d.call('status')).toMatchObject({
      top: d.repo,
      branch: 'main',
      clean: false,
      trusted: false,
      staged: expect.arrayContaining([
        { path: 'renamed.txt', change: 'renamed', from: 'other.txt' },
        { path: 'staged ü.txt', change: 'added' },
      ]),
      unstaged: [{ path: 'file.txt', change: 'modified' }],
      untracked: ['new file.txt'],
      counts: { staged: 2, unstaged: 1, untracked: 1, conflicted: 0, stashes: 0 },
      truncated: false,
    });
    expect(await d.text('status')).toMatch(/2 staged, 1 changed, 1 untracked[\s\S]*untracked new file\.txt/);
  });

  it('is clean on a clean tree, works from a subfolder, and cuts long lists', async () => {
    expect(await d.call('status')).toMatchObject({ clean: true });
    for (let at = 0; at < 5; at++) d.write(`many/${at}`, '');
    const cut = await d.call('status', { repo: join(d.repo, 'many'), limit: 2 });
    expect(cut).toMatchObject({ top: d.repo, truncated: true, counts: { untracked: 5 } });
    expect(cut['untracked']).toHaveLength(2);
    expect(await d.call('status', { untracked: 'folders' })).toMatchObject({ untracked: ['many/'] });
    expect(await d.call('status', { untracked: 'none' })).toMatchObject({ untracked: [], clean: true });
  });

  it('takes no lock and leaves the index alone', async () => {
    const index = join(d.repo, '.git', 'index');
    // git would refresh the index for a file whose time changed
    writeFileSync(join(d.repo, 'file.txt'), text('file.txt'));
    const before = statSync(index, { bigint: true });
    await d.call('status');
    await d.call('diff');
    expect(statSync(index, { bigint: true }).mtimeNs).toBe(before.mtimeNs);
    expect(statSync(index, { bigint: true }).ino).toBe(before.ino);
    writeFileSync(`${index}.lock`, '');
    expect(await d.call('status')).toMatchObject({ branch: 'main' });
    expect(await d.refusal('add', { all: true })).toMatchObject({ code: 'conflict' });
  });
});

describe('add, unstage and commit', () => {
  it('stages by path, by wildcard and all, and commits', async () => {
    d.write('a.ts', 'a\n');
    d.write('deep/b.ts', 'b\n');
    d.write('c.md', 'c\n');
    expect(await d.call('add', { paths: ['**/*.ts'] })).toMatchObject({ total: 2 });
    expect(await d.call('unstage', { paths: ['a.ts'] })).toMatchObject({ staged: [{ path: 'deep/b.ts', change: 'added' }] });
    const made = await d.call<{ commit: { id: string } }>('commit', {
      message: 'Add b\n\nBecause.',
      author: 'Grace <grace@example.com>',
      sign_off: true,
    });
    expect(made).toMatchObject({
      branch: 'main',
      commit: {
        subject: 'Add b',
        author: 'Grace',
        body: 'Because.\n\nSigned-off-by: Ada <ada@example.com>',
        stat: { files: 1, insertions: 1, deletions: 0 },
      },
    });
    expect(made.commit.id).toBe(d.git('rev-parse', 'HEAD').trim());
    await d.call('add', { all: true });
    await d.call('unstage');
    expect(await d.call('status')).toMatchObject({ counts: { staged: 0, untracked: 2 } });
    d.write('file.txt', 'later\n');
    await d.call('commit', { message: 'All tracked', all: true });
    expect(d.git('show', '--stat', '--format=', 'HEAD')).toContain('file.txt');
  });

  it('keeps the message as it is, comment signs included', async () => {
    d.write('file.txt', 'x\n');
    await d.call('commit', { message: 'Subject\n\n#12 is not a comment', all: true });
    expect(d.git('log', '-1', '--format=%B').trim()).toBe('Subject\n\n#12 is not a comment');
  });

  it('stages deletions and files whose names look like magic or options', async () => {
    const names = [':(attr:x)y', '-rf', '[a]*.txt', ':!not'];
    for (const name of names) d.write(name, 'x\n');
    d.tryGit('rm', '--quiet', '--cached', 'other.txt');
    await d.call('add', { paths: [':(attr:x)y', '-rf', ':!not'] });
    expect((await d.call<{ staged: { path: string }[] }>('status')).staged.map(({ path }) => path)).toEqual(
      expect.arrayContaining([':(attr:x)y', '-rf', ':!not']),
    );
  });

  it('amends with an undo point that brings the old commit back', async () => {
    const old = d.git('rev-parse', 'HEAD').trim();
    const amended = await d.call<{ undo: string }>('commit', { message: 'Second, better', amend: true });
    expect(d.git('rev-parse', 'HEAD').trim()).not.toBe(old);
    await d.call('undo_restore', { id: amended.undo });
    expect(d.git('rev-parse', 'HEAD').trim()).toBe(old);
  });

  it('refuses an empty commit, a missing message, open conflicts and contradictions', async () => {
    expect(await d.refusal('commit', { message: 'x' })).toMatchObject({ code: 'conflict', message: 'Nothing is staged.' });
    expect(await d.refusal('commit')).toMatchObject({ code: 'invalid_input' });
    expect(await d.refusal('add')).toMatchObject({ code: 'invalid_input' });
    expect(await d.refusal('add', { paths: ['x'], all: true })).toMatchObject({ code: 'invalid_input' });
    expect(await d.refusal('add', { paths: ['nothing.txt'] })).toMatchObject({ code: 'not_found' });
    await d.call('commit', { message: 'Empty on purpose', allow_empty: true });
    d.write('other.txt', 'main\n');
    d.git('commit', '--quiet', '-am', 'diverge');
    d.tryGit('merge', 'side');
    expect(await d.refusal('commit', { message: 'x' })).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('in conflict'),
    });
  });

  it('says what to do when nobody says who commits, and takes the configured identity', async () => {
    writeFileSync(join(d.home, '.gitconfig'), '[user]\n\tuseConfigOnly = true\n');
    d.write('file.txt', 'x\n');
    expect(await d.refusal('commit', { message: 'x', all: true })).toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('identity'),
    });
    const named = await openDesk(server, { config: { identity: { name: 'Bot', email: 'bot@example.com' } } });
    writeFileSync(join(named.home, '.gitconfig'), '');
    named.write('file.txt', 'x\n');
    expect(await named.call('commit', { message: 'x', all: true })).toMatchObject({ commit: { author: 'Bot', email: 'bot@example.com' } });
    await named.close();
  });
});

describe('restore, reset and clean', () => {
  it('discards changes of files and brings them back', async () => {
    d.write('file.txt', 'mine\n');
    d.git('add', 'file.txt');
    d.write('file.txt', 'mine, later\n');
    d.git('rm', '--quiet', 'other.txt');
    const { undo } = await d.call<{ undo: string }>('restore', { paths: ['.'] });
    expect(text('file.txt')).toBe('one\ntwo\nthree\nfour\n');
    expect(await d.call('status')).toMatchObject({ clean: true });
    await d.call('undo_restore', { id: undo });
    expect(text('file.txt')).toBe('mine, later\n');
    expect(d.git('show', ':file.txt')).toBe('mine\n');
    expect(existsSync(join(d.repo, 'other.txt'))).toBe(false);
    expect(await d.call('restore', { paths: ['nothing-changed'] })).toMatchObject({ restored: [] });
  });

  it('shows what a hard reset would lose, loses it, and brings it back', async () => {
    d.write('file.txt', 'precious\n');
    d.write('staged.txt', 'staged\n');
    d.git('add', 'staged.txt');
    const was = d.git('rev-parse', 'HEAD').trim();
    const asked = await openDesk(server, { confirm: 'plan' }, d);
    const plan = await asked.refusal('reset', { to: 'HEAD~1', mode: 'hard' });
    expect(plan).toMatchObject({ code: 'confirmation_required' });
    expect(JSON.stringify(plan.details)).toMatch(/leaves the branch: \w+ second/);
    expect(JSON.stringify(plan.details)).toMatch(/loses changes: file\.txt/);
    expect(text('file.txt')).toBe('precious\n');
    const { undo } = await d.call<{ undo: string }>('reset', { to: 'HEAD~1', mode: 'hard' });
    expect(text('file.txt')).toBe('one\ntwo\nthree\n');
    expect(existsSync(join(d.repo, 'staged.txt'))).toBe(false);
    expect(await d.call('undo_restore', { id: undo })).toMatchObject({
      conflicts: [],
      skipped: [],
      restored: [expect.stringContaining('HEAD'), 'uncommitted changes'],
    });
    expect(d.git('rev-parse', 'HEAD').trim()).toBe(was);
    expect(text('file.txt')).toBe('precious\n');
    expect(d.git('diff', '--cached', '--name-only').trim()).toBe('staged.txt');
    await asked.session.close();
  });

  it('carries out exactly the plan that was shown', async () => {
    const asked = await openDesk(server, { confirm: 'plan' }, d);
    d.write('junk.txt', 'junk\n');
    const first = await asked.refusal('clean');
    const token = (first.details as { plan_token: string }).plan_token;
    d.write('later.txt', 'came after the plan\n');
    expect(await asked.refusal('clean', { plan_token: token })).toMatchObject({ code: 'conflict' });
    expect(existsSync(join(d.repo, 'junk.txt'))).toBe(true);
    const second = (await asked.refusal('clean')).details as { plan_token: string };
    expect(await asked.call('clean', { plan_token: second.plan_token })).toMatchObject({ total: 2 });
    await asked.session.close();
  });

  it('resets softly and mixed, keeping the files', async () => {
    await d.call('reset', { to: 'HEAD~1', mode: 'soft' });
    expect(await d.call('status')).toMatchObject({ staged: [{ path: 'file.txt', change: 'modified' }] });
    await d.call('reset', { mode: 'mixed' });
    expect(await d.call('status')).toMatchObject({ staged: [], unstaged: [{ path: 'file.txt', change: 'modified' }] });
  });

  it('deletes untracked files, keeps ignored ones unless told, and brings them back', async () => {
    d.write('.gitignore', '*.log\n');
    d.git('add', '.gitignore');
    d.git('commit', '--quiet', '-m', 'ignore');
    for (const name of ['junk/a.txt', 'junk/[b].txt', 'c.log', 'deep/d.log']) d.write(name, name);
    const { undo } = await d.call<{ undo: string }>('clean');
    expect(['junk/a.txt', 'junk/[b].txt', 'c.log', 'deep/d.log'].map((name) => existsSync(join(d.repo, name)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    await d.call('clean', { ignored: 'only', paths: ['deep'] });
    expect(existsSync(join(d.repo, 'deep/d.log'))).toBe(false);
    expect(existsSync(join(d.repo, 'c.log'))).toBe(true);
    d.write('junk/a.txt', 'another now');
    expect(await d.call('undo_restore', { id: undo })).toMatchObject({ skipped: ['junk/a.txt'], restored: ['1 untracked file(s)'] });
    expect(text('junk/[b].txt')).toBe('junk/[b].txt');
    expect(text('junk/a.txt')).toBe('another now');
    expect(await d.call('clean', { ignored: 'also' })).toMatchObject({ total: 3 });
    expect(await d.call('clean')).toMatchObject({ total: 0, deleted: [] });
  });

  it('never deletes a nested repository, and refuses more than it can keep', async () => {
    d.write('nested/x', 'x');
    d.gitIn(join(d.repo, 'nested'), 'init', '--quiet');
    d.gitIn(join(d.repo, 'nested'), 'add', '.');
    d.gitIn(join(d.repo, 'nested'), 'commit', '--quiet', '-m', 'x');
    expect(await d.call('clean', { ignored: 'also' })).toMatchObject({ total: 0 });
    expect(existsSync(join(d.repo, 'nested', '.git'))).toBe(true);
    const small = await openDesk(server, { config: { undo: { maxMegabytes: 1 } } }, d);
    d.write('big.bin', 'x'.repeat(2 * 1024 * 1024));
    expect(await small.refusal('clean')).toMatchObject({ code: 'too_large' });
    expect(existsSync(join(d.repo, 'big.bin'))).toBe(true);
    await small.session.close();
  });

  it('keeps only as many undo points as configured', async () => {
    const few = await openDesk(server, { config: { undo: { keep: 2 } } }, d);
    for (let at = 0; at < 4; at++) await few.call('reset', { mode: 'mixed' });
    expect((await few.call<{ points: unknown[] }>('undo_list')).points).toHaveLength(2);
    await few.session.close();
  });
});

describe('stash', () => {
  it('saves, lists, shows, applies, pops and drops', async () => {
    d.write('file.txt', 'stashed\n');
    d.write('new.txt', 'new\n');
    await d.call('stash_save', { message: 'half done' });
    expect(await d.call('status')).toMatchObject({ clean: true, counts: { stashes: 1 } });
    expect(await d.call('stash_list')).toMatchObject({ total: 1, stashes: [{ index: 0, message: 'On main: half done' }] });
    expect(await d.call('stash_show')).toMatchObject({
      files: [{ path: 'file.txt', patch: expect.stringContaining('+stashed') }],
      untracked: ['new.txt'],
    });
    expect(await d.call('stash_apply')).toMatchObject({ status: 'done' });
    expect(text('file.txt')).toBe('stashed\n');
    await d.call('restore', { paths: ['file.txt'] });
    await d.call('clean');
    expect(await d.call('stash_pop')).toMatchObject({ status: 'done', undo: expect.any(String) });
    expect(await d.call('stash_list')).toMatchObject({ total: 0 });
    await d.call('stash_save');
    const { undo } = await d.call<{ undo: string }>('stash_drop', { index: 0 });
    expect(await d.refusal('stash_apply')).toMatchObject({ code: 'not_found' });
    await d.call('undo_restore', { id: undo });
    expect(await d.call('stash_list')).toMatchObject({ total: 1 });
    expect(await d.refusal('stash_drop', { index: 7 })).toMatchObject({ code: 'not_found' });
  });

  it('answers with conflicts and keeps the stash', async () => {
    d.write('file.txt', 'stashed\n');
    await d.call('stash_save');
    expect(await d.refusal('stash_save')).toMatchObject({ code: 'conflict' });
    d.write('file.txt', 'committed\n');
    d.git('commit', '--quiet', '-am', 'in between');
    expect(await d.call('stash_pop')).toMatchObject({
      status: 'conflict',
      conflicts: [{ path: 'file.txt', kind: 'both_modified', regions: 1 }],
    });
    expect(await d.call('stash_list')).toMatchObject({ total: 1 });
  });

  it('keeps staged changes and leaves other paths when told so', async () => {
    d.write('file.txt', 'a\n');
    d.write('other.txt', 'b\n');
    await d.call('stash_save', { paths: ['file.txt'] });
    expect(await d.call('status')).toMatchObject({ unstaged: [{ path: 'other.txt' }] });
    d.git('add', 'other.txt');
    d.write('new.txt', 'n\n');
    await d.call('stash_save', { keep_staged: true });
    expect(await d.call('status')).toMatchObject({ staged: [{ path: 'other.txt' }], untracked: [] });
  });
});
