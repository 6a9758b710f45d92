import { existsSync, readFileSync } from 'node:fs';
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
const head = (revision = 'HEAD') => d.git('rev-parse', revision).trim();

/** Both branches change the same line of other.txt. */
const diverge = (): void => {
  d.write('other.txt', 'main\n');
  d.git('commit', '--quiet', '-am', 'on main');
};

describe('branches and tags', () => {
  it('creates, switches, renames, lists and deletes branches', async () => {
    expect(await d.call('branch_create', { name: 'feature/x', from: 'HEAD~1', switch: true })).toMatchObject({
      commit: head('main~1'),
      switched: true,
    });
    expect(await d.call('branch_switch', { to: 'main' })).toMatchObject({ branch: 'main', from: 'feature/x', created: false });
    expect(await d.call('branch_switch', { to: 'HEAD~1', detach: true })).toMatchObject({ head: head('main~1') });
    expect((await d.call<{ branch?: string }>('status')).branch).toBeUndefined();
    await d.call('branch_switch', { to: 'main' });
    await d.call('branch_rename', { from: 'feature/x', to: 'feature/y' });
    const names = async (args: object) =>
      (await d.call<{ branches: { name: string }[] }>('branch_list', { ...args })).branches.map(({ name }) => name).toSorted();
    expect(await names({})).toEqual(['feature/y', 'main', 'side']);
    expect(await names({ merged_into: 'main' })).toEqual(['feature/y', 'main']);
    expect(await names({ not_merged_into: 'main' })).toEqual(['side']);
    expect(await names({ contains: 'main' })).toEqual(['main']);
    expect(await d.call('branch_list', { limit: 1, sort: 'name' })).toMatchObject({ truncated: true });
    expect(await d.refusal('branch_create', { name: 'main' })).toMatchObject({ code: 'conflict' });
    expect(await d.refusal('branch_switch', { to: 'nowhere' })).toMatchObject({ code: 'not_found' });
    expect(await d.refusal('branch_switch', { to: 'v1^{}' })).toMatchObject({ code: 'invalid_input' });
    expect(await d.text('branch_list')).toContain('* main');
  });

  it('refuses to switch over changes that would be lost', async () => {
    d.write('other.txt', 'mine\n');
    expect(await d.refusal('branch_switch', { to: 'side' })).toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('stash_save'),
    });
    expect(text('other.txt')).toBe('mine\n');
  });

  it('deletes an unmerged branch only by force, shows what is only there, and brings it back', async () => {
    expect(await d.refusal('branch_delete', { name: 'side' })).toMatchObject({ code: 'conflict', details: { only_here: 1 } });
    const asked = await openDesk(server, { confirm: 'plan' }, d);
    expect(JSON.stringify(await asked.refusal('branch_delete', { name: 'side', force: true }))).toMatch(/only there: \w+ on side/);
    await asked.session.close();
    const side = head('side');
    const { undo } = await d.call<{ undo: string }>('branch_delete', { name: 'side', force: true });
    expect(d.tryGit('rev-parse', '--verify', 'side').code).not.toBe(0);
    // kept although nothing else leads there
    d.git('reflog', 'expire', '--expire=all', '--all');
    d.git('gc', '--quiet', '--prune=now');
    await d.call('undo_restore', { id: undo });
    expect(head('side')).toBe(side);
    expect(await d.refusal('undo_restore', { id: undo })).toMatchObject({ code: 'conflict' });
    expect(await d.refusal('branch_delete', { name: 'gone' })).toMatchObject({ code: 'not_found' });
    await d.call('branch_create', { name: 'same' });
    expect(await d.call('branch_delete', { name: 'same' })).toMatchObject({ only_here: 0 });
    expect((await d.refusal('branch_delete', { name: 'main' })).code).toBe('conflict');
  });

  it('creates, lists and deletes tags, annotated ones too', async () => {
    await d.call('tag_create', { name: 'v1.9.0', ref: 'HEAD~1' });
    await d.call('tag_create', { name: 'v1.10.0', message: 'Ten\n\n# not a comment' });
    expect(await d.call('tag_list', { sort: 'version' })).toMatchObject({
      tags: [
        { name: 'v1.10.0', annotated: true, tagger: 'Ada', message: 'Ten\n\n# not a comment', commit: head() },
        { name: 'v1.9.0', annotated: false, commit: head('HEAD~1') },
      ],
    });
    expect(await d.call('tag_list', { pattern: 'v1.9*' })).toMatchObject({ tags: [{ name: 'v1.9.0' }] });
    expect(await d.call('tag_list', { contains: 'HEAD', limit: 1 })).toMatchObject({ tags: [{ name: 'v1.10.0' }] });
    expect(await d.refusal('tag_create', { name: 'v1.9.0' })).toMatchObject({ code: 'conflict' });
    const was = head('refs/tags/v1.10.0');
    const { undo } = await d.call<{ undo: string }>('tag_delete', { name: 'v1.10.0' });
    d.git('gc', '--quiet', '--prune=now');
    await d.call('undo_restore', { id: undo });
    expect(head('refs/tags/v1.10.0')).toBe(was);
    expect(await d.refusal('tag_delete', { name: 'v9' })).toMatchObject({ code: 'not_found' });
    expect(await d.text('tag_list')).toContain('v1.10.0');
  });
});

