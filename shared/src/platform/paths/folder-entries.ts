import { ToolError } from '../../contracts/error.ts';

/** One thing of a folder; `name` is its path below the folder, with slashes. */
export type FolderEntry =
  | { type: 'directory'; name: string }
  | { type: 'file'; name: string; bytes: Uint8Array; executable: boolean }
  | { type: 'link'; name: string; target: string };

/** Files, folders and links of one folder, those folders too that only a longer name speaks of. */
export const MOST_ENTRIES = 10_000;

const LONGEST_PATH = 2_048;
/** Bytes of one name: NAME_MAX of Linux, macOS and Windows alike. */
const LONGEST_NAME = 255;

const refused = (entry: FolderEntry, why: string): ToolError =>
  new ToolError('forbidden', `The folder holds ${JSON.stringify(entry.name.slice(0, 100))}, ${why}, and is refused as a whole.`, {
    hint: 'Copy plain files and folders.',
  });

/**
 * Refuses what would not stay inside of its folder, whoever lists it: names that are absolute or climb, what lies below something that is
 * no folder, one name twice, links that lead out.
 *
 * @throws ToolError `forbidden`, `too_large`
 */
export function confirmFolder(entries: readonly FolderEntry[]): void {
  const seen = new Map<string, FolderEntry['type']>();
  for (const entry of entries) {
    const names = entry.name.split('/');
    const odd = names.some((one) => one === '' || one === '.' || Buffer.byteLength(one) > LONGEST_NAME);
    if (odd || entry.name.length > LONGEST_PATH || entry.name.includes('\0')) throw refused(entry, 'a name that cannot be');
    if (entry.name.split(/[\\/]/).includes('..')) throw refused(entry, 'a name that leads out of it');
    for (let depth = 1; depth < names.length; depth += 1) {
      const above = names.slice(0, depth).join('/');
      if ((seen.get(above) ?? 'directory') !== 'directory') throw refused(entry, 'which lies below something that is no folder');
      seen.set(above, 'directory');
    }
    const before = seen.get(entry.name);
    if (before !== undefined && (before !== 'directory' || entry.type !== 'directory')) throw refused(entry, 'a name that it holds twice');
    seen.set(entry.name, entry.type);
    if (entry.type === 'link' && !staysInside(entry.target, names.length - 1)) throw refused(entry, 'a link that leads out of it');
    if (seen.size > MOST_ENTRIES)
      throw new ToolError('too_large', `The folder holds more than ${MOST_ENTRIES} files and folders.`, { hint: 'Copy less at once.' });
  }
}

/**
 * Whether a link leads to something below the folder, from so many folders down. Only at its beginning it may climb: there it passes
 * folders, which are what their names say, while after a name of another link `..` would start from where that leads.
 */
function staysInside(target: string, depth: number): boolean {
  if (target === '' || target.length > LONGEST_PATH || target.startsWith('/') || /[\0\\]/.test(target)) return false;
  const steps = target.split('/').filter((one) => one !== '' && one !== '.');
  const down = steps.findIndex((one) => one !== '..');
  const climbs = down === -1 ? steps.length : down;
  return climbs <= depth && !steps.slice(climbs).includes('..');
}
