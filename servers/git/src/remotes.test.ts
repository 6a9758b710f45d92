import { createServer } from 'node:http';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Desk, openDesk } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { server } from './server.ts';

let d: Desk;
let remote: string;
let other: string;
beforeEach(async () => {
  d = await openDesk(server);
  remote = join(d.root, 'remote.git');
  other = join(d.root, 'other');
  d.gitIn(d.root, 'clone', '--quiet', '--bare', d.repo, remote);
  d.gitIn(d.root, 'clone', '--quiet', remote, other);
  d.git('remote', 'add', 'origin', remote);
  d.git('fetch', '--quiet', 'origin');
  d.git('branch', '--quiet', '--set-upstream-to=origin/main', 'main');
});
afterEach(() => d.close());

const head = (revision = 'HEAD', folder = d.repo) => d.gitIn(folder, 'rev-parse', revision).trim();

/** Somebody else pushes. */
const elsewhere = (path = 'news.txt', text = 'news\n'): void => {
  writeFileSync(join(other, path), text);
  d.gitIn(other, 'add', '-A');
  d.gitIn(other, 'commit', '--quiet', '-m', 'news');
  d.gitIn(other, 'push', '--quiet', 'origin', 'HEAD');
};

describe('fetch and pull', () => {
  it('fetches, tells what changed, with progress, and prunes', async () => {
    elsewhere();
    d.gitIn(other, 'push', '--quiet', 'origin', 'HEAD:refs/heads/topic', 'HEAD:refs/tags/v1');
    const told: number[] = [];
    const fetched = await d.call('fetch', {}, { onProgress: ({ progress }) => void told.push(progress) });
    expect(fetched).toMatchObject({
      remote: 'origin',
      updates: expect.arrayContaining([
        { ref: 'refs/remotes/origin/main', change: 'updated', from: head(), to: head('HEAD', other) },
        { ref: 'refs/remotes/origin/topic', change: 'new', to: head('HEAD', other) },
        { ref: 'refs/tags/v1', change: 'new', to: head('HEAD', other) },
      ]),
    });
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    d.gitIn(other, 'push', '--quiet', 'origin', ':topic');
    expect(await d.call('fetch', { prune: true, tags: false })).toMatchObject({
      updates: [{ ref: 'refs/remotes/origin/topic', change: 'deleted' }],
    });
    expect(await d.call('fetch', { branch: 'side' })).toMatchObject({ total: 0 });
    expect(await d.call('status')).toMatchObject({ upstream: 'origin/main', ahead: 0, behind: 1 });
    expect(await d.refusal('fetch', { branch: 'nowhere' })).toMatchObject({ code: 'not_found' });
    expect(await d.refusal('fetch', { depth: 1, unshallow: true })).toMatchObject({ code: 'invalid_input' });
  });

  it('pulls by fast-forward, refuses when both sides moved, merges on request, and undoes', async () => {
    elsewhere();
    expect(await d.call('pull')).toMatchObject({ status: 'fast_forwarded', head: head('HEAD', other), remote: 'origin' });
    elsewhere('more.txt');
    d.write('mine.txt', 'mine\n');
    d.git('add', '-A');
    d.git('commit', '--quiet', '-m', 'mine');
    const mine = head();
    expect(await d.refusal('pull')).toMatchObject({ code: 'conflict', hint: expect.stringContaining('merge') });
    expect(head()).toBe(mine);
    const { undo } = await d.call<{ undo: string }>('pull', { mode: 'merge' });
    expect(d.git('log', '-1', '--format=%s').trim()).toBe("Merge branch 'main' of origin");
    await d.call('undo_restore', { id: undo });
    expect(head()).toBe(mine);
  });

  it('gives conflicts of a pull as data', async () => {
    elsewhere('file.txt', 'theirs\n');
    d.write('file.txt', 'ours\n');
    d.git('commit', '--quiet', '-am', 'ours');
    expect(await d.call('pull', { mode: 'merge' })).toMatchObject({ status: 'conflict', conflicts: [{ path: 'file.txt' }] });
    expect(await d.refusal('pull')).toMatchObject({ code: 'conflict', hint: expect.stringContaining('operation_abort') });
  });

  it('pulls into a repository without a commit', async () => {
    const repo = join(d.root, 'empty');
    await d.call('repo_init', { repo });
    await d.call('remote_add', { repo, name: 'up', url: remote });
    expect(await d.call('pull', { repo })).toMatchObject({ head: head(), remote: 'up' });
  });
});

