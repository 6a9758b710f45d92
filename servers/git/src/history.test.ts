import { type Desk, openDesk } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { server } from './server.ts';

interface Log {
  commits: { id: string; subject: string; body: string; refs: string[]; stat?: unknown }[];
  truncated: boolean;
  continue?: string;
}

let d: Desk;
beforeEach(async () => {
  d = await openDesk(server);
});
afterEach(() => d.close());

const subjects = ({ commits }: Log) => commits.map(({ subject }) => subject);

describe('log', () => {
  it('tells commits with author, refs, body and counts', async () => {
    d.write('file.txt', 'x\n');
    d.git('commit', '--quiet', '-am', 'third\n\nwith a body\n\x1f and \x1e odd bytes');
    d.git('tag', '-a', 'v1', '-m', 'one');
    const log = await d.call<Log>('log', { stat: true });
    expect(subjects(log)).toEqual(['third', 'second', 'first']);
    expect(log.commits[0]).toMatchObject({
      author: 'Ada',
      email: 'ada@example.com',
      body: expect.stringContaining('with a body'),
      refs: ['main', 'v1'],
      stat: { files: 1, insertions: 1, deletions: 4 },
    });
    expect(await d.text('log')).toMatch(/3 commit\(s\)[\s\S]*Ada: third \(main, v1\)/);
  });

  it('pages from where it began, whatever is committed meanwhile', async () => {
    for (let at = 0; at < 5; at++) d.git('commit', '--quiet', '--allow-empty', '-m', `c${at}`);
    const first = await d.call<Log>('log', { limit: 3 });
    expect(subjects(first)).toEqual(['c4', 'c3', 'c2']);
    d.git('commit', '--quiet', '--allow-empty', '-m', 'meanwhile');
    const second = await d.call<Log>('log', { limit: 3, continue: first.continue });
    expect(subjects(second)).toEqual(['c1', 'c0', 'second']);
    const third = await d.call<Log>('log', { limit: 3, continue: second.continue });
    expect(subjects(third)).toEqual(['first']);
    expect(third.truncated).toBe(false);
    expect(await d.refusal('log', { continue: '--output=/tmp/x+3' })).toMatchObject({ code: 'invalid_input' });
  });

  it('filters by range, path, rename, author, message, text, time and merges', async () => {
    d.git('mv', 'file.txt', 'moved.txt');
    d.git('commit', '--quiet', '--author', 'Bob [x] <bob@example.com>', '-am', 'moved (100%)');
    d.git('merge', '--quiet', '--no-edit', 'side');
    expect(subjects(await d.call('log', { not_in: 'side', merges: 'exclude' }))).toEqual(['moved (100%)', 'second']);
    expect(subjects(await d.call('log', { paths: ['other.txt'] }))).toEqual(['on side', 'first']);
    expect(subjects(await d.call('log', { paths: ['moved.txt'], follow: true }))).toEqual(['moved (100%)', 'second', 'first']);
    expect(subjects(await d.call('log', { author: 'bob [X]' }))).toEqual(['moved (100%)']);
    expect(subjects(await d.call('log', { grep: '(100%)' }))).toEqual(['moved (100%)']);
    expect(subjects(await d.call('log', { changed: 'four' }))).toContain('second');
    expect(subjects(await d.call('log', { merges: 'only' }))).toEqual(["Merge branch 'side'"]);
    expect(subjects(await d.call('log', { until: '2001-01-01' }))).toEqual([]);
    expect(subjects(await d.call('log', { since: '2001-01-01', first_parent: true }))).toHaveLength(4);
    expect(subjects(await d.call('log', { ref: 'side' }))).toEqual(['on side', 'first']);
    expect(subjects(await d.call('log', { all: true }))).toHaveLength(5);
    expect(await d.refusal('log', { follow: true })).toMatchObject({ code: 'invalid_input' });
  });

  it('is empty before the first commit, and does not show undo points', async () => {
    await d.call('reset', { mode: 'mixed' });
    expect(subjects(await d.call('log', { all: true }))).not.toContain('undo reset');
    expect((await d.call<Log>('log')).commits[0]?.refs).toEqual(['main']);
    await d.call('repo_init', { repo: `${d.root}/fresh` });
    expect(await d.call('log', { repo: `${d.root}/fresh` })).toMatchObject({ commits: [], truncated: false });
    expect(await d.call('status', { repo: `${d.root}/fresh` })).toMatchObject({ branch: 'main', clean: true });
    expect(await d.call('reflog_list', { repo: `${d.root}/fresh` })).toEqual({ entries: [] });
  });
});

