import type { Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { records } from './records.ts';

export interface TreeEntry {
  name: string;
  kind: 'file' | 'folder' | 'link' | 'submodule';
  id: string;
  /** Bytes, for files. */
  size?: number;
}

export type Content =
  | { kind: 'folder'; entries: TreeEntry[] }
  | { kind: 'file' | 'link'; size: number; bytes: Buffer; binary: boolean }
  | { kind: 'submodule'; id: string };

const LARGEST = 8 * 1024 * 1024;
const KINDS: Readonly<Record<string, TreeEntry['kind']>> = { '040000': 'folder', '120000': 'link', '160000': 'submodule' };

/** What lies at a path of a commit. @param path relative to the top, `.` for the top itself */
export async function readContent(repository: Repository, commit: string, path: string): Promise<Content> {
  if (path === '.') return { kind: 'folder', entries: await listTree(repository, `${commit}^{tree}`) };
  const { stdout } = await repository.run(['ls-tree', '-z', '--long', '--full-tree', commit, '--', path], {
    variables: { GIT_LITERAL_PATHSPECS: '1' },
  });
  const [entry] = parseTree(stdout);
  if (entry === undefined)
    throw new ToolError('not_found', `There is no "${path.slice(0, 200)}" in that revision.`, {
      hint: 'List its folder by show with the folder as `path`.',
    });
  if (entry.kind === 'folder') return { kind: 'folder', entries: await listTree(repository, entry.id) };
  if (entry.kind === 'submodule') return { kind: 'submodule', id: entry.id };
  const size = entry.size ?? 0;
  if (size > LARGEST) throw new ToolError('too_large', `The file has ${size} bytes.`, { hint: 'Use grep to find the part you need.' });
  const { stdout: bytes } = await repository.bytes(['cat-file', 'blob', entry.id], { maxOutputBytes: LARGEST });
  return { kind: entry.kind, size, bytes, binary: bytes.subarray(0, 8000).includes(0) };
}

async function listTree(repository: Repository, tree: string): Promise<TreeEntry[]> {
  const { stdout } = await repository.run(['ls-tree', '-z', '--long', '--full-tree', tree], { maxOutputBytes: 16 * 1024 * 1024 });
  return parseTree(stdout);
}

/** `<mode> <type> <id> <size>\t<name>` of git-ls-tree(1) --long. */
function parseTree(output: string): TreeEntry[] {
  return records(output, 1).flatMap(([row = '']) => {
    const tab = row.indexOf('\t');
    const [mode = '', , id = '', size = '-'] = row.slice(0, tab).split(/ +/);
    if (tab === -1) return [];
    return [{ name: row.slice(tab + 1), kind: KINDS[mode] ?? 'file', id, ...(size === '-' ? {} : { size: Number(size) }) }];
  });
}
