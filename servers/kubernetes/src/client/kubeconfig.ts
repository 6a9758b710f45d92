import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import { readTextFile } from '@deployment-engine/shared/platform';
import { z } from 'zod';

type Env = Readonly<Record<string, string | undefined>>;

const text = z.string().optional().catch(undefined);

const ClusterFields = z.object({
  server: z.string(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().optional().catch(undefined),
  'tls-server-name': text,
  'proxy-url': text,
});

const ExecFields = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: text,
  provideClusterInfo: z.boolean().optional(),
});

const UserFields = z.object({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  'as-groups': z.array(z.string()).optional().catch(undefined),
  'as-uid': text,
  exec: ExecFields.nullish(),
  'auth-provider': z.object({ name: z.string(), config: z.record(z.string(), z.string()).nullish() }).nullish(),
});

const entryName = z.string().min(1);

const File = z.object({
  'current-context': text,
  clusters: z.array(z.object({ name: entryName, cluster: z.unknown().optional() })).nullish(),
  users: z.array(z.object({ name: entryName, user: z.unknown().optional() })).nullish(),
  contexts: z.array(z.object({ name: entryName, context: z.unknown().optional() })).nullish(),
});

const ContextFields = z.object({ cluster: z.string(), user: z.string().optional(), namespace: text });

/** PEM, from the file or from the kubeconfig itself. */
export type Pem = { file: string } | { data: Buffer };

/** How a user proves who he is (kubeconfig v1, `AuthInfo`). */
export interface UserEntry {
  certificate?: Pem;
  key?: Pem;
  token?: string;
  tokenFile?: string;
  basic?: { username: string; password: string };
  exec?: z.output<typeof ExecFields> & { folder: string };
  oidc?: Record<string, string>;
  impersonate?: { user: string; groups: readonly string[]; uid?: string };
  /** A way to sign in that this program does not speak. */
  unsupported?: string;
}

export interface ContextEntry {
  name: string;
  /** Base address of the API server. */
  server: string;
  cluster: string;
  user: string;
  namespace: string;
  ca?: Pem;
  insecure: boolean;
  tlsServerName?: string;
  proxyUrl?: string;
  credentials: UserEntry;
}

interface ClusterEntry {
  fields: z.output<typeof ClusterFields>;
  folder: string;
}

export interface Kubeconfig {
  contexts: ReadonlyMap<string, ContextEntry>;
  /** Contexts that cannot be used, and why: they must not hide the others. */
  broken: ReadonlyMap<string, ToolError>;
  current: string | undefined;
  /** What it was read from; empty for the service account of a pod. */
  files: readonly string[];
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where to look: the setting, KUBECONFIG, the usual file (kubernetes.io, "Organizing Cluster Access Using kubeconfig Files"). */
export function kubeconfigFiles(setting: string | undefined, env: Env, home = env['HOME'] ?? homedir()): string[] {
  const list = setting ?? env['KUBECONFIG'];
  if (list === undefined || list === '') return [join(home, '.kube', 'config')];
  const expand = (file: string): string => (file.startsWith('~/') ? join(home, file.slice(2)) : resolve(file));
  return [...new Set(list.split(delimiter).filter(Boolean).map(expand))];
}

/**
 * The kubeconfig as kubectl reads it: of several files the first that names a thing wins. Without any file, the service account of the
 * pod that this program runs in.
 *
 * @throws ToolError `invalid_input` for a file that is no kubeconfig, `missing_dependency` when there is none
 */
export async function readKubeconfig(files: readonly string[], env: Env): Promise<Kubeconfig> {
  // looked into only for a context that names them: what nobody uses may be broken
  const clusters = new Map<string, () => ClusterEntry>();
  const users = new Map<string, () => UserEntry>();
  const contexts = new Map<string, () => z.output<typeof ContextFields>>();
  const found: string[] = [];
  let current: string | undefined;
  for (const file of files) {
    const read = await readTextFile(file);
    if (read === undefined) continue;
    found.push(file);
    const parsed = await parseFile(file, read.text);
    const folder = dirname(file);
    current ??= parsed['current-context'] || undefined;
    for (const { name, cluster } of parsed.clusters ?? [])
      if (!clusters.has(name)) clusters.set(name, () => ({ fields: fieldsOf(ClusterFields, cluster, file, `cluster "${name}"`), folder }));
    for (const { name, user } of parsed.users ?? []) if (!users.has(name)) users.set(name, () => userOf(user, file, name, folder));
    for (const { name, context } of parsed.contexts ?? [])
      if (!contexts.has(name)) contexts.set(name, () => fieldsOf(ContextFields, context, file, `context "${name}"`));
  }
  if (found.length === 0) return inCluster(files, env);
  const entries = new Map<string, ContextEntry>();
  const broken = new Map<string, ToolError>();
  for (const [name, read] of contexts) {
    try {
      const context = read();
      const cluster = clusters.get(context.cluster);
      if (cluster === undefined)
        throw new ToolError(
          'invalid_input',
          `The context "${name}" names the cluster "${context.cluster}", which the kubeconfig does not have.`,
        );
      entries.set(name, entryOf(name, context, cluster(), users.get(context.user ?? '')?.() ?? {}));
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      broken.set(name, error);
    }
  }
  return { contexts: entries, broken, current, files: found };
}

async function parseFile(file: string, content: string): Promise<z.output<typeof File>> {
  const { parse } = await import('yaml');
  try {
    return File.parse(parse(content) ?? {});
  } catch (cause) {
    throw new ToolError('invalid_input', `${file} is not a kubeconfig.`, { hint: 'Check it with "kubectl config view".', cause });
  }
}

function fieldsOf<T extends z.ZodType>(schema: T, value: unknown, file: string, what: string): z.output<T> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues[0];
  // the value is not repeated: it may be a credential
  throw new ToolError('invalid_input', `${file}: ${what} has no valid ${problem?.path.join('.') || 'content'}.`, {
    hint: 'Check it with "kubectl config view".',
  });
}

