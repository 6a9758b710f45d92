import { describe, expect, it } from 'vitest';
import { checkArguments } from './arguments.ts';
import { configVariables } from './environment.ts';
import { parseConfigList } from './config-entries.ts';
import { judgeConfig } from './config-policy.ts';
import { gitFailure, gitWords } from './failure.ts';
import { checkRefName, checkRevision, isRefName } from './names.ts';
import { admitHost, DEFAULT_NETWORK } from './network.ts';
import { operatorOverrides, parseOperatorConfig } from './operator-config.ts';
import { literalPathspecs, pathspecs, worktreePath } from './pathspec.ts';
import { placeOfRemote, redactedUrl } from './remote-url.ts';

const code = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('arguments', () => {
  it.each([
    [['log', '--output=x']],
    [['log', '--outp', 'x']],
    [['diff', '--ext-diff']],
    [['diff', '--no-index', 'a', 'b']],
    [['log', '-p', '--textconv']],
    [['grep', '-Osh', 'x']],
    [['grep', '--open-files', 'x']],
    [['grep', '-f', '/etc/passwd']],
    [['rebase', '--exec=x', 'main']],
    [['rebase', '-x', 'x']],
    [['rebase', '-i', 'main']],
    [['fetch', '--upload-pack=x']],
    [['fetch', '--upload-p', 'x']],
    [['push', '--receive-pack=x']],
    [['push', '--exec=x']],
    [['commit', '-S']],
    [['commit', '--gpg-sign']],
    [['commit', '-e']],
    [['tag', '-s', 'x']],
    [['blame', '--contents', '/etc/passwd', 'x']],
    [['branch', '--edit-description']],
    [['cat-file', '--filters', 'x']],
    [['add', '-i']],
    [['-c', 'core.pager=x', 'log']],
    [['--exec-path=x', 'log']],
    [['log', '--git-dir=x']],
    [['config', '--edit']],
    [['submodule', 'update']],
    [['difftool']],
    [['mergetool']],
    [['upload-archive']],
    [['filter-branch']],
    [['bisect', 'run', 'x']],
    [['evil']],
    [[]],
  ])('refuses %j', (argv) => {
    expect(code(() => checkArguments(argv))).toBe('forbidden');
  });

  it('lets ordinary ones pass, and whatever follows the end of options', () => {
    for (const argv of [
      ['log', '--oneline', '-5', '--no-textconv', '--stat'],
      ['rev-parse', '--verify', '--end-of-options', '--output=x'],
      ['grep', '-e--output', '--', '-O'],
      ['merge', '--strategy=ort', '-Xours', 'x'],
      ['commit', '--file=-', '--no-gpg-sign', '--no-verify'],
    ])
      expect(
        code(() => checkArguments(argv)),
        argv.join(' '),
      ).toBeUndefined();
  });
});

describe('names', () => {
  it('agrees with git about branch names', () => {
    for (const good of ['main', 'feature/x', 'v1.2.3', 'ünïcode', 'a@b', 'x-y_z', 'a/b.c']) expect(isRefName(good), good).toBe(true);
    for (const bad of [
      '',
      '@',
      '-x',
      '/x',
      'x/',
      'x//y',
      'x.',
      '.x',
      'a/.b',
      'a.lock',
      'a.lock/b',
      'a..b',
      'a b',
      'a~1',
      'a^',
      'a:b',
      'a?',
      'a*',
      'a[b',
      'a\\b',
      'a@{1}',
      'a\u007f',
      'a\nb',
      'HEAD',
      'x'.repeat(600),
    ])
      expect(isRefName(bad), bad).toBe(false);
    expect(code(() => checkRefName('-x', 'tag'))).toBe('invalid_input');
  });

  it('takes revisions but no options, ranges, paths and searches', () => {
    for (const good of ['HEAD', 'HEAD~2', 'main@{upstream}', 'stash@{0}', 'v1^{}', 'a1b2c3d', 'feature/x^2~3', '@'])
      expect(checkRevision(good)).toBe(good);
    for (const bad of ['', '-x', '^x', 'a..b', 'a...b', 'a:b', ':/x', 'x^{/y}', 'a b', 'a\0', 'x*', 'x'.repeat(600)])
      expect(
        code(() => checkRevision(bad)),
        bad,
      ).toBe('invalid_input');
  });
});

