import { z } from 'zod';
import { change } from '../helm/change.ts';
import { withHelm } from '../helm/program.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';
import { changedOutput } from './helm-changed.ts';
import * as helm from './helm-fields.ts';

const BASES = { chart: '--reset-values', release: '--reuse-values', merged: '--reset-then-reuse-values' } as const;

export const helmUpgrade = writeTool({
  name: 'helm_upgrade',
  title: 'Upgrade a Helm release',
  description: 'Bring a release to another chart, version or values; helm_rollback takes it back. What it would make: dry_run.',
  toolset: helm.TOOLSET,
  deadlineMs: helm.DEADLINE_MS,
  input: {
    release: helm.release,
    ...helm.chartFields,
    namespace: fields.namespace,
    values_from: z
      .enum(['chart', 'release', 'merged'])
      .default('merged')
      .describe('What values go over: the new chart’s; the release’s, old chart included; the new chart’s with the release’s own'),
    wait: helm.wait,
    atomic: z.boolean().default(false).describe('Wait, and go back if it fails'),
    timeout_seconds: helm.timeoutSeconds,
    dry_run: helm.dryRun,
  },
  output: helm.changedShape,
  async handler({ release: name, values_from: from, ...input }, context) {
    const namespace = input.namespace ?? context.cluster.namespace;
    const { deps, cluster, marks, signal } = context;
    const changed = await withHelm({ kubernetes: deps.kubernetes, cluster, namespace, marks, signal }, (program) =>
      change('upgrade', { ...input, name, namespace }, [BASES[from]], program, context),
    );
    return changedOutput(changed, input.dry_run, context, namespace);
  },
  render: (out) => helm.renderChanged(out.manifest === undefined ? 'Upgraded' : 'Would upgrade', out),
});
