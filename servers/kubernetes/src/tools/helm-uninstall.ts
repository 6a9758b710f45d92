import { z } from 'zod';
import type { KubeObject } from '../client/wire.ts';
import { deedsOf, recordOf } from '../helm/deeds.ts';
import { objectsOf, wholeManifest } from '../helm/manifest.ts';
import { findHelm, withHelm } from '../helm/program.ts';
import { Releases } from '../helm/release.ts';
import { count } from '../report/text.ts';
import { destroyTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';
import * as helm from './helm-fields.ts';

export const helmUninstall = destroyTool({
  name: 'helm_uninstall',
  title: 'Uninstall a Helm release',
  description: 'Delete a release with the objects that it made, and its history unless that is kept.',
  toolset: helm.TOOLSET,
  deadlineMs: helm.DEADLINE_MS,
  input: {
    release: helm.release,
    namespace: fields.namespace,
    keep_history: z.boolean().default(false).describe('Keep the revisions, so that helm_rollback can bring it back'),
    wait: z.boolean().default(false).describe('Wait until the objects are gone'),
    timeout_seconds: helm.timeoutSeconds,
  },
  output: {
    release: z.string(),
    namespace: z.string(),
    deleted: z.array(z.string()),
    left: z.number().optional().describe('Deleted objects not shown'),
    kept: z.array(z.string()).describe('Objects that the chart says to keep'),
  },
  async plan(input, context) {
    await findHelm(context.deps.kubernetes);
    const { release, namespace, gone, kept, deeds } = await found(input, context);
    return {
      summary: `Uninstall the release ${release.name} (${helm.chartOf(release)}, revision ${release.version}) from ${namespace}: ${count(gone.length, 'object')}.`,
      changes: [
        ...gone.map((one) => `delete ${helm.nameOf(one, namespace)}`),
        ...kept.map((one) => `keep ${helm.nameOf(one, namespace)}`),
        input.keep_history ? 'keep its history' : 'delete its history: helm_rollback will not bring it back',
      ],
      state: { revision: release.version, status: release.info.status },
      deeds,
    };
  },
  async handler(input, context) {
    const { cluster, deps, marks, signal, bytes } = context;
    const { release, namespace, gone, kept, deeds } = await found(input, context);
    return withHelm({ kubernetes: deps.kubernetes, cluster, namespace, marks, signal }, async (program) => {
      cluster.access.consentAll(deeds, `uninstall the release ${release.name} from ${namespace}: ${count(gone.length, 'object')}`, context);
      const { timeout_seconds: seconds } = input;
      await program.run(
        [
          'uninstall',
          `--namespace=${namespace}`,
          `--timeout=${seconds}s`,
          ...(input.keep_history ? ['--keep-history'] : []),
          ...(input.wait ? ['--wait'] : []),
          '--',
          release.name,
        ],
        { timeoutMs: seconds * 1000 + 30_000 },
      );
      const { objects, ...rest } = helm.objectNames(gone, namespace, bytes);
      return {
        release: release.name,
        namespace,
        deleted: objects,
        ...rest,
        kept: kept.slice(0, 50).map((one) => helm.nameOf(one, namespace)),
      };
    });
  },
  render: ({ context, release, namespace, deleted, left = 0, kept }) => ({
    summary: `Uninstalled ${release} from ${namespace} of ${context}: ${count(deleted.length + left, 'object')} deleted${kept.length > 0 ? `, ${kept.length} kept` : ''}.`,
    data: [deleted.join(' '), ...(kept.length > 0 ? [`kept: ${kept.join(' ')}`] : [])].join('\n'),
  }),
});

const isKept = ({ metadata }: KubeObject): boolean => metadata.annotations?.['helm.sh/resource-policy'] === 'keep';

async function hooksOf(hooks: readonly { manifest: string; events: readonly string[] }[]): Promise<KubeObject[]> {
  const run = hooks.filter(({ events }) => events.includes('pre-delete') || events.includes('post-delete'));
  return objectsOf(wholeManifest({ manifest: '', hooks: run as never }));
}

async function found(
  { release: name, namespace: given }: { release: string; namespace?: string | undefined },
  { cluster, signal }: ClusterContext,
) {
  const namespace = given ?? cluster.namespace;
  const record = recordOf('delete', name, namespace);
  cluster.access.demand(record);
  const release = await new Releases(cluster, signal).read(namespace, name);
  const objects = await objectsOf(release.manifest);
  const gone = objects.filter((one) => !isKept(one));
  const deeds = [
    record,
    ...(await deedsOf('delete', gone, { cluster, namespace, signal })),
    ...(await deedsOf('apply', await hooksOf(release.hooks), { cluster, namespace, signal })),
  ];
  return { release, namespace, gone, kept: objects.filter(isKept), deeds };
}
