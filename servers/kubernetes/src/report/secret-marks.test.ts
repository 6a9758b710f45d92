import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SecretMarks } from './secret-marks.ts';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'marks-'));
  folders.push(made);
  return join(made, 'state');
};
afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
});

describe('the key of the marks', () => {
  it('is made once, for its owner alone, and found again', async () => {
    const state = folder();
    const first = await SecretMarks.open(state, { readOnly: false });
    expect(statSync(join(state, 'fingerprint-key')).mode & 0o777).toBe(0o600);
    const second = await SecretMarks.open(state, { readOnly: false });
    expect(second.mark('a value')).toBe(first.mark('a value'));
  });

  it('is another in every installation', async () => {
    const [first, second] = [await SecretMarks.open(folder(), { readOnly: false }), await SecretMarks.open(folder(), { readOnly: false })];
    expect(first.mark('a value')).not.toBe(second.mark('a value'));
  });

  it('is not written in read-only mode, and one that is there is used', async () => {
    const state = folder();
    await SecretMarks.open(state, { readOnly: true });
    expect(existsSync(state)).toBe(false);
    const written = await SecretMarks.open(state, { readOnly: false });
    expect((await SecretMarks.open(state, { readOnly: true })).mark('a value')).toBe(written.mark('a value'));
  });

  it('that is broken is replaced', async () => {
    const state = folder();
    await SecretMarks.open(state, { readOnly: false });
    const file = join(state, 'fingerprint-key');
    writeFileSync(file, 'short');
    await SecretMarks.open(state, { readOnly: false });
    expect(Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url')).toHaveLength(32);
  });
});

describe('marks', () => {
  const marks = new SecretMarks(Buffer.alloc(32, 1));

  it('tell equal from different, and nothing else', () => {
    expect(marks.mark('a value')).toMatch(/^\[masked [0-9a-f]{8}\]$/);
    expect(marks.mark('a value')).toBe(marks.mark(Buffer.from('a value')));
    expect(marks.mark('a value')).not.toBe(marks.mark('a value '));
  });

  it('stand in a text for what was read in its namespace, the longest first', () => {
    marks.remember('one', 'web', ['secret-word', 'secret-word-longer', 'short', '   ', 'line-one\nline-two']);
    const clean = marks.scrub('one', 'web', 'secret-word-longer, secret-word, short, line-two');
    expect(clean).toBe(`${marks.mark('secret-word-longer')}, ${marks.mark('secret-word')}, short, ${marks.mark('line-two')}`);
  });

  it('stand in nothing of another namespace or context', () => {
    expect(marks.scrub('one', 'other', 'secret-word')).toBe('secret-word');
    expect(marks.scrub('two', 'web', 'secret-word')).toBe('secret-word');
  });

  it('do not confuse a context and a namespace that read alike', () => {
    marks.remember('a/b', 'c', ['first-secret']);
    expect(marks.scrub('a', 'b/c', 'first-secret')).toBe('first-secret');
  });

  it('take out what a value holds of signs with a meaning', () => {
    marks.remember('one', 'signs', ['a$&b(c)*[d']);
    expect(marks.scrub('one', 'signs', 'x a$&b(c)*[d y')).toBe(`x ${marks.mark('a$&b(c)*[d')} y`);
  });

  it('do not grow without an end, and keep the namespaces of late', () => {
    const many = new SecretMarks(Buffer.alloc(32, 2));
    for (let index = 0; index < 600; index += 1) many.remember('one', `space-${index}`, ['the-same-word']);
    expect(many.scrub('one', 'space-0', 'the-same-word')).toBe('the-same-word');
    expect(many.scrub('one', 'space-599', 'the-same-word')).not.toContain('the-same-word');
    many.remember(
      'one',
      'large',
      Array.from({ length: 5_000 }, (_, index) => `value-number-${index}`),
    );
    expect(many.scrub('one', 'large', 'value-number-3, ')).not.toContain('number-3,');
  });

  it('keep a namespace that is read again', () => {
    const many = new SecretMarks(Buffer.alloc(32, 3));
    many.remember('one', 'busy', ['the-same-word']);
    for (let index = 0; index < 499; index += 1) many.remember('one', `space-${index}`, ['the-same-word']);
    many.remember('one', 'busy', ['the-other-word']);
    many.remember('one', 'space-last', ['the-same-word']);
    expect(many.scrub('one', 'busy', 'the-same-word')).not.toContain('the-same-word');
  });
});
