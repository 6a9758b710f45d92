import { describe, expect, it } from 'vitest';
import { archive, HOSTILE } from '../testing/archives.ts';
import { readTar, tarOf } from './tar.ts';

const MOST = 1_000_000;

describe('an archive of a container', () => {
  it.each(HOSTILE)('is refused as a whole for %s', async (_what, entries, code) => {
    await expect(readTar(await archive(entries), MOST)).rejects.toMatchObject({ code });
  });

  it('is refused when it is cut short or promises more than it may', async () => {
    const whole = await archive([{ name: './a/b' }, { name: 'c', type: 'directory' }]);
    await expect(readTar(whole.subarray(0, 700), MOST)).rejects.toMatchObject({ code: 'upstream_error' });
    await expect(readTar(Buffer.from('not an archive'.repeat(100)), MOST)).rejects.toMatchObject({ code: 'upstream_error' });
    // a header of eight gigabytes before a body of nothing
    const promising = (await archive([{ name: 'a', bytes: Buffer.alloc(10) }])).subarray(0, 512);
    const header = Buffer.from(promising);
    header.write('77777777777 ', 124, 'latin1');
    header.fill(' ', 148, 156);
    const sum = header.reduce((all, one) => all + one, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    await expect(readTar(header, MOST)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('is read with its folders, links and hard links', async () => {
    const entries = [
      { name: './', type: 'directory' },
      { name: './a/b' },
      { name: 'c/', type: 'directory' },
      { name: 'a/same', type: 'link', linkname: './a/b' },
      { name: 'c/up', type: 'symlink', linkname: '../a/b' },
      { name: 'c/here', type: 'symlink', linkname: '.' },
    ];
    expect(await readTar(await archive(entries), MOST)).toEqual([
      { type: 'file', name: 'a/b', bytes: Buffer.from('x'), executable: false },
      { type: 'directory', name: 'c' },
      { type: 'file', name: 'a/same', bytes: Buffer.from('x'), executable: false },
      { type: 'link', name: 'c/up', target: '../a/b' },
      { type: 'link', name: 'c/here', target: '.' },
    ]);
  });

  it('says again what was packed, in the same bytes each time', async () => {
    const entries = await readTar(await archive([{ name: 'a/ü' }, { name: 'l', type: 'symlink', linkname: 'a' }]), MOST);
    const packed = await tarOf(entries);
    expect(await readTar(packed, MOST)).toEqual(entries);
    expect((await tarOf(entries)).equals(packed)).toBe(true);
  });
});
