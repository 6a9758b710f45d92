import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lintConfigText } from '../../scripts/law-config.mjs';
import { ARTICLES, GLOBALS, PROPERTIES, STDOUT } from '../../scripts/law.mjs';
import { CASES, type Planted } from './planted.ts';

interface Diagnostic {
  filename: string;
  code: string;
  message: string;
  help?: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
let home: string;
let found: Map<string, Diagnostic[]>;

function lint(folder: string): Promise<Diagnostic[]> {
  return new Promise((resolve, reject) => {
    // oxlint's exit code is 1 when it finds something, which is what we ask for: only unreadable output is an error.
    execFile(process.execPath, [oxlint, '-f', 'json', '.'], { cwd: folder, maxBuffer: 64 << 20 }, (_error, stdout, stderr) => {
      try {
        resolve((JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics);
      } catch {
        reject(new Error(`oxlint said: ${stdout}${stderr}`));
      }
    });
  });
}

/** Every message of the law by the name that a case gives. */
const messages = new Map([
  ...ARTICLES.map(({ id, message }) => [id, message] as const),
  ...GLOBALS.map(({ name, message }) => [name, message] as const),
  ...[...PROPERTIES, STDOUT].map(({ property, message }) => [property, message] as const),
]);

/** Whether a report is the one that a case expects: it carries the law's message, or for a rule of oxlint itself the rule's name. */
function isReportOf(article: string, { code, message, help = '' }: Diagnostic): boolean {
  const expected = messages.get(article);
  return expected === undefined ? code.includes(`(${article})`) : message.includes(expected) || help.includes(expected);
}

async function plant({ path, code }: Planted): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), code);
}

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'law-')));
  await cp(join(root, '.oxlintrc.json'), join(home, '.oxlintrc.json'));
  for (const { broken, lawful } of CASES) await Promise.all([plant(broken), plant(lawful)]);
  found = Map.groupBy(await lint(home), (diagnostic) => diagnostic.filename);
});

afterAll(() => rm(home, { recursive: true, force: true }));

describe('the law of dependencies', () => {
  it.each(CASES)('$article: $broken.path breaks it, $lawful.path does not', ({ article, broken, lawful }) => {
    const reports = found.get(broken.path) ?? [];
    expect(
      reports.filter((report) => isReportOf(article, report)),
      `reports for ${broken.path}: ${JSON.stringify(reports)}`,
    ).not.toHaveLength(0);
    expect(found.get(lawful.path) ?? [], `reports for ${lawful.path}`).toHaveLength(0);
  });

  it('plants every path once, so that no case hides another', () => {
    const paths = CASES.flatMap(({ broken, lawful }) => [broken.path, lawful.path]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('has a planted violation for every article, global and property', () => {
    const proven = new Set(CASES.map(({ article }) => article));
    expect([...messages.keys()].filter((id) => !proven.has(id))).toEqual([]);
  });

  it('says in every message what to do instead', () => {
    for (const [id, message] of messages) expect(message, id).toMatch(/: .{20,}/);
  });

  it('is what .oxlintrc.json holds', async () => {
    expect(await readFile(join(root, '.oxlintrc.json'), 'utf8')).toBe(lintConfigText());
  });
});
