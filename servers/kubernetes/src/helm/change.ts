import { ToolError } from '@deployment-engine/shared/contracts';
import type { KubeObject } from '../client/wire.ts';
import type { ClusterContext } from '../tools/define.ts';
import { bringChart, type ChartWish } from './chart.ts';
import { deedsOf, recordOf } from './deeds.ts';
import { objectsOf, rememberSecrets, type Masking } from './manifest.ts';
import type { Helm } from './program.ts';
import { parseRelease, type Release } from './release.ts';
import { secretsIn } from './values.ts';

/** What install and upgrade have in common. */
export interface ChangeWish extends ChartWish {
  name: string;
  namespace: string;
  values?: Record<string, unknown> | undefined;
  wait?: boolean | undefined;
  atomic?: boolean | undefined;
  timeout_seconds: number;
  dry_run?: boolean | undefined;
}

export interface Changed {
  release: Release;
  objects: KubeObject[];
}

/** Longer than Helm itself waits, so that it ends by itself and says why. */
const BEYOND_MS = 30_000;

export const maskingOf = ({ marks, cluster }: Pick<ClusterContext, 'marks' | 'cluster'>, namespace: string): Masking => ({
  marks,
  context: cluster.name,
  namespace,
});

/** The arguments of Helm for values; they go by a private file, because a command line is seen by others. */
export async function valuesArguments(values: Record<string, unknown> | undefined, { folder }: Helm): Promise<string[]> {
  return values === undefined || Object.keys(values).length === 0
    ? []
    : [`--values=${await folder.write('values.json', JSON.stringify(values))}`];
}

/**
 * Installs or upgrades: first without changing anything, so that the operator's policy sees every object that the chart makes; then,
 * with consent, in earnest.
 */
export async function change(
  verb: 'install' | 'upgrade',
  wish: ChangeWish,
  own: readonly string[],
  helm: Helm,
  context: ClusterContext,
): Promise<Changed> {
  const { cluster, deps, roots, signal, marks, progress } = context;
  const { name, namespace } = wish;
  const masking = maskingOf(context, namespace);
  cluster.access.demand(recordOf('apply', name, namespace));
  marks.remember(cluster.name, namespace, secretsIn(wish.values ?? {}));
  const chart = await bringChart(wish, {
    folder: helm.folder,
    roots,
    repositories: deps.kubernetes.config.helm.repositories,
    helm: helm.run,
  });
  const base = [
    verb,
    `--namespace=${namespace}`,
    `--timeout=${wish.timeout_seconds}s`,
    '--output=json',
    ...own,
    ...(await valuesArguments(wish.values, helm)),
  ];
  const names = ['--', name, chart];
  const trial = releaseOf(await helm.run([...base, '--dry-run=server', ...names]));
  const crds = verb === 'install' ? await objectsOf(await helm.run(['show', 'crds', '--', chart])) : [];
  const objects = await rememberSecrets(trial, masking);
  if (wish.dry_run === true) return { release: trial, objects };
  const created = own.includes('--create-namespace') ? [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }] : [];
  const deeds = await deedsOf('apply', [...crds, ...created, ...objects], { cluster, namespace, signal, crds });
  const all = [recordOf('apply', name, namespace), ...deeds];
  cluster.access.consentAll(all, `${verb} the release ${name} in ${namespace}: ${objects.length} objects`, context);
  progress({ progress: 1, total: 2, message: `${objects.length} objects` });
  const waiting = [
    ...(wish.wait === true || wish.atomic === true ? ['--wait'] : []),
    ...(wish.atomic === true ? [helm.major >= 4 ? '--rollback-on-failure' : '--atomic'] : []),
  ];
  const said = await helm.run([...base, ...waiting, ...names], { timeoutMs: wish.timeout_seconds * 1000 + BEYOND_MS });
  const release = releaseOf(said);
  return { release, objects: await rememberSecrets(release, masking) };
}

function releaseOf(printed: string): Release {
  // warnings may stand before it
  const from = printed.indexOf('{');
  try {
    return parseRelease(JSON.parse(printed.slice(Math.max(0, from))));
  } catch (error) {
    throw new ToolError('upstream_error', 'Helm printed no release.', { hint: 'Look with helm_read whether it is there.', cause: error });
  }
}
