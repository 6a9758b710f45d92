import { ToolError } from '@deployment-engine/shared/contracts';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `15m`, `1h30m` or `7d`; undefined for anything else. */
export function durationOf(text: string): number | undefined {
  if (!/^(?:\d{1,7}[smhd])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
}

/**
 * A moment as a call gives it, in RFC 3339: so long ago (`15m`), or a date.
 *
 * @throws ToolError `invalid_input`
 */
export function momentText(text: string, now = Date.now()): string {
  const ago = durationOf(text);
  const at = ago === undefined ? Date.parse(text) : now - ago;
  const isDate = ago !== undefined || /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text);
  if (!isDate || Number.isNaN(at) || Math.abs(at) > 8.64e15)
    throw new ToolError('invalid_input', `"${text.slice(0, 60)}" is no time.`, { hint: 'Write 15m, 2h or 2026-01-31T12:00:00Z.' });
  return new Date(at).toISOString();
}
