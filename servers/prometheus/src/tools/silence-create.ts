import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { Labels, Matcher } from '../client/index.ts';
import { parseDuration } from '../words/duration.ts';
import { lines, plural } from '../words/text.ts';
import { iso, parseTime, unixNow } from '../words/time.ts';
import { type Deps, source, time } from './inputs.ts';
import { parseMatcher, SilenceView, silenceView, TOOLSET } from './silence-inputs.ts';

const LONGEST_SECONDS = 30 * 86_400;

const Output = z.object({
  source: z.string(),
  silence: SilenceView,
  covers: z.array(z.record(z.string(), z.string())).describe('Alerts that it covers now, at most 20.'),
  covers_total: z.number(),
});

export const silenceCreate = defineTool({
  name: 'silence_create',
  title: 'Silence (mute) alerts',
  description:
    'Silences alerts in the Alertmanager for a time: those whose labels fit all matchers are not notified. silence_expire ends it early.',
  scopes: ['alerts:write'],
  annotations: writes({ openWorld: true }),
  toolset: TOOLSET,
  inputSchema: z.strictObject({
    matchers: z
      .array(z.string().min(3).max(1_000))
      .min(1)
      .max(20)
      .describe('Conditions on labels, all of which must hold, e.g. ["alertname=\\"HighLatency\\"", "job=~\\"api.*\\""].'),
    duration: z.string().min(1).max(32).describe('How long, e.g. 30m or 2h; at most 30d.'),
    comment: z.string().min(1).max(1_000).describe('Why, for the people on call.'),
    start: time('Begin').default('now'),
    source,
  }),
  outputSchema: Output,
  async handler(input, { deps, signal, principal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const manager = from.alertmanager();
    const matchers = input.matchers.map(parseMatcher);
    if (matchers.every(matchesNothingToo)) {
      throw new ToolError('invalid_input', 'These matchers would silence every alert, or the Alertmanager refuses them.', {
        hint: 'At least one must demand a value that is not empty, such as alertname="HighLatency".',
      });
    }
    const now = unixNow();
    const start = parseTime(input.start, 'start', now);
    const seconds = parseDuration(input.duration, 'duration');
    if (seconds > LONGEST_SECONDS)
      throw new ToolError('invalid_input', 'A silence may last 30 days at most.', {
        hint: 'Choose a shorter duration; change the rule if the alert is not wanted at all.',
      });
    if (start + seconds <= now)
      throw new ToolError('invalid_input', 'The silence would end in the past.', { hint: 'Choose a later start or a longer duration.' });
    const alerts = await manager.alerts({ signal });
    const id = await manager.createSilence(
      {
        matchers,
        startsAt: iso(Math.max(start, now)),
        endsAt: iso(start + seconds),
        createdBy: `deployment-engine (${principal.id})`,
        comment: input.comment,
      },
      { signal },
    );
    const covered = alerts.filter(({ labels }) => matchers.every((matcher) => holdsFor(matcher, labels)));
    return {
      source: from.name,
      silence: silenceView(await manager.silence(id, { signal })),
      covers: covered.slice(0, 20).map(({ labels }) => ({ ...labels })),
      covers_total: covered.length,
    };
  },
  render: ({ source: from, silence, covers_total: count }) => ({
    summary: `Silence ${silence.id} is ${silence.state} until ${silence.ends_at} (${from}); it covers ${plural(count, 'alert')} now.`,
    data: lines(silence.matchers.join(', '), silence.comment),
  }),
});

/** The Alertmanager anchors regular expressions on both ends. */
function holdsFor({ name, value, isRegex, isEqual }: Matcher, labels: Labels): boolean {
  const own = labels[name] ?? '';
  return (isRegex ? expression(value).test(own) : own === value) === isEqual;
}

function matchesNothingToo(matcher: Matcher): boolean {
  return holdsFor(matcher, {});
}

function expression(value: string): RegExp {
  try {
    return new RegExp(`^(?:${value})$`, 's');
  } catch (cause) {
    throw new ToolError('invalid_input', 'A matcher is not a valid regular expression.', {
      cause,
      hint: 'Use RE2 syntax; escape dots and brackets that are meant literally.',
    });
  }
}
