import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kubeconfigFiles, readKubeconfig } from './kubeconfig.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kubeconfig-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CANARY = 'canary-in-a-kubeconfig';
let made = 0;

function file(content: unknown, name = `${made++}/config`): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const config = (server: string, more: { user?: object; context?: object; cluster?: object; current?: string; name?: string } = {}) => {
  const { name = 'main', user = { token: 't' }, context = {}, cluster = {}, current } = more;
  return {
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name, context: { cluster: 'c', user: 'u', ...context } }],
    ...(current === undefined ? {} : { 'current-context': current }),
  };
};
const failure = async (files: string[], env = {}) =>
  readKubeconfig(files, env).catch((error: unknown) => error as Error & { code: string });

describe('where a kubeconfig lies', () => {
  it('is the setting, then KUBECONFIG, then the home', () => {
    expect(kubeconfigFiles(`/a${delimiter}/b`, { KUBECONFIG: '/c' })).toEqual(['/a', '/b']);
    expect(kubeconfigFiles(undefined, { KUBECONFIG: `/c${delimiter}${delimiter}/d${delimiter}/c` })).toEqual(['/c', '/d']);
    expect(kubeconfigFiles(undefined, { HOME: '/home/ada' })).toEqual(['/home/ada/.kube/config']);
    expect(kubeconfigFiles(undefined, { KUBECONFIG: '', HOME: '/home/ada' })).toEqual(['/home/ada/.kube/config']);
    expect(kubeconfigFiles('~/x', { HOME: '/home/ada' })).toEqual(['/home/ada/x']);
  });
});