describe('merge', () => {
  it('merges, fast-forwards, says when there is nothing to do, and undoes', async () => {
    const before = head();
    const merged = await d.call<{ undo: string }>('merge', { ref: 'side', message: 'Bring side in' });
    expect(merged).toMatchObject({ status: 'done', conflicts: [] });
    expect(d.git('log', '-1', '--format=%s').trim()).toBe('Bring side in');
    expect(await d.call('merge', { ref: 'side' })).toMatchObject({ status: 'up_to_date' });
    await d.call('undo_restore', { id: merged.undo });
    expect(head()).toBe(before);
    await d.call('branch_switch', { to: 'HEAD~1', detach: true });
    expect(await d.call('merge', { ref: 'side', fast_forward: 'only' })).toMatchObject({ status: 'fast_forwarded', head: head('side') });
    await d.call('branch_switch', { to: 'main' });
    expect(await d.refusal('merge', { ref: 'side', fast_forward: 'only' })).toMatchObject({ code: 'conflict' });
    expect(await d.call('merge', { ref: 'side', squash: true })).toMatchObject({ status: 'done' });
    expect(await d.call('status')).toMatchObject({ staged: [{ path: 'other.txt' }] });
  });

  it('previews without leaving anything behind', async () => {
    expect(await d.call('merge_preview', { ref: 'side' })).toMatchObject({
      clean: true,
      conflicts: [],
      commits: 1,
      files: 1,
      fast_forward: false,
    });
    diverge();
    const objects = d.git('count-objects');
    expect(await d.call('merge_preview', { ref: 'side' })).toMatchObject({ clean: false, conflicts: ['other.txt'] });
    expect(d.git('count-objects')).toBe(objects);
    expect(await d.call('status')).toMatchObject({ clean: true });
    expect(await d.text('merge_preview', { ref: 'side' })).toContain('would conflict');
  });

  it('gives conflicts as data, with sides, and resolves by side or by hand', async () => {
    diverge();
    const merge = await d.call('merge', { ref: 'side' });
    expect(merge).toMatchObject({ status: 'conflict', conflicts: [{ path: 'other.txt', kind: 'both_modified', regions: 1 }] });
    expect(await d.call('status')).toMatchObject({ unfinished: 'merge', conflicted: [{ path: 'other.txt', kind: 'both_modified' }] });
    expect(await d.call('conflict_list', { sides: true })).toMatchObject({
      unfinished: 'merge',
      conflicts: [{ base: 'base\n', ours: 'main\n', theirs: 'side\n' }],
    });
    expect(await d.text('conflict_list', { sides: true })).toMatch(/\[theirs\]\nside/);
    expect(await d.refusal('merge', { ref: 'side' })).toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('operation_continue'),
    });
    expect(await d.refusal('conflict_resolve', { paths: ['other.txt'], take: 'edited' })).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('markers'),
    });
    expect(await d.refusal('conflict_resolve', { paths: ['file.txt'], take: 'ours' })).toMatchObject({ code: 'invalid_input' });
    expect(await d.call('operation_continue')).toMatchObject({ status: 'conflict' });
    expect(await d.call('conflict_resolve', { paths: ['other.txt'], take: 'theirs' })).toMatchObject({ resolved: ['other.txt'], left: [] });
    expect(await d.call('operation_continue')).toMatchObject({ status: 'done', operation: 'merge' });
    expect(text('other.txt')).toBe('side\n');
    expect(d.git('log', '-1', '--format=%P').trim().split(' ')).toHaveLength(2);
    expect(await d.refusal('operation_continue')).toMatchObject({ code: 'conflict' });
    expect(await d.refusal('operation_abort')).toMatchObject({ code: 'conflict' });
  });

  it('takes the edited file, and the side that deleted', async () => {
    d.write('gone.txt', 'gone\n');
    d.git('add', '-A');
    d.git('commit', '--quiet', '-m', 'gone');
    d.git('switch', '--quiet', '-c', 'deleter');
    d.git('rm', '--quiet', 'gone.txt');
    d.write('other.txt', 'deleter\n');
    d.git('commit', '--quiet', '-am', 'delete');
    d.git('switch', '--quiet', 'main');
    d.write('gone.txt', 'changed\n');
    diverge();
    expect(await d.call('merge', { ref: 'deleter' })).toMatchObject({
      status: 'conflict',
      conflicts: [{ path: 'gone.txt', kind: 'deleted_by_them' }, { path: 'other.txt' }],
    });
    d.write('other.txt', 'by hand\n');
    await d.call('conflict_resolve', { paths: ['other.txt'], take: 'edited' });
    await d.call('conflict_resolve', { paths: ['gone.txt'], take: 'theirs' });
    expect(await d.call('operation_continue')).toMatchObject({ status: 'done' });
    expect(existsSync(join(d.repo, 'gone.txt'))).toBe(false);
    expect(text('other.txt')).toBe('by hand\n');
  });

  it('prefers a side where told to', async () => {
    diverge();
    expect(await d.call('merge', { ref: 'side', prefer: 'theirs' })).toMatchObject({ status: 'done' });
    expect(text('other.txt')).toBe('side\n');
  });

  it('gives up, keeping the resolutions in an undo point', async () => {
    diverge();
    const before = head();
    await d.call('merge', { ref: 'side' });
    d.write('other.txt', 'half resolved\n');
    const asked = await openDesk(server, { confirm: 'plan' }, d);
    expect(await asked.refusal('operation_abort')).toMatchObject({ code: 'confirmation_required' });
    await asked.session.close();
    const { undo } = await d.call<{ undo: string }>('operation_abort');
    expect(head()).toBe(before);
    expect(text('other.txt')).toBe('main\n');
    await d.call('undo_restore', { id: undo });
    expect(text('other.txt')).toBe('half resolved\n');
  });
});