describe('paths', () => {
  it('are relative to the top and never leave it', () => {
    expect(worktreePath('/r', 'a//b/./c')).toBe('a/b/c');
    expect(worktreePath('/r', '/r/a')).toBe('a');
    expect(worktreePath('/r', '/link/a', ['/link'])).toBe('a');
    expect(worktreePath('/r', '.')).toBe('.');
    for (const bad of ['', '..', 'a/../b', '/etc', '/rx', '.git', 'sub/.git/config', 'a\0', 'x'.repeat(5000)])
      expect(
        code(() => worktreePath('/r', bad)),
        bad,
      ).toBe('invalid_input');
  });

  it('carry only magic of our own', () => {
    expect(pathspecs('/r', ['a', '*.ts', ':(attr:x)', '.'])).toEqual([
      ':(top,literal)a',
      ':(top,glob)*.ts',
      ':(top,literal):(attr:x)',
      ':(top)',
    ]);
    expect(literalPathspecs('/r', ['*.ts', '.'])).toEqual([':(top,literal)*.ts', ':(top)']);
  });
});

describe('URLs of remotes', () => {
  it.each([
    ['https://github.com/a/b.git', { kind: 'network', protocol: 'https', host: 'github.com', port: 443 }],
    ['https://user:pw@github.com:8443/a', { kind: 'network', protocol: 'https', host: 'github.com', port: 8443 }],
    ['HTTPS://GitHub.com/a', { kind: 'network', protocol: 'https', host: 'github.com', port: 443 }],
    ['http://0x7f000001/a', { kind: 'network', protocol: 'http', host: '127.0.0.1', port: 80 }],
    ['ssh://git@host:2222/a', { kind: 'network', protocol: 'ssh', host: 'host', port: 2222 }],
    ['git+ssh://host/a', { kind: 'network', protocol: 'ssh', host: 'host', port: 22 }],
    ['git@github.com:a/b', { kind: 'network', protocol: 'ssh', host: 'github.com', port: 22 }],
    ['[host:2222]:a', { kind: 'network', protocol: 'ssh', host: 'host', port: 2222 }],
    ['git@[::1]:a', { kind: 'network', protocol: 'ssh', host: '::1', port: 22 }],
    ['git://[fe80::1]/a', { kind: 'network', protocol: 'git', host: 'fe80::1', port: 9418 }],
    ['/srv/a', { kind: 'local', path: '/srv/a' }],
    ['../a', { kind: 'local', path: '/base/../a' }],
    ['./a:b', { kind: 'local', path: '/base/./a:b' }],
    ['file:///srv/%61/../b', { kind: 'local', path: '/srv/a/../b' }],
    ['file://host/share', { kind: 'unsupported', protocol: 'file (with a host)' }],
    ['file:///%zz', { kind: 'unsupported', protocol: 'file' }],
    ['ext::sh -c x', { kind: 'unsupported', protocol: 'ext::' }],
    ['evil::https://x', { kind: 'unsupported', protocol: 'evil::' }],
    ['ftp://host/a', { kind: 'unsupported', protocol: 'ftp' }],
    ['https://good.com\\@evil.com/a', { kind: 'unsupported', protocol: 'https' }],
    ['https://a@b@c/d', { kind: 'unsupported', protocol: 'https' }],
    ['ssh://-oProxyCommand=x/a', { kind: 'unsupported', protocol: 'ssh' }],
    ['-oProxyCommand=x:a', { kind: 'unsupported', protocol: 'ssh' }],
    ['a b:c', { kind: 'unsupported', protocol: 'ssh' }],
    ['', { kind: 'unsupported', protocol: 'an empty URL' }],
  ])('%s', (url, place) => {
    expect(placeOfRemote(url, '/base')).toEqual(place);
  });

  it('are shown without credentials', () => {
    expect(redactedUrl('https://user:secret@host/a?token=secret#x')).toBe('https://host/a');
    expect(redactedUrl('ext::sh -c secret')).toBe('ext::…');
    expect(redactedUrl('git@host:a')).toBe('git@host:a');
  });
});

