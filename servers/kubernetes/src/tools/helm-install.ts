import { z } from 'zod';
import { change } from '../helm/change.ts';
import { withHelm } from '../helm/program.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';
import { changedOutput } from './helm-changed.ts';
import * as helm from './helm-fields.ts';

export const helmInstall = writeTool({
  name: 'helm_install',
  title: 'Install a Helm chart',
  description: 'Install a chart as a new release. What it would make: dry_run or helm_template. A release that is there: helm_upgrade.',
  toolset: helm.TOOLSET,
  deadlineMs: helm.DEADLINE_MS,
  input: {
    release: helm.release,
    ...helm.chartFields,
    namespace: fields.namespace,
    create_namespace: z.boolean().default(false).describe('Make the namespace if it is not there'),
    wait: helm.wait,
    atomic: z.boolean().default(false).describe('Wait, and take everything back if it fails'),
    timeout_seconds: helm.timeoutSeconds,
    dry_run: helm.dryRun,
  },
  output: helm.changedShape,
  async handler({ release: name, create_namespace: creates, ...input }, context) {
    const namespace = input.namespace ?? context.cluster.namespace;
    const { deps, cluster, marks, signal } = context;
    const changed = await withHelm({ kubernetes: deps.kubernetes, cluster, namespace, marks, signal }, (program) =>
      change('install', { ...input, name, namespace }, creates ? ['--create-namespace'] : [], program, context),
    );
    return changedOutput(changed, input.dry_run, context, namespace);
  },
  render: (out) => helm.renderChanged(out.manifest === undefined ? 'Installed' : 'Would install', out),
});
