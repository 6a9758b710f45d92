import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { differenceText } from '../compare/fields.ts';
import { cutText, fit } from '../report/budget.ts';
import { age, count, oneLine } from '../report/text.ts';
import { toYaml } from '../report/yaml.ts';
import { changesBetween, shown } from '../rollout/changes.ts';
import { historyOf, revisionOf } from '../rollout/history.ts';
import { rolloutStatus } from '../rollout/status.ts';
import { workloadInput, workloadOf } from '../rollout/workload.ts';
import { readTool } from './define.ts';

const MOST_CHANGES = 8;

export const rolloutRead = readTool({
  name: 'rollout_read',
  title: 'Progress and history of a rollout',
  description: 'How far the rollout of a Deployment, StatefulSet or DaemonSet is, what each revision changed, or one revision’s template.',
  toolset: 'rollouts',
  input: {
    ...workloadInput,
    view: z.enum(['status', 'history']).default('status').describe('history: what each revision changed'),
    revision: z.int().min(1).optional().describe('Show the template of this one'),
  },
  output: {
    state: z.enum(['complete', 'progressing', 'paused', 'failed']),
    message: z.string(),
    desired: z.number(),
    updated: z.number(),
    ready: z.number(),
    revisions: z
      .array(
        z.object({
          revision: z.number(),
          age: z.string(),
          cause: z.string().optional(),
          changes: z.array(z.string()).describe('Against the one before'),
          more: z.number().describe('Changes not shown'),
        }),
      )
      .optional(),
    left: z.number().optional(),
    template: z.string().optional(),
    cut: z.number().optional(),
  },
  async handler({ view, revision, ...named }, context) {
    const { bytes } = context;
    const { place, workload } = await workloadOf(named, context);
    const status = rolloutStatus(named.kind, workload);
    if (view === 'status' && revision === undefined) return status;
    const history = await historyOf(named.kind, place, workload, context);
    if (revision !== undefined) {
      const { text, cut } = cutText(toYaml(shown(revisionOf(history, revision).template, context)), bytes);
      return { ...status, template: text, cut };
    }
    if (history.length === 0) throw new ToolError('not_found', `No revision of ${named.name} is kept.`, { hint: 'See view status.' });
    const rows = history.map((one, at) => {
      const before = history[at + 1];
      const changes = (before === undefined ? [] : changesBetween(before, one, context)).map((change) =>
        oneLine(differenceText(change), 300),
      );
      // several revisions are told before all of one
      const { items: told } = fit(changes.slice(0, MOST_CHANGES), bytes / 4);
      return {
        revision: one.revision,
        age: age(one.created),
        ...(one.cause === undefined ? {} : { cause: oneLine(one.cause, 200) }),
        changes: told,
        more: changes.length - told.length,
      };
    });
    const { items, left } = fit(rows, bytes);
    return { ...status, revisions: items, left };
  },
  render: ({ context, state, message, desired, ready, revisions = [], left = 0, template, cut = 0 }) => ({
    summary: `${state} in ${context}: ${message}; ${ready} of ${desired} ready.${left > 0 ? ` ${count(left, 'older revision')} left out: set max_tokens.` : ''}${cut > 0 ? ` ${cut} bytes left out: set max_tokens.` : ''}`,
    data:
      template ??
      revisions
        .flatMap(({ revision, age: old, cause, changes, more }) => [
          `revision ${revision}, ${old} old${cause === undefined ? '' : `: ${cause}`}`,
          ...changes.map((one) => `  ${one}`),
          ...(more > 0 ? [`  and ${more} more`] : []),
        ])
        .join('\n'),
  }),
});