describe('hosts', () => {
  const place = { kind: 'network', protocol: 'https', host: 'git.example', port: 443 } as const;
  const to =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

  it('are pinned to the public addresses that they have now', async () => {
    expect(await admitHost(place, DEFAULT_NETWORK, {}, to('140.82.112.3', '2606:50c0::1'))).toEqual([
      ['http.curloptResolve', 'git.example:443:140.82.112.3,2606:50c0::1'],
    ]);
    expect(await admitHost({ ...place, protocol: 'ssh' }, DEFAULT_NETWORK, {}, to('140.82.112.3'))).toEqual([]);
  });

  it('are refused when any address is not public, unless listed', async () => {
    await expect(admitHost(place, DEFAULT_NETWORK, {}, to('140.82.112.3', '10.0.0.1'))).rejects.toMatchObject({ code: 'forbidden' });
    for (const hosts of [['git.example'], ['*.example'], ['GIT.example:443']])
      expect(await admitHost(place, { ...DEFAULT_NETWORK, hosts }, {}, to('10.0.0.1'))).toEqual([]);
    for (const hosts of [['example'], ['*.git.example'], ['git.example:80']])
      await expect(admitHost(place, { ...DEFAULT_NETWORK, hosts }, {}, to('10.0.0.1'))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('may be unknown here only to ssh and behind a proxy', async () => {
    await expect(admitHost(place, DEFAULT_NETWORK, {}, to())).rejects.toMatchObject({ code: 'unavailable' });
    expect(await admitHost(place, DEFAULT_NETWORK, { https_proxy: 'http://proxy' }, to())).toEqual([]);
    expect(await admitHost({ ...place, protocol: 'ssh' }, DEFAULT_NETWORK, {}, () => Promise.reject(new Error('unknown')))).toEqual([]);
    await expect(admitHost({ ...place, protocol: 'git' }, DEFAULT_NETWORK, { https_proxy: 'http://proxy' }, to())).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

describe('config', () => {
  const judge = (...pairs: [string, string][]) => judgeConfig(parseConfigList(pairs.map(([key, value]) => `${key}\n${value}\0`).join('')));

  it('is read as git lists it', () => {
    expect(parseConfigList('core.bare\0filter.A.b\nC.clean\nx\ny\0')).toEqual([
      { key: 'core.bare', section: 'core', subsection: undefined, name: 'bare', value: undefined },
      { key: 'filter.A.b', section: 'filter', subsection: 'A', name: 'b', value: 'C.clean\nx\ny' },
    ]);
  });

  it('lets ordinary settings alone', () => {
    const { overrides, neutralised, networkForbidden } = judge(
      ['core.autocrlf', 'input'],
      ['user.email', 'a@b'],
      ['branch.main.remote', 'origin'],
      ['remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*'],
      ['rebase.reschedulefailedexec', 'true'],
      ['core.fsmonitorhookversion', '2'],
      ['color.pager', 'true'],
      ['diff.x.cachetextconv', 'true'],
      ['http.postbuffer', '1'],
      ['notes.rewrite.amend', 'true'],
      ['advice.waitingforeditor', 'false'],
    );
    expect([overrides, neutralised, networkForbidden]).toEqual([[], [], []]);
  });

  it('puts commands out of force, names what steers connections, refuses what it does not know', () => {
    expect(judge(['filter.a.b.clean', 'x'], ['merge.m.driver', 'x'], ['alias.x', '!y'], ['alias.z', 'log'])).toMatchObject({
      filters: ['a.b'],
      neutralised: ['filter.a.b.clean', 'merge.m.driver', 'alias.x'],
      overrides: expect.arrayContaining([
        ['filter.a.b.process', ''],
        ['filter.a.b.required', 'false'],
        ['alias.z', 'version'],
      ]),
    });
    expect(judge(['http.proxy', 'x'], ['remote.o.vcs', 'x'], ['bundle.x.uri', 'y']).networkForbidden).toEqual([
      'http.proxy',
      'remote.o.vcs',
      'bundle.x.uri',
    ]);
    expect(code(() => judge(['some.new.command', 'x']))).toBe('forbidden');
  });

  it('keeps of the person’s own settings what no repository may decide, and defaults', () => {
    const operator = parseOperatorConfig(
      [
        'global',
        'user.name\nAda',
        'global',
        'credential.helper\nstore',
        'system',
        'filter.lfs.process\nx',
        'local',
        'user.name\nEve',
        'global',
        'core.hookspath\n/h',
        'global',
        'http.sslverify',
        '',
      ].join('\0'),
    );
    expect(operatorOverrides(operator, [])).toEqual([
      ['user.name', 'Ada'],
      ['credential.helper', 'store'],
      ['http.sslverify', 'true'],
    ]);
    expect(operatorOverrides(operator, parseConfigList('user.name\nWork\0'))).not.toContainEqual(['user.name', 'Ada']);
    expect(configVariables([['a.b', 'c']])).toEqual({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: 'c' });
  });
});

describe('failures', () => {
  it('are typed, and carry git’s words without credentials or control characters', () => {
    expect(gitFailure('fetch', 128, "fatal: Authentication failed for 'https://u:secret@h/x'")).toMatchObject({
      code: 'unauthenticated',
      details: { git: "fatal: Authentication failed for 'https://h/x'", exit_code: 128 },
    });
    expect(gitFailure('log', 129, 'something new')).toMatchObject({ code: 'upstream_error', message: 'git log failed (exit code 129).' });
    expect(gitFailure('log', null, '')).toMatchObject({ message: 'git log failed (exit code none).' });
    expect(gitWords('a\u001b[31mb\u0007\nc\u202e')).toBe('a [31mb \nc');
    expect(gitWords('x'.repeat(9000))).toHaveLength(2000);
  });
});
