import { z } from 'zod';
import { applyAll } from '../change/apply.ts';
import { LONGEST_MANIFEST } from '../change/manifest.ts';
import { appliedOutput, renderApplied, targetsOf, within } from '../change/report.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

export const resourcesDiff = readTool({
  name: 'resources_diff',
  title: 'Preview what a manifest would change',
  description: 'What resources_apply would change, as a unified diff, and whom it would conflict with; tried on the API server, not kept.',
  toolset: 'resources',
  input: {
    manifest: z.string().min(1).max(LONGEST_MANIFEST).describe('YAML or JSON documents'),
    namespace: fields.namespace,
  },
  output: appliedOutput,
  async handler({ manifest, namespace }, context) {
    const targets = await targetsOf(manifest, namespace, context);
    return within(await applyAll(targets, { dryRun: true, force: false, verb: 'diff' }, context), context.bytes);
  },
  render: (output) => renderApplied(output as never, 'Compared'),
});
