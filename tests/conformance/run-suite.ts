import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Revision, SUITE } from './requirement-sets.ts';

/** One statement of the suite about the server. */
export interface Check {
  id: string;
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  errorMessage?: string;
}

export interface SuiteRun {
  /** The command's exit status: 0 if every required scenario passed. */
  code: number | null;
  output: string;
  /** What was checked, by scenario; not only the required ones. */
  checks: ReadonlyMap<string, Check[]>;
}

/** Runs the official suite's command against a server. */
export async function runSuite(url: string, revision: Revision): Promise<SuiteRun> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const child = spawn(process.execPath, [SUITE, 'server', '--url', url, '--requirements', revision, '--output-dir', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    return { code, output, checks: readChecks(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder a scenario: `server-<scenario>-<time>/checks.json`. */
function readChecks(folder: string): Map<string, Check[]> {
  return new Map(
    readdirSync(folder).map((name) => {
      const scenario = /^server-(.+?)-\d{4}-\d{2}-\d{2}T/.exec(name)?.[1];
      if (scenario === undefined) throw new Error(`the suite has written a folder of an unknown form: ${name}`);
      return [scenario, JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8')) as Check[]];
    }),
  );
}