describe('rebase, cherry-pick and revert', () => {
  it('rebases after a plan, and undoes', async () => {
    await d.call('branch_switch', { to: 'side' });
    const before = head();
    const asked = await openDesk(server, { confirm: 'plan' }, d);
    expect(JSON.stringify(await asked.refusal('rebase', { upstream: 'main' }))).toMatch(/replay \w+ on side/);
    await asked.session.close();
    const { undo } = await d.call<{ undo: string }>('rebase', { upstream: 'main' });
    expect(head('HEAD~1')).toBe(head('main'));
    await d.call('undo_restore', { id: undo });
    expect(head()).toBe(before);
    expect(await d.call('rebase', { upstream: 'main', onto: 'main~1', keep_merges: true })).toMatchObject({
      status: expect.stringMatching(/done|up_to_date/),
    });
    d.write('other.txt', 'dirty\n');
    expect(await d.refusal('rebase', { upstream: 'main' })).toMatchObject({ code: 'conflict' });
  });

  it('stops at conflicts, goes on and skips', async () => {
    diverge();
    await d.call('branch_switch', { to: 'side' });
    d.write('second.txt', 'second\n');
    d.git('add', '-A');
    d.git('commit', '--quiet', '-m', 'second on side');
    expect(await d.call('rebase', { upstream: 'main' })).toMatchObject({ status: 'conflict', conflicts: [{ path: 'other.txt' }] });
    expect(await d.refusal('undo_restore', { id: (await d.call<{ points: { id: string }[] }>('undo_list')).points[0]?.id })).toMatchObject({
      code: 'conflict',
    });
    d.write('other.txt', 'both\n');
    await d.call('add', { paths: ['other.txt'] });
    expect(await d.call('operation_continue')).toMatchObject({ status: 'done', operation: 'rebase' });
    expect(d.git('log', '--format=%s', 'main..').trim()).toBe('second on side\non side');
    await d.call('reset', { to: 'ORIG_HEAD', mode: 'hard' });
    await d.call('rebase', { upstream: 'main' });
    expect(await d.call('operation_continue', { skip: true })).toMatchObject({ status: 'done' });
    expect(d.git('log', '--format=%s', 'main..').trim()).toBe('second on side');
  });

  it('picks and reverts commits', async () => {
    expect(await d.call('cherry_pick', { commits: ['side'], mention: true })).toMatchObject({ status: 'done' });
    expect(d.git('log', '-1', '--format=%B')).toContain('cherry picked from commit');
    expect(await d.call('cherry_pick', { commits: ['side'] })).toMatchObject({ status: 'stopped' });
    expect(await d.call('operation_continue', { skip: true })).toMatchObject({ status: 'done' });
    expect(await d.call('revert', { commits: ['HEAD'] })).toMatchObject({ status: 'done' });
    expect(text('other.txt')).toBe('base\n');
    expect(await d.call('revert', { commits: ['HEAD'], no_commit: true })).toMatchObject({ status: 'done' });
    expect(await d.call('status')).toMatchObject({ staged: [{ path: 'other.txt' }] });
    await d.call('reset', { mode: 'hard' });
    diverge();
    expect(await d.call('cherry_pick', { commits: ['side'] })).toMatchObject({ status: 'conflict' });
    expect(await d.call('operation_abort')).toMatchObject({ operation: 'cherry_pick' });
    d.git('merge', '--quiet', '-s', 'ours', '--no-edit', 'side');
    expect(await d.refusal('revert', { commits: ['HEAD'] })).toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('mainline'),
    });
    expect(await d.call('revert', { commits: ['HEAD'], mainline: 1 })).toMatchObject({ status: 'up_to_date' });
  });
});

