import { pack } from 'tar-stream';

export interface Packing {
  name: string;
  type?: string;
  linkname?: string;
  bytes?: Buffer;
}

const ONE = Buffer.from('x');

/** A tar archive of exactly these entries, whatever they say. */
export async function archive(entries: Iterable<Packing>): Promise<Buffer> {
  const made = pack();
  for (const { bytes, ...header } of entries) made.entry(header, bytes ?? (header.type === undefined ? ONE : Buffer.alloc(0)));
  made.finalize();
  const parts: Buffer[] = [];
  for await (const part of made) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The hostile entries below a folder, as a container would have packed it; what is absolute or climbs stays what it is. */
export function hostileArchive(folder: string, entries: Iterable<Packing>): Promise<Buffer> {
  return archive(below(folder, entries));
}

function* below(folder: string, entries: Iterable<Packing>): Iterable<Packing> {
  yield { name: `./${folder}`, type: 'directory' };
  for (const one of entries)
    yield {
      ...one,
      name: one.name.startsWith('/') ? one.name : `./${folder}/${one.name}`,
      ...(one.type === 'link' && !one.linkname?.startsWith('/') ? { linkname: `./${folder}/${one.linkname}` } : {}),
    };
}

function* many(count: number): Iterable<Packing> {
  for (let at = 0; at < count; at += 1) yield { name: `f${at}` };
}

function* copies(count: number): Iterable<Packing> {
  yield { name: 'big', bytes: Buffer.alloc(100_000) };
  for (let at = 0; at < count; at += 1) yield { name: `same${at}`, type: 'link', linkname: 'big' };
}

function* deep(count: number): Iterable<Packing> {
  for (let at = 0; at < count; at += 1) yield { name: `${`d${at}/`.repeat(200)}x` };
}

/** What no archive may do to the machine that unpacks it (CWE-22, CWE-59, CWE-409), and how it is refused; fit for 1,000,000 bytes. */
export const HOSTILE: readonly [string, Iterable<Packing>, string][] = [
  ['an absolute name', [{ name: '/etc/cron.d/a' }], 'forbidden'],
  ['a name that climbs', [{ name: '../../a' }], 'forbidden'],
  ['a name that climbs in the middle', [{ name: 'a/../../../b' }], 'forbidden'],
  ['a name with backslashes that climbs', [{ name: 'a\\..\\..\\b' }], 'forbidden'],
  ['a symbolic link to an absolute path', [{ name: 'a', type: 'symlink', linkname: '/etc/passwd' }], 'forbidden'],
  ['a symbolic link that climbs out', [{ name: 'a', type: 'symlink', linkname: '../../a' }], 'forbidden'],
  [
    'a symbolic link, and a file through it',
    [{ name: 'a', type: 'symlink', linkname: 'b' }, { name: 'b', type: 'directory' }, { name: 'a/evil' }],
    'forbidden',
  ],
  [
    'a file, and then a symbolic link in the place of its folder',
    [{ name: 'a/evil' }, { name: 'a', type: 'symlink', linkname: 'b' }],
    'forbidden',
  ],
  [
    'two symbolic links that climb out together',
    [
      { name: 'p/q/r', type: 'symlink', linkname: '../..' },
      { name: 't', type: 'symlink', linkname: 'p/q/r/..' },
    ],
    'forbidden',
  ],
  ['a hard link to an absolute path', [{ name: 'a', type: 'link', linkname: '/etc/passwd' }], 'forbidden'],
  ['a hard link out of it', [{ name: 'a', type: 'link', linkname: '../../a' }], 'forbidden'],
  [
    'a hard link to a symbolic link',
    [
      { name: 'a', type: 'symlink', linkname: 'b' },
      { name: 'c', type: 'link', linkname: 'a' },
    ],
    'forbidden',
  ],
  ['a pipe', [{ name: 'a', type: 'fifo' }], 'forbidden'],
  ['a device', [{ name: 'a', type: 'character-device' }], 'forbidden'],
  ['a disk', [{ name: 'a', type: 'block-device' }], 'forbidden'],
  ['one file twice', [{ name: 'a' }, { name: 'a' }], 'forbidden'],
  ['a file and a file below it', [{ name: 'a' }, { name: 'a/b' }], 'forbidden'],
  ['a name longer than a file system has', [{ name: 'n'.repeat(256) }], 'forbidden'],
  ['100,000 files', { [Symbol.iterator]: () => many(100_000)[Symbol.iterator]() }, 'too_large'],
  ['folders that only names speak of', { [Symbol.iterator]: () => deep(60)[Symbol.iterator]() }, 'too_large'],
  ['more bytes than are allowed', [{ name: 'a', bytes: Buffer.alloc(1_000_001) }], 'too_large'],
  ['few bytes that hard links make many', { [Symbol.iterator]: () => copies(100)[Symbol.iterator]() }, 'too_large'],
];
