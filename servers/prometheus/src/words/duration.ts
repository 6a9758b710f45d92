import { ToolError } from '@deployment-engine/shared/contracts';

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

// PromQL's own grammar: units once each, largest first (Prometheus documentation, "Time durations")
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const ORDER = ['y', 'w', 'd', 'h', 'm', 's', 'ms'] as const;

/** Seconds of a PromQL duration such as `1h30m`; undefined if the text is none. A bare number counts as seconds. */
export function durationSeconds(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed);
  const match = trimmed === '' ? null : DURATION.exec(trimmed);
  if (!match) return undefined;
  return ORDER.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * UNIT_SECONDS[unit]!, 0);
}

/** As {@link durationSeconds}; throws `invalid_input` for anything that is not a positive duration. */
export function parseDuration(text: string, argument: string): number {
  const seconds = durationSeconds(text);
  if (seconds === undefined || !(seconds > 0)) {
    throw new ToolError('invalid_input', `${argument} is not a duration.`, {
      hint: 'Write it as in PromQL, for example 30s, 5m, 1h30m or 7d, or as a number of seconds.',
    });
  }
  return seconds;
}

/** Seconds in PromQL's spelling: 90 → `1m30s`. Below a millisecond it is `1ms`. */
export function formatDuration(seconds: number): string {
  let rest = Math.max(1, Math.round(seconds * 1000));
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const size = UNIT_SECONDS[unit]! * 1000;
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * size;
  }
  return parts.join('');
}
