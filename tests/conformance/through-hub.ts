import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { DECLINED_BEHIND_HUB } from './evidence.ts';
import { describeConformance } from './expect-conformance.ts';
import { type HubCell, openHubCell, type Reached } from './hub-cell.ts';
import type { Revision } from './requirement-sets.ts';

export interface Fixture {
  reached: Reached;
  close(): Promise<void>;
}

/** The suite against the hub in pass-through of the fixture, which `start` makes reachable. */
export function describeThroughHub(how: string, revisions: readonly Revision[], start: (journal: string) => Promise<Fixture>): void {
  describe(`the hub in pass-through of ${how}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'conformance-journal-'));
    const journal = join(folder, 'journal');
    let fixture: Fixture;
    let cell: HubCell;

    beforeAll(async () => {
      fixture = await start(journal);
      cell = await openHubCell(fixture.reached);
    });
    afterAll(async () => {
      await cell.close();
      await fixture.close();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const revision of revisions) {
      describeConformance({
        revision,
        url: () => cell.url,
        arrived: () => cell.arrivals.entries,
        journal: () => journal,
        declined: DECLINED_BEHIND_HUB,
      });
    }
  });
}
