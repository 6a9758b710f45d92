import { ToolError } from '@deployment-engine/shared/contracts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes for a person: `1.9 MiB`. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

const FACTORS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** Bytes from `512m`, `1.5g`, `64MiB` or a plain number, as the docker command line reads them. */
export function bytesOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const factor = FACTORS[(unit ?? '').toLowerCase()];
  if (number === undefined || factor === undefined)
    throw new ToolError('invalid_input', `"${text}" is not a size.`, { hint: 'Write it like 512m or 2g.' });
  return Math.round(Number(number) * factor);
}

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of a span such as `90s`, `10m`, `1h30m`; undefined when it is not one. */
export function spanOf(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?[smhdw])+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g)) total += Number(number) * (SECONDS[unit ?? ''] ?? 0);
  return total;
}

/** Unix seconds of a point in time: RFC 3339, Unix seconds, or a span back from now. */
export function momentOf(text: string, now = Date.now()): number {
  const back = spanOf(text);
  if (back !== undefined) return Math.max(0, Math.floor(now / 1000 - back));
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new ToolError('invalid_input', `"${text}" is not a time.`, { hint: 'Write 15m, 2h30m, 2026-01-31T12:00:00Z or Unix seconds.' });
  return time / 1000;
}

/** How long ago or how long, for a person: `3 h`, `2 d`. */
export function span(seconds: number): string {
  const value = Math.max(0, Math.round(seconds));
  if (value < 120) return `${value} s`;
  if (value < 7200) return `${Math.round(value / 60)} min`;
  return value < 172_800 ? `${Math.round(value / 3600)} h` : `${Math.round(value / 86_400)} d`;
}

/** ISO time from Unix seconds. */
export const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** The engine writes year 1 for never. */
export const known = (time: string | undefined): string | undefined =>
  time === undefined || time === '' || time.startsWith('0001-') ? undefined : time;

/** The twelve characters by which people call an id. */
export const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

/** Without members that are undefined, null, empty text, empty lists or empty objects: what is not there needs no words. */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, one]) => {
      if (one === undefined || one === null || one === '') return false;
      return typeof one !== 'object' || Object.keys(one as object).length > 0;
    }),
  ) as T;
}

/** A table for reading: columns padded to their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const count = (many: number, one: string, more = `${one}s`): string => `${many} ${many === 1 ? one : more}`;
