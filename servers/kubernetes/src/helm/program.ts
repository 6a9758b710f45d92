import { join } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import { withPrivateFolder, type PrivateFolder } from '@deployment-engine/shared/platform';
import type { Cluster } from '../client/cluster.ts';
import type { Kubernetes } from '../kubernetes.ts';
import type { SecretMarks } from '../report/secret-marks.ts';
import { helmFailure } from './failure.ts';
import { privateKubeconfig } from './private-kubeconfig.ts';

/** Runs Helm with these arguments and gives what it printed. */
export type HelmRun = (argv: readonly string[], options?: { timeoutMs?: number }) => Promise<string>;

/** Helm for one call: its program, and the folder that holds the call's files. */
export interface Helm {
  run: HelmRun;
  folder: PrivateFolder;
  /** The first number of its version. */
  major: number;
}

export interface HelmOptions {
  kubernetes: Kubernetes;
  /** Whom Helm acts as; without one it reaches no cluster. */
  cluster?: Cluster | undefined;
  namespace: string;
  marks: SecretMarks;
  signal: AbortSignal;
}

const RUN_MS = 120_000;
/** A release with its chart, as JSON. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * The Helm program: the one of the configuration, else the one on PATH.
 *
 * @throws ToolError `missing_dependency`
 */
export async function findHelm({ config, env }: Pick<Kubernetes, 'config' | 'env'>): Promise<string> {
  const { binary } = config.helm;
  const found = await env.exec.find(binary ?? 'helm');
  if (found !== undefined) return found;
  throw new ToolError('missing_dependency', binary === undefined ? 'Helm is not installed.' : `There is no Helm program at ${binary}.`, {
    hint: 'Install Helm (helm.sh/docs/intro/install) on the machine of this server, or name it in helm.binary. helm_read works without it.',
  });
}

/**
 * Opens Helm for one call. It sees neither the operator's Helm settings, nor their plugins, nor their kubeconfig: only a private one with
 * the credentials of this context, which is removed with the call.
 */
export async function withHelm<T>(options: HelmOptions, use: (helm: Helm) => Promise<T>): Promise<T> {
  const { kubernetes, cluster, namespace, marks, signal } = options;
  const program = await findHelm(kubernetes);
  return withPrivateFolder('helm-', async (folder) => {
    const kubeconfig = await folder.write('kubeconfig', cluster === undefined ? '{}' : await privateKubeconfig(cluster.connection));
    const { env } = kubernetes.env;
    const own = {
      KUBECONFIG: kubeconfig,
      HELM_NAMESPACE: namespace,
      HELM_DRIVER: 'secret',
      HELM_CONFIG_HOME: join(folder.path, 'config'),
      HELM_CACHE_HOME: join(folder.path, 'cache'),
      HELM_DATA_HOME: join(folder.path, 'data'),
      HELM_PLUGINS: join(folder.path, 'none'),
      HELM_REPOSITORY_CONFIG: join(folder.path, 'repositories.yaml'),
      HELM_REPOSITORY_CACHE: join(folder.path, 'cache', 'repository'),
      HELM_REGISTRY_CONFIG: kubernetes.config.helm.registryConfig ?? join(folder.path, 'registry.json'),
      HTTP_PROXY: env['HTTP_PROXY'] ?? env['http_proxy'],
      HTTPS_PROXY: env['HTTPS_PROXY'] ?? env['https_proxy'],
      NO_PROXY: env['NO_PROXY'] ?? env['no_proxy'],
    };
    const run: HelmRun = async (argv, { timeoutMs = RUN_MS } = {}) => {
      const result = await kubernetes.env.exec.run(program, argv, {
        cwd: folder.path,
        env: own,
        signal,
        timeoutMs,
        maxOutputBytes: MAX_OUTPUT,
      });
      if (result.truncated) throw new ToolError('too_large', `Helm printed more than ${MAX_OUTPUT} bytes.`);
      if (result.code === 0) return result.stdout;
      const said = result.stderr.trim() === '' ? result.stdout : result.stderr;
      throw helmFailure(said.replaceAll(folder.path, ''), { marks, context: cluster?.name ?? '', namespace });
    };
    const version = await run(['version', '--short']);
    const major = Number(/v?(\d+)\./.exec(version)?.[1] ?? 0);
    if (major < 3)
      throw new ToolError('unsupported', 'This is no Helm 3 or newer.', { hint: 'Install a newer Helm, or name it in helm.binary.' });
    return use({ run, folder, major });
  });
}
