import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { columns } from '../words/text.ts';
import { countText, type Deps, holds, limit, pick, search, source } from './inputs.ts';
import { SilenceView, silenceView, TOOLSET } from './silence-inputs.ts';

const RANK: Readonly<Record<string, number>> = { active: 0, pending: 1, expired: 2 };

export const silenceList = defineTool({
  name: 'silence_list',
  title: 'List silences',
  description: 'Silences of the Alertmanager that belongs to a source: active and pending ones, on request those that have expired.',
  scopes: ['alerts:read'],
  annotations: reads({ openWorld: true }),
  toolset: TOOLSET,
  inputSchema: z.strictObject({
    state: z.enum(['current', 'active', 'pending', 'expired', 'all']).default('current').describe('current: active and pending.'),
    search: search.describe('Text that must occur in a matcher, the comment or the author, case ignored.'),
    source,
    limit: limit(50, 500, 'silences'),
  }),
  outputSchema: z.object({ source: z.string(), silences: z.array(SilenceView), total: z.number(), truncated: z.boolean() }),
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const all = (await from.alertmanager().silences({ signal })).map(silenceView);
    const found = all.filter(
      (one) =>
        (input.state === 'all' || one.state === input.state || (input.state === 'current' && one.state !== 'expired')) &&
        holds([...one.matchers, one.comment, one.created_by].join('\n'), input.search),
    );
    const ordered = found.toSorted((a, b) => (RANK[a.state] ?? 3) - (RANK[b.state] ?? 3) || (a.ends_at < b.ends_at ? -1 : 1));
    const { shown, total, truncated } = pick(ordered, input.limit);
    return { source: from.name, silences: shown, total, truncated };
  },
  render: ({ source: from, silences, total }) => ({
    summary: `${countText(silences.length, total, 'silence')}, from ${from}.`,
    data: columns(
      silences.map(({ id, state, matchers, ends_at: ends, created_by: by, comment }) => [
        id,
        state,
        `until ${ends}`,
        matchers.join(', '),
        `${by}: ${comment}`,
      ]),
    ),
  }),
});