describe('diff', () => {
  it('tells the working tree, the index, commits, and what a branch changed', async () => {
    d.write('file.txt', 'ONE\ntwo\nthree\nfour\n');
    expect(await d.call('diff')).toMatchObject({
      totals: { files: 1, insertions: 1, deletions: 1 },
      files: [{ path: 'file.txt', patch: expect.stringMatching(/^@@ .*\n-one\n\+ONE\n/) }],
    });
    d.git('add', '.');
    expect(await d.call('diff')).toMatchObject({ totals: { files: 0 } });
    expect(await d.call('diff', { staged: true })).toMatchObject({ totals: { files: 1 } });
    expect(await d.call('diff', { from: 'HEAD' })).toMatchObject({ totals: { files: 1 } });
    expect(await d.call('diff', { from: 'HEAD~1', to: 'side' })).toMatchObject({ files: [{ path: 'other.txt', change: 'modified' }] });
    expect(await d.call('diff', { from: 'main', to: 'side', merge_base: true })).toMatchObject({ totals: { files: 1 } });
    expect(await d.call('diff', { from: 'main', to: 'side' })).toMatchObject({ totals: { files: 2 } });
    expect(await d.refusal('diff', { to: 'side' })).toMatchObject({ code: 'invalid_input' });
    expect(await d.text('diff')).toContain('No differences.');
  });

  it('tells renames, binary files, modes, types and odd names', async () => {
    const odd = 'tab\there "quoted" ü.txt';
    d.write(odd, 'odd\n');
    d.write('bin', '\0\0\0');
    d.git('add', '-A');
    d.git('commit', '--quiet', '-m', 'odd');
    d.write(odd, 'even\n');
    d.write('bin', '\0\0\0\0');
    d.git('mv', 'other.txt', 'renamed.txt');
    d.git('update-index', '--chmod=+x', 'file.txt');
    d.tryGit('-c', 'alias.t=!ln -sf target bin2 && git add bin2', 't');
    const { files } = await d.call<{ files: { path: string; patch?: string }[] }>('diff', {
      from: 'HEAD',
      ignore_whitespace: true,
      context: 0,
    });
    const byPath = Object.fromEntries(files.map((file) => [file.path, file]));
    expect(byPath[odd]).toMatchObject({ change: 'modified', patch: expect.stringContaining('+even') });
    expect(byPath['bin']).toMatchObject({ binary: true });
    expect(byPath['renamed.txt']).toMatchObject({ change: 'renamed', from: 'other.txt' });
    const typed = await d.call('diff', { staged: true, paths: ['bin2'] });
    expect(typed).toMatchObject({ files: [{ path: 'bin2', change: 'added', patch: expect.stringContaining('+target') }] });
  });

  it('keeps patches with their files when a type changes in between', async () => {
    d.write('a', 'a\n');
    d.write('b', 'b\n');
    d.write('c', 'c\n');
    d.git('add', '-A');
    d.git('commit', '--quiet', '-m', 'abc');
    d.write('a', 'A\n');
    d.write('c', 'C\n');
    d.tryGit('-c', 'alias.t=!rm b && ln -s elsewhere b', 't');
    expect(await d.call('diff')).toMatchObject({
      files: [
        { path: 'a', patch: expect.stringContaining('+A') },
        { path: 'b', change: 'type_changed', patch: expect.stringMatching(/-b[\s\S]*\+elsewhere/) },
        { path: 'c', patch: expect.stringContaining('+C') },
      ],
    });
  });

  it('stays small: caps by file and in all, and goes on where it stopped', async () => {
    for (let at = 0; at < 6; at++) d.write(`big${at}.txt`, 'line of text\n'.repeat(400));
    d.git('add', '-A');
    const first = await d.call<{ files: { path: string; patch?: string; patch_truncated?: boolean }[]; continue: string; totals: unknown }>(
      'diff',
      { staged: true, size: 3000, per_file: 1000 },
    );
    expect(first.totals).toEqual({ files: 6, insertions: 2400, deletions: 0 });
    expect(first.files.length).toBeLessThan(6);
    expect(first.files.every(({ patch_truncated: cut }) => cut)).toBe(true);
    expect(first.files.reduce((sum, { patch }) => sum + (patch?.length ?? 0), 0)).toBeLessThanOrEqual(3100);
    const second = await d.call<typeof first>('diff', { staged: true, size: 3000, per_file: 1000, continue: first.continue });
    expect(second.files[0]?.path).toBe(`big${first.files.length}.txt`);
    const names = await d.call<typeof first>('diff', { staged: true, patch: false, limit: 2 });
    expect(names.files).toHaveLength(2);
    expect(names.files[0]?.patch).toBeUndefined();
    expect(await d.refusal('diff', { continue: 'x' })).toMatchObject({ code: 'invalid_input' });
  });
});