describe('push', () => {
  it('pushes a branch and tags, follows it, and refuses to overwrite', async () => {
    await d.call('branch_create', { name: 'topic', switch: true });
    await d.call('commit', { message: 'topic', allow_empty: true });
    expect(await d.call('push', { set_upstream: true })).toMatchObject({ refs: [{ to: 'refs/heads/topic', result: 'new' }] });
    expect(await d.call('status')).toMatchObject({ upstream: 'origin/topic' });
    expect(await d.call('push')).toMatchObject({ refs: [{ result: 'up_to_date' }] });
    await d.call('tag_create', { name: 'v1' });
    expect(await d.call('push', { tags: ['v1'] })).toMatchObject({ refs: [{ to: 'refs/tags/v1', result: 'new' }] });
    await d.call('branch_switch', { to: 'main' });
    elsewhere();
    await d.call('commit', { message: 'mine', allow_empty: true });
    const theirs = head('main', remote);
    expect(await d.refusal('push')).toMatchObject({ code: 'conflict', hint: expect.stringContaining('Pull') });
    expect(head('main', remote)).toBe(theirs);
    expect(await d.refusal('push', { branch: 'nowhere' })).toMatchObject({ code: 'not_found' });
    await d.call('branch_switch', { to: 'HEAD', detach: true });
    expect(await d.refusal('push')).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('detached') });
  });

  it('overwrites only what the last fetch saw, after a plan, and keeps what it replaced', async () => {
    elsewhere();
    await d.call('commit', { message: 'mine', allow_empty: true });
    expect(await d.refusal('push_force')).toMatchObject({ code: 'conflict' });
    await d.call('fetch');
    const theirs = head('main', remote);
    const asked = await openDesk(server, { confirm: 'plan' }, d);
    expect(JSON.stringify(await asked.refusal('push_force'))).toMatch(/leaves: \w+ news/);
    await asked.session.close();
    const { undo } = await d.call<{ undo: string }>('push_force');
    expect(head('main', remote)).toBe(head());
    expect(await d.refusal('undo_restore', { id: undo })).toMatchObject({ code: 'unsupported', hint: expect.stringContaining(theirs) });
    expect(d.git('cat-file', '-t', theirs).trim()).toBe('commit');
    await d.call('push', { branch: 'side', to: 'copy' });
    expect(await d.call('push_force', { to: 'copy', delete: true })).toMatchObject({
      refs: [{ to: 'refs/heads/copy', result: 'deleted' }],
    });
    expect(await d.refusal('push_force', { to: 'unknown' })).toMatchObject({ code: 'not_found' });
    expect(await d.text('push', { branch: 'side' })).toContain('already');
  });
});