describe('working trees', () => {
  it('adds, lists, uses and removes one', async () => {
    const path = join(d.root, 'linked');
    expect(await d.call('worktree_add', { path, branch: 'side' })).toMatchObject({ path, branch: 'side' });
    expect(await d.call('worktree_list')).toMatchObject({
      worktrees: [
        { path: d.repo, main: true, branch: 'main' },
        { path, branch: 'side', main: false },
      ],
    });
    expect(await d.call('status', { repo: path })).toMatchObject({ branch: 'side', clean: true });
    expect(await d.call('branch_list')).toMatchObject({
      branches: expect.arrayContaining([expect.objectContaining({ name: 'side', worktree: path })]),
    });
    expect(await d.refusal('branch_switch', { to: 'side' })).toMatchObject({ code: 'conflict' });
    d.write('../linked/other.txt', 'unsaved\n');
    d.write('../linked/new.txt', 'unsaved too\n');
    expect(await d.refusal('worktree_remove', { path })).toMatchObject({ code: 'conflict' });
    const asked = await openDesk(server, { confirm: 'plan' }, d);
    expect(JSON.stringify(await asked.refusal('worktree_remove', { path, force: true }))).toContain('uncommitted: other.txt');
    await asked.session.close();
    const { undo } = await d.call<{ undo: string }>('worktree_remove', { path, force: true });
    expect(existsSync(path)).toBe(false);
    await d.call('undo_restore', { id: undo });
    expect(await d.call('stash_show')).toMatchObject({ files: [{ path: 'other.txt' }], untracked: ['new.txt'] });
    await d.call('worktree_add', { path, new_branch: 'fresh', ref: 'HEAD~1' });
    await d.call('worktree_remove', { path });
    await d.call('worktree_add', { path });
    expect(await d.refusal('worktree_add', { path })).toMatchObject({ code: 'conflict' });
    expect(await d.refusal('worktree_add', { path: join(d.outside, 'x') })).toMatchObject({ code: 'forbidden' });
    expect(await d.refusal('worktree_add', { path: join(d.repo, '.git', 'x') })).toMatchObject({ code: 'invalid_input' });
    expect(await d.refusal('worktree_remove', { path: d.repo })).toMatchObject({ code: 'invalid_input' });
    expect(await d.refusal('worktree_remove', { path: d.root })).toMatchObject({ code: 'not_found' });
    d.git('worktree', 'lock', path);
    expect(await d.refusal('worktree_remove', { path })).toMatchObject({ code: 'conflict' });
    expect(await d.text('worktree_list')).toContain('locked');
  });
});

