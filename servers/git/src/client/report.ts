import type { Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { addPatches, listChanges, type Comparison, type FileChange, type FilePatch } from './changes.ts';

export interface DiffReport {
  files: FilePatch[];
  totals: { files: number; insertions: number; deletions: number };
  truncated: boolean;
  continue?: string;
}

export interface ReportLimits {
  /** Files listed at most. */
  files: number;
  /** Characters of all patches together; 0 for none. */
  patch: number;
  perFile: number;
}

/** Counts first, then as much of the patches as fits; `continue` is where the next page begins. */
export async function diffReport(repository: Repository, compare: Comparison, limits: ReportLimits, from = 0): Promise<DiffReport> {
  const { files, truncated: cut } = await listChanges(repository, compare);
  const totals = { files: files.length, insertions: 0, deletions: 0 };
  for (const file of files) {
    totals.insertions += file.insertions;
    totals.deletions += file.deletions;
  }
  const page = files.slice(from, from + limits.files);
  const shown: FilePatch[] =
    limits.patch === 0 ? page : (await addPatches(repository, compare, page, { total: limits.patch, perFile: limits.perFile })).files;
  const next = from + shown.length;
  const more = next < files.length;
  return {
    files: shown,
    totals,
    truncated: cut || more || shown.some(({ patch_truncated }) => patch_truncated === true),
    ...(more ? { continue: String(next) } : {}),
  };
}

export function pageOf(token: string | undefined): number {
  if (token === undefined) return 0;
  if (!/^\d{1,7}$/.test(token))
    throw new ToolError('invalid_input', 'The `continue` value is not one of this tool’s.', {
      hint: 'Take it from an earlier answer, unchanged.',
    });
  return Number(token);
}

/** A report as a schema has parsed it. */
interface ReadReport {
  files: readonly (Omit<FileChange, 'from'> & {
    from?: string | undefined;
    patch?: string | undefined;
    patch_truncated?: boolean | undefined;
  })[];
  totals: DiffReport['totals'];
  truncated: boolean;
  continue?: string | undefined;
}

export function renderDiff({ files, totals, truncated, continue: next }: ReadReport): { summary: string; data?: string } {
  if (totals.files === 0) return { summary: 'No differences.' };
  const more =
    next === undefined
      ? truncated
        ? ' Some patches are cut; narrow `paths` or raise `per_file`.'
        : ''
      : ` More files: continue "${next}".`;
  const list = files.map(
    ({ path, from, change, insertions, deletions, binary }) =>
      `${change} ${from === undefined ? '' : `${from} -> `}${path} ${binary ? '(binary)' : `+${insertions} -${deletions}`}`,
  );
  const patches = files
    .filter(({ patch }) => patch !== undefined)
    .map(({ path, patch, patch_truncated }) => `--- ${path}\n${patch}${patch_truncated ? '… (cut)\n' : ''}`);
  return {
    summary: `${totals.files} file(s), +${totals.insertions} -${totals.deletions}.${more}`,
    data: [...list, '', ...patches].join('\n'),
  };
}