describe('show', () => {
  it('shows a commit with its changes, the first and a merge too', async () => {
    expect(await d.call('show')).toMatchObject({
      kind: 'commit',
      commit: { subject: 'second' },
      files: [{ path: 'file.txt', patch: expect.stringContaining('+four') }],
    });
    expect(await d.call('show', { ref: 'HEAD~1' })).toMatchObject({ commit: { subject: 'first', parents: [] }, totals: { files: 2 } });
    d.git('merge', '--quiet', '--no-edit', 'side');
    expect(await d.call('show')).toMatchObject({
      commit: { parents: [expect.any(String), expect.any(String)] },
      files: [{ path: 'other.txt' }],
    });
    expect(await d.text('show')).toMatch(/Commit with 1 file/);
  });

  it('shows files, parts of files, links, folders and binary files at a commit', async () => {
    d.write('docs/a.md', Array.from({ length: 10 }, (_, at) => `line ${at + 1}`).join('\n'));
    d.write('docs/:(top)b', 'odd\n');
    d.write('bin', '\0');
    d.tryGit('-c', 'alias.t=!ln -s docs link', 't');
    d.git('add', '-A');
    d.git('commit', '--quiet', '-m', 'docs');
    expect(await d.call('show', { path: 'docs/a.md', start_line: 3, lines: 2 })).toMatchObject({
      kind: 'file',
      text: 'line 3\nline 4',
      total_lines: 10,
      truncated: true,
    });
    expect(await d.call('show', { path: 'docs' })).toMatchObject({
      kind: 'folder',
      entries: [{ name: ':(top)b', kind: 'file', size: 4 }, { name: 'a.md' }],
    });
    expect(await d.call('show', { path: 'docs/:(top)b' })).toMatchObject({ text: 'odd' });
    expect(await d.call('show', { path: 'link' })).toMatchObject({ kind: 'link', text: 'docs' });
    expect(await d.call('show', { path: 'bin' })).toMatchObject({ binary: true, bytes: 1 });
    expect(await d.call('show', { path: '.' })).toMatchObject({ kind: 'folder' });
    expect(await d.call('show', { path: 'file.txt', ref: 'HEAD~2' })).toMatchObject({ text: 'one\ntwo\nthree' });
    expect(await d.refusal('show', { path: 'nothing' })).toMatchObject({ code: 'not_found' });
    for (const args of [{ path: 'docs' }, { path: 'bin' }, { path: 'file.txt' }])
      expect(await d.text('show', args)).toMatch(/Folder|Binary|File/);
  });
});

