import type { Connection } from '../client/connection.ts';

const base64 = (value: string | Uint8Array): string => Buffer.from(value).toString('base64');
const asList = (value: string | readonly string[] | undefined): readonly string[] | undefined =>
  value === undefined || typeof value !== 'string' ? value : [value];

/**
 * A kubeconfig for a program that is to act in the place of this connection: its server, the credentials it has now, whom it acts as.
 * Holds no command: what the operator's own kubeconfig runs has been run here. JSON, which is YAML.
 */
export async function privateKubeconfig(connection: Pick<Connection, 'entry' | 'identity'>): Promise<string> {
  const { entry } = connection;
  const { headers, tls } = await connection.identity();
  const fields = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const));
  const [scheme = '', proof = ''] = (asList(fields.get('authorization'))?.[0] ?? '').split(/ (.*)/s);
  const [username = '', password = ''] = scheme === 'Basic' ? Buffer.from(proof, 'base64').toString('utf8').split(/:(.*)/s) : [];
  const extra = [...fields]
    .filter(([name]) => name.startsWith('impersonate-extra-'))
    .map(([name, values]) => [decodeURIComponent(name.slice('impersonate-extra-'.length)), asList(values)]);
  const user = {
    ...(scheme === 'Bearer' ? { token: proof } : {}),
    ...(username === '' ? {} : { username, password }),
    ...(tls.cert && tls.key ? { 'client-certificate-data': base64(tls.cert), 'client-key-data': base64(tls.key) } : {}),
    ...(fields.has('impersonate-user') ? { as: asList(fields.get('impersonate-user'))?.[0] } : {}),
    ...(fields.has('impersonate-uid') ? { 'as-uid': asList(fields.get('impersonate-uid'))?.[0] } : {}),
    ...(fields.has('impersonate-group') ? { 'as-groups': asList(fields.get('impersonate-group')) } : {}),
    ...(extra.length > 0 ? { 'as-user-extra': Object.fromEntries(extra) } : {}),
  };
  const cluster = {
    server: entry.server,
    ...(tls.ca ? { 'certificate-authority-data': base64(tls.ca) } : {}),
    ...(entry.insecure ? { 'insecure-skip-tls-verify': true } : {}),
    ...(entry.tlsServerName ? { 'tls-server-name': entry.tlsServerName } : {}),
    ...(entry.proxyUrl ? { 'proxy-url': entry.proxyUrl } : {}),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'this',
    clusters: [{ name: 'this', cluster }],
    users: [{ name: 'this', user }],
    contexts: [{ name: 'this', context: { cluster: 'this', user: 'this' } }],
  });
}