const pem = (folder: string, file: string | undefined, data: string | undefined): Pem | undefined => {
  if (data !== undefined && data !== '') return { data: Buffer.from(data, 'base64') };
  return file === undefined || file === '' ? undefined : { file: inFolder(folder, file) };
};

const inFolder = (folder: string, file: string): string => (isAbsolute(file) ? file : join(folder, file));

function userOf(value: unknown, file: string, name: string, folder: string): UserEntry {
  const user = fieldsOf(UserFields, value, file, `user "${name}"`);
  const certificate = pem(folder, user['client-certificate'], user['client-certificate-data']);
  const key = pem(folder, user['client-key'], user['client-key-data']);
  const provider = user['auth-provider'];
  return {
    ...(certificate ? { certificate } : {}),
    ...(key ? { key } : {}),
    ...(user.token ? { token: user.token } : {}),
    ...(user.tokenFile ? { tokenFile: inFolder(folder, user.tokenFile) } : {}),
    ...(user.username ? { basic: { username: user.username, password: user.password ?? '' } } : {}),
    ...(user.exec ? { exec: { ...user.exec, folder } } : {}),
    ...(provider?.name === 'oidc' ? { oidc: provider.config ?? {} } : provider ? { unsupported: provider.name } : {}),
    ...(user.as
      ? { impersonate: { user: user.as, groups: user['as-groups'] ?? [], ...(user['as-uid'] ? { uid: user['as-uid'] } : {}) } }
      : {}),
  };
}

function entryOf(
  name: string,
  context: z.output<typeof ContextFields>,
  { fields, folder }: ClusterEntry,
  credentials: UserEntry,
): ContextEntry {
  if (!URL.canParse(fields.server) || !/^https?:$/.test(new URL(fields.server).protocol))
    throw new ToolError('invalid_input', `The cluster "${context.cluster}" of the kubeconfig has no http or https server.`);
  const ca = pem(folder, fields['certificate-authority'], fields['certificate-authority-data']);
  return {
    name,
    server: fields.server.replace(/\/+$/, ''),
    cluster: context.cluster,
    user: context.user ?? '',
    namespace: context.namespace || 'default',
    ...(ca ? { ca } : {}),
    insecure: fields['insecure-skip-tls-verify'] === true,
    ...(fields['tls-server-name'] ? { tlsServerName: fields['tls-server-name'] } : {}),
    ...(fields['proxy-url'] ? { proxyUrl: fields['proxy-url'] } : {}),
    credentials,
  };
}

/** The service account that a pod is given (kubernetes.io, "Accessing the API from a Pod"). */
async function inCluster(looked: readonly string[], env: Env): Promise<Kubeconfig> {
  const [host, port] = [env['KUBERNETES_SERVICE_HOST'], env['KUBERNETES_SERVICE_PORT']];
  const folder = env['KUBERNETES_SERVICE_ACCOUNT_DIR'] ?? SERVICE_ACCOUNT;
  const namespace = host === undefined ? undefined : await readTextFile(join(folder, 'namespace')).catch(() => undefined);
  if (host === undefined || host === '' || port === undefined)
    throw new ToolError('missing_dependency', `No kubeconfig at ${looked.join(', ')}, and this is not a pod.`, {
      hint: 'Set KUBECONFIG or the setting kubeconfig to the file that kubectl uses.',
    });
  const entry: ContextEntry = {
    name: 'in-cluster',
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    cluster: 'in-cluster',
    user: 'service account',
    namespace: namespace?.text.trim() || 'default',
    ca: { file: join(folder, 'ca.crt') },
    insecure: false,
    credentials: { tokenFile: join(folder, 'token') },
  };
  return { contexts: new Map([[entry.name, entry]]), broken: new Map(), current: entry.name, files: [] };
}