describe('a kubeconfig', () => {
  it('of several files: the first that names a thing wins, and what is missing is passed over', async () => {
    const first = file(config('https://first', { context: { namespace: 'one' } }));
    const second = file({
      ...config('https://second', { current: 'main', context: { namespace: 'two' } }),
      users: [
        { name: 'u', user: { token: 'second' } },
        { name: 'v', user: {} },
      ],
    });
    const third = file({ contexts: [{ name: 'mixed', context: { cluster: 'c', user: 'v' } }], 'current-context': 'mixed' });
    const { contexts, current, files } = await readKubeconfig([first, join(folder, 'not-there'), second, third], {});
    expect([...contexts.keys()]).toEqual(['main', 'mixed']);
    expect(contexts.get('main')).toMatchObject({ server: 'https://first', namespace: 'one', credentials: { token: 't' } });
    expect(contexts.get('mixed')).toMatchObject({ server: 'https://first', user: 'v', namespace: 'default' });
    expect(current).toBe('main');
    expect(files).toEqual(expect.arrayContaining([first, second, third]));
  });

  it('has paths relative to its own file', async () => {
    const path = file(
      config('https://a/', {
        cluster: { 'certificate-authority': 'pki/ca.crt', 'tls-server-name': 'kube', 'proxy-url': 'http://proxy:3128' },
        user: { 'client-certificate': './me.crt', 'client-key': '/abs/me.key', tokenFile: '../token' },
      }),
    );
    const entry = (await readKubeconfig([path], {})).contexts.get('main');
    expect(entry).toMatchObject({
      server: 'https://a',
      ca: { file: join(dirname(path), 'pki/ca.crt') },
      tlsServerName: 'kube',
      proxyUrl: 'http://proxy:3128',
      insecure: false,
      credentials: { certificate: { file: join(dirname(path), 'me.crt') }, key: { file: '/abs/me.key' }, tokenFile: join(folder, 'token') },
    });
  });

  it('may hold what belongs into files: data goes before the file', async () => {
    const path = file(config('https://a', { cluster: { 'certificate-authority': 'ca', 'certificate-authority-data': 'Q0E=' } }));
    const { ca } = (await readKubeconfig([path], {})).contexts.get('main') ?? {};
    expect(ca).toEqual({ data: Buffer.from('CA') });
  });

  it('names whom to act as, and a command with the folder it is relative to', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './get', args: null, env: null, interactiveMode: 'Never' };
    const path = file(config('https://a', { user: { exec, as: 'ada', 'as-groups': ['x', 'y'], 'as-uid': '7' } }));
    expect((await readKubeconfig([path], {})).contexts.get('main')?.credentials).toMatchObject({
      exec: { command: './get', folder: dirname(path) },
      impersonate: { user: 'ada', groups: ['x', 'y'], uid: '7' },
    });
  });

  it.each([
    ['text that is no YAML', `users: [${CANARY}`],
    ['a list', [CANARY]],
    ['a cluster without a server', { ...config('x'), clusters: [{ name: 'c', cluster: { token: CANARY } }] }],
    ['a cluster whose server is another thing', config(`ftp://${CANARY}`)],
    ['a command that is a list', config('https://a', { user: { exec: { apiVersion: 'v1', command: [CANARY] } } })],
    ['a context without its cluster', { ...config('https://a'), contexts: [{ name: 'main', context: { cluster: 'gone', user: CANARY } }] }],
    ['users that are a text', { ...config('https://a'), users: CANARY }],
  ])('that is broken says where, and never what is there: %s', async (_what, content) => {
    const path = file(content);
    const read = await readKubeconfig([path], {}).catch((error: unknown) => error as Error & { code: string; hint: string });
    const error = read instanceof Error ? read : read.broken.get('main')!;
    expect(error.code).toBe('invalid_input');
    expect(`${error.message} ${error.hint}`).not.toContain(CANARY);
    if (!(read instanceof Error)) expect([...read.contexts.keys()]).toEqual([]);
  });

  it('names the file and the entry that are broken', async () => {
    const path = file({ ...config('https://a'), users: [{ name: 'u', user: { exec: { command: 7, token: CANARY } } }] });
    const error = (await readKubeconfig([path], {})).broken.get('main');
    expect(error).toMatchObject({ code: 'invalid_input' });
    expect(error?.message).toContain(path);
    expect(error?.message).toContain('user "u"');
  });

  it('of which a part is broken serves the rest', async () => {
    const sound = config('https://a');
    const path = file({
      ...sound,
      clusters: [...sound.clusters, { name: 'odd', cluster: { server: 7 } }],
      users: [...sound.users, { name: 'unused', user: 'text' }],
      contexts: [
        ...sound.contexts,
        { name: 'lost', context: { cluster: 'gone' } },
        { name: 'odd', context: { cluster: 'odd', user: 'u' } },
        { name: 'empty' },
      ],
    });
    const { contexts, broken } = await readKubeconfig([path], {});
    expect([...contexts.keys()]).toEqual(['main']);
    expect(broken.get('lost')?.message).toContain('"gone"');
    expect(broken.get('odd')?.message).toContain('cluster "odd"');
    expect(broken.get('empty')?.message).toContain('context "empty"');
  });

  it('that is huge, or a folder, is refused', async () => {
    mkdirSync(join(folder, 'a-folder'));
    expect(await failure([join(folder, 'a-folder')])).toMatchObject({ code: 'invalid_input' });
    expect(await failure([file(`a: ${'&x [*x]'.repeat(10)}`)])).toMatchObject({ code: 'invalid_input' });
  });

  it('is made of the service account where the program runs in a pod', async () => {
    const account = join(folder, 'account');
    file('team-a\n', 'account/namespace');
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443', KUBERNETES_SERVICE_ACCOUNT_DIR: account };
    const { contexts, current } = await readKubeconfig([join(folder, 'not-there')], env);
    expect(current).toBe('in-cluster');
    expect(contexts.get('in-cluster')).toMatchObject({
      server: 'https://[fd00::1]:443',
      namespace: 'team-a',
      ca: { file: join(account, 'ca.crt') },
      credentials: { tokenFile: join(account, 'token') },
    });
  });

  it('that is nowhere names where it was looked for', async () => {
    const path = join(folder, 'not-there');
    expect(await failure([path])).toMatchObject({ code: 'missing_dependency', message: expect.stringContaining(path) });
  });
});
