/** The five fields of a cron schedule: the least and the most that each takes, and names that some may use. */
const FIELDS = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { least: 0, most: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const;
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The numbers that a field means; undefined for what is no such field. */
function numbers(text: string, at: number): Set<number> | undefined {
  const { least, most } = FIELDS[at] ?? { least: 0, most: 0 };
  const names: readonly string[] = at === 3 ? FIELDS[3].names : at === 4 ? FIELDS[4].names : [];
  const number = (word: string): number => {
    const named = names.indexOf(word.toLowerCase());
    return named >= 0 ? named + (at === 3 ? 1 : 0) : /^\d+$/.test(word) ? Number(word) : NaN;
  };
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [from = '', to] = range.split('-');
    const any = range === '*' || range === '?';
    const first = any ? least : number(from);
    const last = any ? most : to === undefined ? (part.includes('/') ? most : first) : number(to);
    if (!(first >= least && last <= most && first <= last && Number(step) >= 1)) return undefined;
    for (let one = first; one <= last; one += Number(step)) found.add(one);
  }
  return found;
}

/** Whether a CronJob's schedule is ever met: `0 0 31 2 *` is a schedule, and never comes. */
export function everMet(schedule: string): boolean {
  if (schedule.trim().startsWith('@')) return true;
  const fields = schedule
    .replace(/^(?:CRON_)?TZ=\S+\s+/, '')
    .trim()
    .split(/\s+/);
  if (fields.length !== 5) return false;
  const sets = fields.map((field, at) => numbers(field, at));
  if (sets.some((one) => one === undefined)) return false;
  const [, , days, months] = sets;
  // with both given, either of day of month and day of week is enough
  if (!/^[*?]/.test(fields[4] ?? '*')) return true;
  return [...(months ?? [])].some((month) => [...(days ?? [])].some((day) => day <= (LONGEST[month - 1] ?? 0)));
}