describe('remotes', () => {
  it('lists them without credentials, adds them, and refuses what never works', async () => {
    await d.call('remote_add', { name: 'up', url: 'https://someone@example.com/x.git' });
    expect(await d.call('remote_list')).toMatchObject({
      remotes: [
        { name: 'origin', fetch: [remote] },
        { name: 'up', fetch: ['https://example.com/x.git'] },
      ],
    });
    expect(await d.text('remote_list')).not.toContain('someone');
    expect(await d.refusal('remote_add', { name: 'origin', url: 'https://example.com/y' })).toMatchObject({ code: 'conflict' });
    expect(await d.refusal('remote_add', { name: 'x', url: 'https://a:secret@example.com/y' })).toMatchObject({ code: 'invalid_input' });
    for (const url of ['ext::sh -c true', 'fd::7', 'ftp://example.com/x', 'testgit::x', 'ssh://-oProxyCommand=x/y', '-oProxyCommand=x:y']) {
      expect(await d.refusal('remote_add', { name: 'x', url }), url).toMatchObject({ code: 'forbidden' });
    }
    expect(await d.refusal('fetch', { remote: 'none' })).toMatchObject({ code: 'not_found' });
    expect(await d.refusal('fetch', { remote: '--upload-pack=touch x' })).toMatchObject({ code: 'not_found' });
  });

  it('needs a name when several remotes are possible', async () => {
    d.git('remote', 'rename', 'origin', 'one');
    d.git('remote', 'add', 'two', remote);
    d.git('branch', '--unset-upstream', 'main');
    expect(await d.refusal('fetch')).toMatchObject({ code: 'not_found', hint: expect.stringContaining('one, two') });
    d.git('remote', 'remove', 'two');
    expect(await d.call('fetch')).toMatchObject({ remote: 'one' });
    d.git('remote', 'remove', 'one');
    expect(await d.refusal('fetch')).toMatchObject({ code: 'not_found', hint: expect.stringContaining('remote_add') });
  });

  it('stays inside the roots with local remotes, by every spelling', async () => {
    const away = join(d.outside, 'away.git');
    d.gitIn(d.outside, 'clone', '--quiet', '--bare', d.repo, away);
    symlinkSync(away, join(d.root, 'link.git'));
    symlinkSync(d.outside, join(d.root, 'door'));
    for (const url of [
      away,
      `file://${away}`,
      '../../outside/away.git',
      join(d.root, 'link.git'),
      `${d.root}/door/away`,
      `${d.root}/door/../outside/away.git`,
      `file://${d.root}/door/%61way.git`,
    ]) {
      d.git('remote', 'set-url', 'origin', url);
      expect((await d.refusal('fetch')).code, url).toBe('forbidden');
      expect((await d.refusal('push')).code, url).toBe('forbidden');
    }
    d.git('remote', 'set-url', 'origin', 'inside:');
    d.git('config', `url.${away}.insteadOf`, 'inside:');
    expect(await d.refusal('fetch')).toMatchObject({ code: 'forbidden' });
    d.git('remote', 'set-url', 'origin', remote);
    d.git('remote', 'set-url', '--push', 'origin', away);
    expect(await d.call('fetch')).toMatchObject({ total: 0 });
    expect(await d.refusal('push')).toMatchObject({ code: 'forbidden' });
  });

  it('talks to hosts only where it may, and follows no redirect', async () => {
    let asked = 0;
    const web = createServer((_request, response) => {
      asked++;
      response.writeHead(302, { location: 'http://169.254.169.254/latest/info/refs?service=git-upload-pack' }).end();
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as { port: number };
    for (const url of [
      `http://127.0.0.1:${port}/x`,
      `http://localhost:${port}/x`,
      `http://0x7f.1:${port}/x`,
      `http://[::1]:${port}/x`,
      'http://169.254.169.254/x',
      'ssh://git@10.1.2.3/x',
      'git@192.168.0.1:x',
      'git://127.1/x',
    ]) {
      d.git('remote', 'set-url', 'origin', url);
      expect((await d.refusal('fetch')).message, url).toContain('not public');
    }
    expect(asked).toBe(0);
    d.git('remote', 'set-url', 'origin', `http://127.0.0.1:${port}/x`);
    const listed = await openDesk(server, { config: { network: { hosts: [`127.0.0.1:${port}`] } } }, d);
    expect((await listed.refusal('fetch')).code).toBe('unavailable');
    expect(asked).toBe(1);
    await listed.session.close();
    const strict = await openDesk(server, { config: { network: { protocols: ['ssh'], hosts: ['127.0.0.1'] } } }, d);
    expect(await strict.refusal('fetch')).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('network.protocols') });
    await strict.session.close();
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
  });

  it('does not let the repository steer connections', async () => {
    for (const [key, value] of [
      ['http.proxy', 'http://evil.example'],
      ['http.https://example.com.sslVerify', 'false'],
      ['remote.origin.proxy', 'http://evil.example'],
      ['remote.origin.uploadpack', 'x'],
      ['fetch.bundleURI', 'http://evil.example'],
    ] as const) {
      d.git('config', key, value);
      expect(await d.refusal('fetch'), key).toMatchObject({
        code: 'forbidden',
        details: { keys: [expect.stringMatching(new RegExp(`^${key}$`, 'i'))] },
      });
      expect(await d.call('status'), key).toMatchObject({ branch: 'main' });
      d.git('config', '--unset', key);
    }
  });

  it('says that a sign-in is missing instead of asking for one', async () => {
    const web = createServer((_request, response) => void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end());
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as { port: number };
    d.git('remote', 'set-url', 'origin', `http://127.0.0.1:${port}/x`);
    d.git('config', 'credential.helper', `!${d.touch}`);
    d.git('config', `credential.http://127.0.0.1:${port}.helper`, `!${d.touch}`);
    d.git('config', 'core.askPass', d.script(join(d.repo, '.git', 'ask'), d.touch));
    const listed = await openDesk(server, { config: { network: { hosts: ['127.0.0.1'] } } }, d);
    expect(await listed.refusal('fetch')).toMatchObject({ code: 'unauthenticated' });
    expect(d.marked()).toBe(false);
    // the person's own helper is asked
    writeFileSync(join(d.home, '.gitconfig'), `[credential]\n\thelper = "!${d.touch}"\n`);
    expect(await listed.refusal('fetch')).toMatchObject({ code: 'unauthenticated' });
    expect(d.marked()).toBe(true);
    await listed.session.close();
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
  });

  it('ends a transfer that is cancelled or hangs', async () => {
    const web = createServer(() => undefined);
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as { port: number };
    d.git('remote', 'set-url', 'origin', `http://127.0.0.1:${port}/x`);
    const listed = await openDesk(server, { config: { network: { hosts: ['127.0.0.1'] } } }, d);
    const stop = new AbortController();
    web.once('request', () => stop.abort());
    expect(await listed.session.call('fetch', { repo: d.repo }, { signal: stop.signal })).toMatchObject({
      ok: false,
      error: { code: 'cancelled' },
    });
    await listed.session.close();
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
  });
});

