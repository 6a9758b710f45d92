import { execFileSync } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFiles, faults, MAX_LINES } from '../../scripts/check-files.mjs';

const lines = (count: number): string => 'a\n'.repeat(count);

describe('the checks of files', () => {
  it('allow a file of the greatest length and refuse one line more, in every language', () => {
    for (const path of ['hub/src/a.ts', 'scripts/a.mjs', 'native/crates/routing/src/lib.rs']) {
      expect(faults(path, lines(MAX_LINES))).toEqual([]);
      expect(faults(path, lines(MAX_LINES + 1))).toEqual([expect.stringContaining(`${MAX_LINES + 1} lines`)]);
    }
  });

  it.each(['utils', 'util', 'helpers', 'helper', 'misc', 'common'])('refuse a file called %s', (name) => {
    for (const path of [`hub/src/${name}.ts`, `native/binding/src/${name}.rs`, `shared/src/git/${name}.test.ts`]) {
      expect(faults(path, '')).toEqual([expect.stringContaining('names no idea')]);
    }
    expect(faults(`hub/src/${name}-of-names.ts`, '')).toEqual([]);
  });

  it('refuse a relative import that leaves its package, however it is written', () => {
    const broken = [
      ["import { a } from '../../launcher/index.mjs';", 'hub/src/a.ts'],
      ['export * from "../../../shared/tools.ts";', 'servers/git/src/a.ts'],
      ["const a = await import('../../docker/server.ts');", 'servers/git/src/a.ts'],
      ["import '../../../hub/src/main.ts';", 'native/js/src/a.test.ts'],
    ] as const;
    for (const [text, path] of broken) expect(faults(path, text), path).toEqual([expect.stringContaining('lies outside')]);
  });

  it('allow a relative import inside its package, and any from scripts and tests', () => {
    expect(faults('servers/git/src/tools/a.ts', "import { a } from '../client.ts';")).toEqual([]);
    expect(faults('shared/src/git/a.ts', "import { a } from '../platform/index.ts';")).toEqual([]);
    expect(faults('scripts/a.mjs', "import { a } from '../launcher/index.mjs';")).toEqual([]);
    expect(faults('tests/gate/a.test.ts', "import { a } from '../../scripts/a.mjs';")).toEqual([]);
  });

  it('look at tracked and new files, and not at what git ignores', async () => {
    const home = await mkdtemp(join(tmpdir(), 'files-'));
    try {
      execFileSync('git', ['init', '-q', home]);
      await mkdir(join(home, 'hub/src'), { recursive: true });
      await mkdir(join(home, 'dist'));
      await writeFile(join(home, '.gitignore'), 'dist/\n');
      for (const path of ['hub/src/long.ts', 'dist/long.ts', 'long.txt']) await writeFile(join(home, path), lines(MAX_LINES + 1));
      expect(checkFiles(home)).toEqual([expect.stringContaining('hub/src/long.ts')]);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});
