import { describe, expect, it } from 'vitest';
import { BuildTranscript, decodeStatus } from './buildkit.ts';

/** Length-delimited field; every length here is below 128. */
const field = (number: number, bytes: Buffer | string) =>
  Buffer.concat([Buffer.from([(number << 3) | 2, Buffer.from(bytes).length]), Buffer.from(bytes)]);
const flag = (number: number) => Buffer.from([number << 3, 1]);

const step = (id: string, ...more: Buffer[]) => field(1, Buffer.concat([field(1, id), field(3, `step ${id}`), ...more]));
const log = (id: string, text: string) => field(3, Buffer.concat([field(1, id), Buffer.from([3 << 3, 1]), field(4, text)]));

describe('BuildKit’s status', () => {
  it('is read field by field, and what is not known is skipped', () => {
    const unknown = Buffer.concat([
      Buffer.from([(9 << 3) | 5, 1, 2, 3, 4]),
      Buffer.from([(10 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]),
      Buffer.from([11 << 3, 0x80, 0x01]),
    ]);
    expect(
      decodeStatus(Buffer.concat([unknown, step('a', flag(4), field(5, ''), field(6, ''), field(7, 'bad')), log('a', 'grün\n')])),
    ).toEqual({
      steps: [{ id: 'a', name: 'step a', started: true, completed: true, cached: true, error: 'bad' }],
      logs: [{ step: 'a', bytes: Buffer.from('grün\n') }],
    });
  });

  it.each([
    ['cut in the middle', step('a').subarray(0, 5)],
    ['an endless number', Buffer.alloc(20, 0xff)],
    ['a length beyond its end', Buffer.from([(1 << 3) | 2, 100, 1])],
    ['an unknown kind', Buffer.from([(1 << 3) | 7, 1, 2])],
  ])('ends quietly at %s', (_what, bytes) => {
    expect(decodeStatus(bytes)).toEqual({ steps: [], logs: [] });
  });

  it('becomes text that says each thing once', () => {
    const transcript = new BuildTranscript();
    expect(transcript.add(step('a', field(5, '')))).toBe('step a\n');
    expect(transcript.add(Buffer.concat([step('a', field(5, '')), log('a', 'out\n')]))).toBe('out\n');
    expect(transcript.add(step('a', field(5, ''), flag(4), field(7, 'x')))).toBe('CACHED step a\nERROR x\n');
    expect(transcript.add(step('b'))).toBe('');
  });
});
