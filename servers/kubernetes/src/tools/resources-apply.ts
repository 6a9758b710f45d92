import { z } from 'zod';
import { LONGEST_MANIFEST } from '../change/manifest.ts';
import { appliedOutput, consentTo, renderApplied, targetsOf, within } from '../change/report.ts';
import { applyAll } from '../change/apply.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';

export const resourcesApply = writeTool({
  name: 'resources_apply',
  title: 'Apply a manifest',
  description: 'Create or change objects (server-side apply), with diffs. Fields that others own are told as conflicts.',
  idempotent: true,
  input: {
    manifest: z.string().min(1).max(LONGEST_MANIFEST).describe('YAML or JSON documents'),
    namespace: fields.namespace,
    dry_run: z.boolean().default(false).describe('Try, keep nothing'),
  },
  output: { ...appliedOutput, dry_run: z.boolean().optional() },
  async handler({ manifest, namespace, dry_run: dryRun }, context) {
    const targets = await targetsOf(manifest, namespace, context);
    const options = { dryRun, force: false };
    await consentTo(targets, options, context);
    return { ...within(await applyAll(targets, options, context), context.bytes), ...(dryRun ? { dry_run: true } : {}) };
  },
  render: (output) => renderApplied(output, output.dry_run ? 'Tried, kept nothing of' : 'Applied'),
});
