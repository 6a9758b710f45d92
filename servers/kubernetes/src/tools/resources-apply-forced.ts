import { z } from 'zod';
import { applyAll } from '../change/apply.ts';
import { LONGEST_MANIFEST } from '../change/manifest.ts';
import { appliedOutput, consentTo, deedsOf, renderApplied, targetsOf, within } from '../change/report.ts';
import { destroyTool } from './define.ts';
import * as fields from './fields.ts';

/**
 * A tool of its own, because a tool has one effect: what another owner set is lost. So roles can withhold it alone, and it is confirmed
 * like everything that destroys.
 */
export const resourcesApplyForced = destroyTool({
  name: 'resources_apply_forced',
  title: 'Apply and take over',
  description: 'resources_apply that takes conflicting fields from their owners, who may set them again. Try resources_apply first.',
  toolset: 'resources',
  idempotent: true,
  input: {
    manifest: z.string().min(1).max(LONGEST_MANIFEST).describe('YAML or JSON documents'),
    namespace: fields.namespace,
  },
  output: appliedOutput,
  async plan({ manifest, namespace }, context) {
    const targets = await targetsOf(manifest, namespace, context);
    await consentTo(targets, { dryRun: true, force: true }, context);
    const asked = await applyAll(targets, { dryRun: true, force: false }, context);
    const forced = await applyAll(targets, { dryRun: true, force: true }, context);
    const taken = asked.flatMap(({ kind, name, conflicts = [] }) =>
      conflicts.map(
        ({ field, owner, live, wanted }) =>
          `takes ${field} of ${kind} ${name} from ${owner}: ${JSON.stringify(live)} becomes ${JSON.stringify(wanted)}`,
      ),
    );
    return {
      summary: `Apply ${targets.length} objects, taking ${taken.length} fields from their owners.`,
      changes: [...taken, ...forced.map(({ kind, name, result, diff = '' }) => `${kind} ${name}: ${result}\n${diff}`.trimEnd())],
      state: { asked, forced },
      deeds: deedsOf(targets),
    };
  },
  async handler({ manifest, namespace }, context) {
    const targets = await targetsOf(manifest, namespace, context);
    const options = { dryRun: false, force: true };
    await consentTo(targets, options, context);
    return within(await applyAll(targets, options, context), context.bytes);
  },
  render: (output) => renderApplied(output, 'Applied'),
});
