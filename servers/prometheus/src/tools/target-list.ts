import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { columns, labelText, lines, oneLine } from '../words/text.ts';
import { countText, type Deps, holds, limit, maxTokens, noticeLines, notices, noticesOf, pick, READ, search, source } from './inputs.ts';

const TargetView = z.object({
  job: z.string(),
  instance: z.string(),
  health: z.string(),
  url: z.string(),
  last_error: z.string().optional(),
  last_scrape: z.string().optional(),
  scrape_seconds: z.number().optional().describe('How long the last scrape took.'),
  interval: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional().describe('Besides job and instance.'),
});

const Output = z.object({
  source: z.string(),
  targets: z.array(TargetView).describe('Those that are down first.'),
  total: z.number(),
  truncated: z.boolean(),
  health: z.record(z.string(), z.number()).describe('Active targets by health, before the filters.'),
  pools: z
    .array(z.object({ pool: z.string(), up: z.number(), down: z.number(), unknown: z.number() }))
    .describe('By scrape pool, those with trouble first.'),
  dropped: z.number().optional().describe('Discovered, and dropped by relabelling.'),
  ...notices,
});
type Output = z.output<typeof Output>;

const BAD_FIRST: Readonly<Record<string, number>> = { down: 0, unknown: 1, up: 2 };

export const targetList = defineTool({
  name: 'target_list',
  title: 'List scrape targets',
  description: 'What the server scrapes: health, last error, scrape time; those that are down first. Filters by health, job and text.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({
    health: z.enum(['up', 'down', 'unknown']).optional().describe('Only targets in this state.'),
    job: z.string().min(1).max(200).optional().describe('Only targets of this job or scrape pool.'),
    search: search.describe('Text that must occur in the address, a label or the last error, case ignored.'),
    source,
    limit: limit(50, 500, 'targets'),
    max_tokens: maxTokens,
  }),
  outputSchema: Output,
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const answer = await from.api.targets('active', { signal });
    const { active, droppedCount } = answer.data;
    const found = active.filter(
      (target) =>
        (input.health === undefined || target.health === input.health) &&
        (input.job === undefined || target.labels['job'] === input.job || target.pool === input.job) &&
        holds([target.url, target.lastError, ...Object.values(target.labels)].join('\n'), input.search),
    );
    const ordered = found.toSorted((a, b) => (BAD_FIRST[a.health] ?? 1) - (BAD_FIRST[b.health] ?? 1));
    const views = ordered.map((target): z.output<typeof TargetView> => {
      const { job = '', instance = '', ...labels } = target.labels;
      return {
        job,
        instance,
        health: target.health,
        url: withoutUser(target.url),
        ...(target.lastError === '' ? {} : { last_error: oneLine(target.lastError) }),
        // Go's zero time: never scraped
        ...(target.lastScrape === '' || target.lastScrape.startsWith('0001-') ? {} : { last_scrape: target.lastScrape }),
        ...(target.lastScrapeDuration === undefined ? {} : { scrape_seconds: Number(target.lastScrapeDuration.toPrecision(3)) }),
        ...(target.interval === '' ? {} : { interval: target.interval }),
        ...(Object.keys(labels).length > 0 ? { labels } : {}),
      };
    });
    const { shown, total, truncated } = pick(views, input.limit, input.max_tokens);
    return {
      source: from.name,
      targets: shown,
      total,
      truncated,
      health: countBy(active.map(({ health }) => health)),
      pools: poolsOf(active),
      ...(droppedCount > 0 ? { dropped: droppedCount } : {}),
      ...noticesOf(answer),
    };
  },
  render: (output) => ({ summary: summaryOf(output), data: dataOf(output) }),
});

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function poolsOf(targets: readonly { pool: string; health: string }[]): Output['pools'] {
  const pools = new Map<string, { pool: string; up: number; down: number; unknown: number }>();
  for (const { pool, health } of targets) {
    const own = pools.get(pool) ?? { pool, up: 0, down: 0, unknown: 0 };
    own[health === 'up' || health === 'down' ? health : 'unknown'] += 1;
    pools.set(pool, own);
  }
  return [...pools.values()].toSorted((a, b) => b.down - a.down || (a.pool < b.pool ? -1 : 1)).slice(0, 50);
}

/** A scrape URL can carry a user name and a password. */
function withoutUser(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, '$1');
}

function summaryOf({ targets, total, health, source: from }: Output): string {
  const states = Object.entries(health).map(([state, count]) => `${count} ${oneLine(state, 20)}`);
  return `${countText(targets.length, total, 'target')}, from ${from}. All: ${states.join(', ') || 'none'}.`;
}

function dataOf(output: Output): string {
  const rows = output.targets.map(({ health, job, instance, url, last_error: error, labels }) => [
    health,
    job,
    instance,
    url === '' ? '-' : url,
    [labels && labelText(labels), error].filter(Boolean).join('  '),
  ]);
  return lines(columns(rows), noticeLines(output));
}
