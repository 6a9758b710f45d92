import { maskingOf } from '../helm/change.ts';
import { deedsOf, recordOf } from '../helm/deeds.ts';
import { objectsOf, rememberSecrets, wholeManifest } from '../helm/manifest.ts';
import { findHelm, withHelm } from '../helm/program.ts';
import { Releases } from '../helm/release.ts';
import type { Deed } from '../policy/access.ts';
import { destroyTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';
import { changedOutput } from './helm-changed.ts';
import * as helm from './helm-fields.ts';

export const helmRollback = destroyTool({
  name: 'helm_rollback',
  title: 'Roll back a Helm release',
  description: 'Take a release back to an earlier revision (helm_read, view history). Objects that the revision does not have are deleted.',
  toolset: helm.TOOLSET,
  deadlineMs: helm.DEADLINE_MS,
  input: {
    release: helm.release,
    revision: helm.revision.describe('The revision to go back to'),
    namespace: fields.namespace,
    wait: helm.wait,
    timeout_seconds: helm.timeoutSeconds,
  },
  output: helm.changedShape,
  async plan(input, context) {
    await findHelm(context.deps.kubernetes);
    const found = await compared(input, context);
    const { now, target, namespace, kept, dropped } = found;
    return {
      summary: `Roll the release ${input.release} in ${namespace} back from revision ${now.version} (${helm.chartOf(now)}) to ${target.version} (${helm.chartOf(target)}).`,
      changes: [
        ...kept.map((one) => `apply ${helm.nameOf(one, namespace)}`),
        ...dropped.map((one) => `delete ${helm.nameOf(one, namespace)}`),
      ],
      state: { revision: now.version, status: now.info.status },
      deeds: await allDeeds(input, found, context),
    };
  },
  async handler(input, context) {
    const { cluster, deps, marks, signal } = context;
    const found = await compared(input, context);
    const { namespace, now } = found;
    return withHelm({ kubernetes: deps.kubernetes, cluster, namespace, marks, signal }, async (program) => {
      const summary = `roll the release ${input.release} in ${namespace} back to revision ${input.revision}`;
      cluster.access.consentAll(await allDeeds(input, found, context), summary, context);
      const { timeout_seconds: seconds } = input;
      await program.run(
        [
          'rollback',
          `--namespace=${namespace}`,
          `--timeout=${seconds}s`,
          ...(input.wait ? ['--wait'] : []),
          '--',
          input.release,
          String(input.revision),
        ],
        { timeoutMs: seconds * 1000 + 30_000 },
      );
      const release = await new Releases(cluster, signal).read(namespace, input.release);
      const objects = await rememberSecrets(release, maskingOf(context, namespace));
      const answer = changedOutput({ release, objects }, false, context, namespace);
      return release.version > now.version ? answer : { ...answer, description: 'Helm made no new revision' };
    });
  },
  render: (out) => helm.renderChanged('Rolled back', out),
});

async function compared(
  { release: name, revision, namespace: given }: { release: string; revision: number; namespace?: string | undefined },
  { cluster, signal }: ClusterContext,
) {
  const namespace = given ?? cluster.namespace;
  cluster.access.demand(recordOf('apply', name, namespace));
  const releases = new Releases(cluster, signal);
  const [now, target] = await Promise.all([releases.read(namespace, name), releases.read(namespace, name, revision)]);
  const kept = await objectsOf(wholeManifest(target));
  const names = new Set(kept.map((one) => helm.nameOf(one, namespace)));
  const dropped = (await objectsOf(now.manifest)).filter((one) => !names.has(helm.nameOf(one, namespace)));
  return { now, target, namespace, kept, dropped };
}

async function allDeeds(
  { release }: { release: string },
  { namespace, kept, dropped }: Awaited<ReturnType<typeof compared>>,
  { cluster, signal }: ClusterContext,
): Promise<Deed[]> {
  const options = { cluster, namespace, signal };
  const deeds = [...(await deedsOf('apply', kept, options)), ...(await deedsOf('delete', dropped, options))];
  return [recordOf('apply', release, namespace), ...deeds];
}
