import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { check, LANES } from '../../scripts/check.mjs';

let home: string;
const lines: string[] = [];
const options = { fix: false, node: process.execPath, print: (line: string) => void lines.push(line) };
const node = (code: string): string[] => ['node', '-e', code];

beforeEach(async () => {
  lines.length = 0;
  home = await mkdtemp(join(tmpdir(), 'check-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('the gate', () => {
  it('runs every step though one fails, and shows what the failed one said', async () => {
    const lanes = [
      [
        { name: 'one', run: node('console.error("the reason"); process.exit(3)') },
        { name: 'two', run: node('') },
      ],
      [{ name: 'three', run: node('') }],
    ];
    expect(await check(lanes, options)).toBe(1);
    expect(
      lines
        .filter((line) => /^[✓✗]/.test(line))
        .map((line) => line.replace(/ \(.*/, ''))
        .toSorted(),
    ).toEqual(['✓ three', '✓ two', '✗ one']);
    expect(lines).toContain('\n✗ one\nthe reason');
    expect(lines.at(-1)).toMatch(/1 of 3 steps failed: one\. "npm run fix"/);
  });

  it('is content when every step is', async () => {
    expect(await check([[{ name: 'one', run: node('') }]], options)).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/^✓ one \(\d.* s\)$/)]);
  });

  it('mends before it looks, where a step can be mended', async () => {
    const file = join(home, 'mended');
    const step = {
      name: 'one',
      run: node(`require('fs').accessSync(${JSON.stringify(file)})`),
      fix: node(`require('fs').writeFileSync(${JSON.stringify(file)}, '')`),
    };
    expect(await check([[step]], options)).toBe(1);
    expect(existsSync(file)).toBe(false);
    lines.length = 0;
    expect(await check([[step]], { ...options, fix: true })).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/^• mended what can be: one/), expect.stringMatching(/^✓ one/)]);
  });

  it('leaves it to the look to say what could not be mended', async () => {
    expect(await check([[{ name: 'one', run: node('process.exit(1)'), fix: node('process.exit(1)') }]], { ...options, fix: true })).toBe(1);
    expect(lines.filter((line) => line.startsWith('✗'))).toHaveLength(1);
    expect(lines.at(-1)).not.toContain('npm run fix');
  });

  it('runs the steps of a lane one after the other', async () => {
    const file = JSON.stringify(join(home, 'first'));
    const lanes = [
      [
        { name: 'one', run: node(`setTimeout(() => require('fs').writeFileSync(${file}, ''), 50)`) },
        { name: 'two', run: node(`require('fs').accessSync(${file})`) },
      ],
    ];
    expect(await check(lanes, options)).toBe(0);
  });

  it('says what to install where cargo is missing', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = home;
    try {
      expect(await check([[{ name: 'cargo fmt', run: ['cargo', 'fmt'] }]], options)).toBe(1);
    } finally {
      process.env['PATH'] = PATH;
    }
    expect(lines.join('\n')).toContain('install Rust 1.90 or newer from https://rustup.rs');
  });

  it('holds every part that the project promises', () => {
    expect(LANES.flat().map(({ name }) => name)).toEqual([
      'lockfile complete',
      'law up to date',
      'surfaces up to date',
      'documents up to date',
      'lint and law',
      'format',
      'types',
      'file lengths and names',
      'cargo fmt',
      'cargo clippy',
      'cargo test',
    ]);
  });
});