describe('plans', () => {
  it('show what every destructive call would do, and do nothing', async () => {
    d.write('file.txt', 'changed\n');
    d.git('stash', 'push', '--quiet', '-m', 'put away');
    d.write('file.txt', 'changed\n');
    d.git('tag', 'v1');
    const { undo } = await d.call<{ undo: string }>('reset', { mode: 'mixed' });
    const asked = await openDesk(server, { confirm: 'plan' }, d);
    const before = d.git('for-each-ref') + d.git('status', '--porcelain');
    for (const [tool, args, expected] of [
      ['restore', { paths: ['file.txt'] }, /file\.txt loses \+1 -4/],
      ['stash_drop', { index: 0 }, /put away/],
      ['tag_delete', { name: 'v1' }, /delete v1/],
      ['undo_restore', { id: undo }, /uncommitted changes of now are kept/],
      ['reset', { mode: 'hard' }, /loses changes: file\.txt/],
      ['branch_delete', { name: 'side' }, /only there/],
    ] as const) {
      const refusal = await asked.refusal(tool, args);
      expect(refusal.code, tool).toBe('confirmation_required');
      expect(JSON.stringify(refusal.details), tool).toMatch(expected);
    }
    expect(d.git('for-each-ref') + d.git('status', '--porcelain')).toBe(before);
    await asked.session.close();
  });

  it('are refused where there is nothing to do', async () => {
    const asked = await openDesk(server, { confirm: 'plan' }, d);
    for (const [tool, args, code] of [
      ['operation_abort', {}, 'conflict'],
      ['stash_drop', { index: 0 }, 'not_found'],
      ['tag_delete', { name: 'none' }, 'not_found'],
      ['undo_restore', { id: 'none' }, 'not_found'],
    ] as const)
      expect((await asked.refusal(tool, args)).code, tool).toBe(code);
    await asked.session.close();
  });
});

describe('undo points', () => {
  it('lists them and refuses what does not fit', async () => {
    const { undo } = await d.call<{ undo: string }>('reset', { mode: 'mixed' });
    expect(await d.call('undo_list')).toMatchObject({
      points: [{ id: undo, operation: 'reset', branch: 'main', head: head(), files: false }],
    });
    expect(await d.text('undo_list')).toContain(undo);
    await d.call('branch_switch', { to: 'side' });
    expect(await d.refusal('undo_restore', { id: undo })).toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('branch_switch'),
    });
    for (const id of ['nothing', '../../heads/main', '--help'])
      expect(await d.refusal('undo_restore', { id })).toMatchObject({ code: 'not_found' });
  });

  it('believes nothing that a planted undo point says', async () => {
    const plant = (id: string, point: object) => {
      const commit = d.git('commit-tree', '-m', 'undo', '-m', JSON.stringify(point), 'HEAD^{tree}').trim();
      d.git('update-ref', `refs/deployment-engine/undo/${id}`, commit);
    };
    plant('1-a', { operation: 'branch-delete', refs: [{ ref: '--output=x', id: head() }] });
    plant('1-b', { operation: 'branch-delete', refs: [{ ref: 'refs/heads/../../config', id: head() }] });
    plant('1-c', { operation: 'reset', head: '--hard' });
    plant('1-d', { operation: 'run', head: head() });
    expect(await d.call('undo_list')).toMatchObject({ points: [] });
    plant('1-e', { operation: 'restore', paths: ['../../outside/x'], snapshot: head('side') });
    expect(await d.refusal('undo_restore', { id: '1-e' })).toMatchObject({ code: 'invalid_input' });
    expect(existsSync(join(d.outside, 'x'))).toBe(false);
  });
});
