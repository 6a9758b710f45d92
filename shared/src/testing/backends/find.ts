import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { absent } from './absent.ts';
import type { BackendName, Backends, BackendsFile } from './description.ts';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));
// Without parentheses: the reason stands in parentheses in the suite's name.
const HOW = 'start it by: node scripts/node.mjs scripts/backends/main.ts up';

/** A running backend, or the reason why there is none. */
export type Lookup<N extends BackendName> = { backend: Backends[N]; reason?: undefined } | { backend?: undefined; reason: string };

/** The file that says which backends run: DEPLOYMENT_ENGINE_TEST_BACKENDS, else `.backends/env.json` in the repository. */
export function backendsFile(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['DEPLOYMENT_ENGINE_TEST_BACKENDS'];
  return chosen ? resolve(chosen) : join(REPOSITORY, '.backends', 'env.json');
}

/** True where a missing backend is a failure, not a reason to skip: CI sets CI_REQUIRE_BACKENDS=1. */
export function backendsRequired(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['CI_REQUIRE_BACKENDS'] === '1';
}

/**
 * Looks a backend up without waiting, so that a suite can be named by the outcome: its description must be complete and its process alive.
 * Whether it also answers is asked by `describeWith` before its tests run.
 */
export function backend<N extends BackendName>(name: N, env: NodeJS.ProcessEnv = process.env): Lookup<N> {
  const file = backendsFile(env);
  const content = read(file);
  if (typeof content === 'string') return { reason: content };
  const found = content.backends[name];
  if (found === undefined) return { reason: content.missing[name] ?? `not started; ${HOW}` };
  const lacking = Object.keys(absent(name)).filter((key) => !(key in found));
  if (lacking.length > 0) return { reason: `${file} does not say ${lacking.join(', ')} of ${name}; ${HOW}` };
  if (found.pid !== undefined && !isAlive(found.pid)) return { reason: `its process ${found.pid} has ended; ${HOW}` };
  return { backend: found };
}

function read(file: string): BackendsFile | string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return `not started, there is no ${file}; ${HOW}`;
  }
  try {
    const content = JSON.parse(text) as BackendsFile;
    if (content.version === 1 && typeof content.backends === 'object') return { ...content, missing: content.missing ?? {} };
  } catch {
    // said below
  }
  return `${file} is not what this version writes; ${HOW}`;
}

/** Whether a process runs. A zombie does not: it keeps its number where the first process of a container does not reap. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user is alive all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // It has just ended, or this system does not tell.
    return !existsSync('/proc/self/status');
  }
}
