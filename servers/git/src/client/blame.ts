import type { Repository } from '@deployment-engine/shared/git';

export interface BlameBlock {
  commit: string;
  author: string;
  /** ISO 8601. */
  date: string;
  summary: string;
  /** First line, from 1. */
  start: number;
  lines: string[];
}

/** Lines with the commit that last changed each; neighbouring lines of one commit make one block. */
export async function readBlame(
  repository: Repository,
  query: { commit?: string; path: string; start: number; end: number; ignoreWhitespace: boolean; detectMoves: boolean },
): Promise<BlameBlock[]> {
  const argv = [
    'blame',
    '--porcelain',
    '--no-progress',
    '--no-textconv',
    '-L',
    `${query.start},${query.end}`,
    ...(query.ignoreWhitespace ? ['-w'] : []),
    ...(query.detectMoves ? ['-M', '-C'] : []),
    ...(query.commit === undefined ? [] : [query.commit]),
    '--',
    query.path,
  ];
  const { stdout } = await repository.run(argv, { maxOutputBytes: 8 * 1024 * 1024 });
  return parseBlame(stdout);
}

/** git-blame(1), THE PORCELAIN FORMAT. */
export function parseBlame(output: string): BlameBlock[] {
  const commits = new Map<string, { author: string; time: number; zone: string; summary: string }>();
  const blocks: BlameBlock[] = [];
  let id = '';
  let line = 0;
  for (const text of output.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?$/.exec(text);
    if (header && !text.startsWith('\t')) {
      id = header[1] ?? '';
      line = Number(header[2]);
      if (!commits.has(id)) commits.set(id, { author: '', time: 0, zone: '+0000', summary: '' });
      continue;
    }
    const commit = commits.get(id);
    if (commit === undefined) continue;
    if (text.startsWith('\t')) {
      const last = blocks.at(-1);
      if (last?.commit === id && last.start + last.lines.length === line) last.lines.push(text.slice(1));
      else
        blocks.push({
          commit: id,
          author: commit.author,
          date: isoDate(commit.time, commit.zone),
          summary: commit.summary,
          start: line,
          lines: [text.slice(1)],
        });
    } else if (text.startsWith('author ')) commit.author = text.slice('author '.length);
    else if (text.startsWith('author-time ')) commit.time = Number(text.slice('author-time '.length));
    else if (text.startsWith('author-tz ')) commit.zone = text.slice('author-tz '.length);
    else if (text.startsWith('summary ')) commit.summary = text.slice('summary '.length);
  }
  return blocks;
}

function isoDate(seconds: number, zone: string): string {
  const [, sign = '+', hours = '00', minutes = '00'] = /^([+-])(\d\d)(\d\d)$/.exec(zone) ?? [];
  const shift = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return `${new Date(seconds * 1000 + shift * 60_000).toISOString().slice(0, 19)}${sign}${hours}:${minutes}`;
}
