import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from '@deployment-engine/shared/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { server } from '../server.ts';

const CANARIES = [
  'tok-canary-1',
  'pass-canary-2',
  'cert-canary-3',
  'key-canary-4',
  'arg-canary-5',
  'env-canary-6',
  'oidc-canary-7',
  'proxy-canary-8',
  'url-canary-9',
];
const b64 = (text: string): string => Buffer.from(text).toString('base64');

const ONE = `
apiVersion: v1
kind: Config
current-context: token
clusters:
  - { name: one, cluster: { server: "https://admin:url-canary-9@one.example.com:6443", certificate-authority-data: ${b64('PUBLIC')}, proxy-url: "http://me:proxy-canary-8@proxy.example.com:3128" } }
users:
  - { name: token, user: { token: tok-canary-1 } }
  - { name: basic, user: { username: ada, password: pass-canary-2 } }
  - { name: certificate, user: { client-certificate-data: ${b64('cert-canary-3')}, client-key-data: ${b64('key-canary-4')} } }
contexts:
  - { name: token, context: { cluster: one, user: token, namespace: web } }
  - { name: basic, context: { cluster: one, user: basic } }
  - { name: certificate, context: { cluster: one, user: certificate } }
`;
const TWO = `
apiVersion: v1
kind: Config
current-context: command
clusters:
  - { name: one, cluster: { server: "https://elsewhere.example.com" } }
  - { name: two, cluster: { server: "https://two.example.com", insecure-skip-tls-verify: true } }
users:
  - name: command
    user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: sign-in, args: ["--token", "arg-canary-5", "--region", "eu"], env: [{ name: A, value: env-canary-6 }] } }
  - { name: oidc, user: { auth-provider: { name: oidc, config: { idp-issuer-url: "https://id.example.com", client-secret: oidc-canary-7, id-token: oidc-canary-7 } } } }
contexts:
  - { name: command, context: { cluster: two, user: command } }
  - { name: oidc, context: { cluster: two, user: oidc } }
`;

describe('config_view', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  const files = [join(folder, 'one'), join(folder, 'two')];
  writeFileSync(files[0] ?? '', ONE);
  writeFileSync(files[1] ?? '', TWO);
  const opened = await open(server, { config: { kubeconfig: files.join(':') } });
  const readOnly = await open(server, { config: { kubeconfig: files.join(':') }, readOnly: true });
  afterAll(async () => {
    await Promise.all([opened.close(), readOnly.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
  const view = async (args: object = {}, from = opened) => {
    const result = await from.call<{
      files: string[];
      current: string;
      contexts: { name: string; server: string; signs_in_by: string[] }[];
    }>('config_view', { ...args });
    if (result.ok !== true) throw new Error(JSON.stringify(result));
    return result;
  };

  it('merges the files: the first that names a thing wins', async () => {
    const { output } = await view();
    expect(output).toMatchObject({ files, current: 'token' });
    expect(output.contexts.map(({ name }) => name)).toEqual(['token', 'basic', 'certificate', 'command', 'oidc']);
    expect(output.contexts[0]?.server).toContain('one.example.com:6443');
  });

  it('says how each user signs in', async () => {
    const { output } = await view();
    expect(output.contexts.map((one) => one.signs_in_by)).toEqual([
      ['token [masked]'],
      ['password of ada [masked]'],
      ['client certificate'],
      ['command sign-in --token [masked] --region eu'],
      ['OpenID Connect at https://id.example.com'],
    ]);
  });

  it.each([
    ['as usual', () => opened],
    ['in read-only mode', () => readOnly],
  ])('lets no credential out %s', async (_when, from) => {
    const said = JSON.stringify(await view({}, from()));
    for (const canary of CANARIES) {
      expect(said, canary).not.toContain(canary);
      expect(said, canary).not.toContain(b64(canary));
    }
  });

  it('shows one context, and names the near one for a wrong name', async () => {
    expect((await view({ context: 'oidc' })).output.contexts).toMatchObject([{ name: 'oidc', cluster: 'two', insecure: true }]);
    expect(await opened.call('config_view', { context: 'oidcc' })).toMatchObject({
      ok: false,
      error: { code: 'not_found', hint: 'Did you mean "oidc"?' },
    });
  });
});
