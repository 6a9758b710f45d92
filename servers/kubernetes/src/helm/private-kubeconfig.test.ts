import { describe, expect, it } from 'vitest';
import type { SocketTarget } from '../client/connection.ts';
import type { ContextEntry } from '../client/kubeconfig.ts';
import { privateKubeconfig } from './private-kubeconfig.ts';

const ENTRY: ContextEntry = {
  name: 'a',
  server: 'https://api.example',
  cluster: 'c',
  user: 'u',
  namespace: 'n',
  insecure: false,
  credentials: {},
};

async function written(target: Partial<Pick<SocketTarget, 'headers' | 'tls'>>, more: Partial<ContextEntry> = {}) {
  const text = await privateKubeconfig({
    entry: { ...ENTRY, ...more },
    identity: async () => ({ headers: {}, tls: {}, ...target }),
  });
  const { clusters, users } = JSON.parse(text) as { clusters: { cluster: object }[]; users: { user: object }[] };
  return { cluster: clusters[0]?.cluster, user: users[0]?.user };
}

describe('the kubeconfig for one call', () => {
  it('carries a token, the authority and whom to act as', async () => {
    const headers = {
      authorization: 'Bearer a-token',
      'impersonate-user': 'ada',
      'impersonate-group': ['dev', 'ops'],
      'impersonate-uid': '7',
      'impersonate-extra-example.com%2Freason': ['x'],
    };
    expect(await written({ headers, tls: { ca: 'CA' } }, { tlsServerName: 'kube', proxyUrl: 'http://proxy:1' })).toEqual({
      cluster: {
        server: 'https://api.example',
        'certificate-authority-data': Buffer.from('CA').toString('base64'),
        'tls-server-name': 'kube',
        'proxy-url': 'http://proxy:1',
      },
      user: { token: 'a-token', as: 'ada', 'as-groups': ['dev', 'ops'], 'as-uid': '7', 'as-user-extra': { 'example.com/reason': ['x'] } },
    });
  });

  it('carries a certificate, or a password with a colon in it', async () => {
    const { user } = await written({ tls: { cert: 'C', key: 'K' } });
    expect(user).toEqual({ 'client-certificate-data': 'Qw==', 'client-key-data': 'Sw==' });
    const basic = await written({ headers: { authorization: `Basic ${Buffer.from('ada:pa:ss').toString('base64')}` } });
    expect(basic.user).toEqual({ username: 'ada', password: 'pa:ss' });
  });
});
