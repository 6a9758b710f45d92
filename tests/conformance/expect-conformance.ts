import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { BEYOND, REQUEST_OF } from './evidence.ts';
import { type Revision, requiredScenarios } from './requirement-sets.ts';
import { type Check, runSuite, type SuiteRun } from './run-suite.ts';

export interface Conformance {
  revision: Revision;
  url: () => string;
  /** What has arrived at the server that the suite talks to. */
  arrived: () => readonly string[];
  /** The file in which the fixture notes what it has handled. */
  journal: () => string;
  /** Recommendations that are not followed, by check. */
  declined: Readonly<Record<string, string>>;
}

/** Requests that the fixture itself handles and notes; the protocol layer answers the others. */
const NOTED = /^(?:tools\/call|prompts\/get|resources\/read test:\/\/(?:static|template)|resources\/subscribe) ?/;

/** Runs the suite once, and states about each required scenario that it passes and that its request has arrived. */
export function describeConformance({ revision, url, arrived, journal, declined }: Conformance): void {
  describe(`the requirement set of ${revision}`, () => {
    let run: SuiteRun;
    let handled: Set<string>;

    beforeAll(async () => {
      run = await runSuite(url(), revision);
      handled = new Set(readFileSync(journal(), 'utf8').split('\n'));
    }, 180_000);

    it('is passed as the suite itself counts', () => {
      expect(run.code, run.output.slice(-2_000)).toBe(0);
      expect(run.output).toContain('=== SUMMARY ===');
    });

    it.each(requiredScenarios(revision))('%s passes, and its request has arrived', (scenario) => {
      const checks = run.checks.get(scenario) ?? [];
      expect(unexpected(checks, declined)).toEqual([]);
      expect(checks.some(({ id, status }) => status === 'SUCCESS' || id in declined)).toBe(true);
      const request = REQUEST_OF[scenario];
      expect(request, `no request is known for ${scenario}`).toBeDefined();
      expect(arrived()).toContain(request);
      if (NOTED.test(request!)) expect(handled).toContain(request);
    });

    it.each(BEYOND[revision])('%s, which is not required, passes too', (scenario) => {
      const checks = run.checks.get(scenario) ?? [];
      expect(checks.map(({ status }) => status)).toContain('SUCCESS');
      expect(unexpected(checks, declined)).toEqual([]);
    });

    it('lacks only the recommendations that are declined', () => {
      const lacking = requiredScenarios(revision)
        .flatMap((scenario) => run.checks.get(scenario) ?? [])
        .filter(({ status }) => status === 'WARNING');
      expect(new Set(lacking.map(({ id }) => id))).toEqual(new Set(revision === '2026-07-28' ? Object.keys(declined) : []));
    });
  });
}

function unexpected(checks: readonly Check[], declined: Readonly<Record<string, string>>): string[] {
  return checks
    .filter(({ id, status }) => status === 'FAILURE' || (status === 'WARNING' && !(id in declined)))
    .map(({ id, status, errorMessage }) => `${status} ${id}: ${errorMessage}`);
}