describe('blame, grep and reflog', () => {
  it('blames lines by blocks, at a commit, and what is not committed', async () => {
    d.write('file.txt', 'one\nTWO\nthree\nfour\n');
    const { blocks } = await d.call<{ blocks: { summary: string; start: number; lines: string[]; commit: string; date: string }[] }>(
      'blame',
      { path: 'file.txt' },
    );
    expect(blocks.map(({ start, lines }) => [start, lines])).toEqual([
      [1, ['one']],
      [2, ['TWO']],
      [3, ['three']],
      [4, ['four']],
    ]);
    expect(blocks[1]?.commit).toMatch(/^0+$/);
    expect(blocks[3]).toMatchObject({
      summary: 'second',
      author: 'Ada',
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}[+-]\d\d:\d\d$/),
    });
    expect(await d.call('blame', { path: 'file.txt', ref: 'HEAD~1', lines: 2, ignore_whitespace: true, detect_moves: true })).toMatchObject(
      { blocks: [{ start: 1, lines: ['one', 'two'] }], truncated: true },
    );
    expect(await d.text('blame', { path: 'file.txt' })).toContain('uncommitted');
    expect(await d.refusal('blame', { path: 'none.txt' })).toMatchObject({ code: 'not_found' });
    expect((await d.refusal('blame', { path: 'file.txt', start_line: 99 })).code).toBe('not_found');
  });

  it('finds lines in the tree and at commits, with context and limits', async () => {
    d.write('sub/:(attr).txt', 'alpha\nBeta two\ngamma\n');
    d.write('bin', 'two\0two');
    expect(await d.call('grep', { pattern: 'two' })).toMatchObject({
      matches: [{ path: 'file.txt', line: 2, column: 1, text: 'two' }],
      files: 1,
    });
    expect(await d.call('grep', { pattern: 'TWO$', ignore_case: true, untracked: true, context: 1, paths: ['sub'] })).toMatchObject({
      matches: [
        { line: 1, context: true, text: 'alpha' },
        { line: 2, column: 6 },
        { line: 3, context: true },
      ],
    });
    expect(await d.call('grep', { pattern: 'four', ref: 'HEAD~1' })).toMatchObject({ matches: [] });
    expect(await d.call('grep', { pattern: 'o|e', ref: 'HEAD', limit: 2 })).toMatchObject({
      truncated: true,
      matches: [{ path: 'file.txt' }, {}],
    });
    expect(await d.call('grep', { pattern: 'a.c', syntax: 'fixed' })).toMatchObject({ matches: [] });
    expect(await d.call('grep', { pattern: '--open-files-in-pager=sh', syntax: 'fixed' })).toMatchObject({ matches: [] });
    expect(await d.call('grep', { pattern: 'w', word: true })).toMatchObject({ matches: [] });
    expect(await d.text('grep', { pattern: 'two' })).toContain('file.txt:2: two');
  });

  it('tells where HEAD has been', async () => {
    const { entries } = await d.call<{ entries: { action: string }[] }>('reflog_list');
    expect(entries[0]).toMatchObject({ index: 0, action: 'commit: second' });
    expect(await d.call('reflog_list', { branch: 'side', limit: 1 })).toMatchObject({ entries: [{ action: 'commit: on side' }] });
  });
});

describe('repo_info, resource and prompts', () => {
  it('gives an overview', async () => {
    d.git('remote', 'add', 'origin', 'https://user:secret@example.com/x.git');
    d.git('config', 'core.fsmonitor', 'x');
    const info = await d.call('repo_info');
    expect(info).toMatchObject({
      top: d.repo,
      bare: false,
      linked: false,
      branch: 'main',
      commits: 2,
      branches: 2,
      files: 2,
      neutralised: ['core.fsmonitor'],
      remotes: [{ name: 'origin', url: 'https://example.com/x.git' }],
    });
    expect(JSON.stringify(info)).not.toContain('secret');
    expect(await d.text('repo_info')).toContain('not trusted');
  });
});