describe('repo_init and repo_clone', () => {
  it('clones from inside the roots, by branch and depth, without running anything', async () => {
    d.script(join(remote, 'hooks', 'post-checkout'), d.touch);
    const repo = join(d.root, 'clone');
    expect(await d.call('repo_clone', { url: remote, repo })).toMatchObject({ path: repo, branch: 'main', head: head() });
    expect(await d.call('status', { repo })).toMatchObject({ clean: true, branch: 'main', upstream: 'origin/main' });
    expect(await d.refusal('repo_clone', { url: remote, repo })).toMatchObject({ code: 'conflict' });
    expect(await d.call('repo_clone', { url: `file://${remote}`, repo: join(d.root, 'shallow'), branch: 'side', depth: 1 })).toMatchObject({
      branch: 'side',
    });
    expect(await d.call('repo_info', { repo: join(d.root, 'shallow') })).toMatchObject({ shallow: true, commits: 1 });
    expect(await d.call('fetch', { repo: join(d.root, 'shallow'), unshallow: true })).toMatchObject({ remote: 'origin' });
    expect(await d.refusal('repo_clone', { url: remote, repo: join(d.outside, 'x') })).toMatchObject({ code: 'forbidden' });
    expect(await d.refusal('repo_clone', { url: 'ext::sh -c true', repo: join(d.root, 'y') })).toMatchObject({ code: 'forbidden' });
    expect(await d.refusal('repo_clone', { url: remote, repo: join(d.root, 'z'), branch: 'nowhere' })).toMatchObject({ code: 'not_found' });
    expect(d.marked()).toBe(false);
  });

  it('clones an empty repository, and makes ones to push to', async () => {
    const bare = join(d.root, 'bare.git');
    expect(await d.call('repo_init', { repo: bare, bare: true })).toMatchObject({ path: bare, branch: 'main' });
    expect(await d.refusal('repo_init', { repo: bare })).toMatchObject({ code: 'conflict' });
    expect(await d.call('repo_clone', { url: bare, repo: join(d.root, 'from-empty') })).toMatchObject({ refs: 0 });
    await d.call('remote_add', { name: 'bare', url: bare });
    await d.call('push', { remote: 'bare' });
    expect(await d.call('log', { repo: bare })).toMatchObject({ commits: [{ subject: 'second' }, { subject: 'first' }] });
    expect(await d.call('show', { repo: bare, path: 'file.txt' })).toMatchObject({ text: expect.stringContaining('four') });
    expect(await d.call('blame', { repo: bare, path: 'file.txt' })).toMatchObject({ blocks: [{}, {}] });
    expect(await d.call('diff', { repo: bare, from: 'HEAD~1', to: 'HEAD' })).toMatchObject({ totals: { files: 1 } });
    for (const tool of ['status', 'add', 'clean', 'merge_preview'] as const) {
      const args = { add: { all: true }, merge_preview: { ref: 'HEAD' } }[tool as string] ?? {};
      if (tool === 'merge_preview') expect(await d.call(tool, { repo: bare, ...args })).toMatchObject({ clean: true });
      else expect(await d.refusal(tool, { repo: bare, ...args }), tool).toMatchObject({ code: 'unsupported' });
    }
    mkdirSync(join(d.root, 'sub'));
    expect(await d.call('repo_init', { repo: join(d.repo, 'inner') })).toMatchObject({ path: join(d.repo, 'inner') });
  });
});
