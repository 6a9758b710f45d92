import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type OpenServer, type ServedBackend, serveHttp } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import { Arrivals } from './arrivals.ts';
import { DECLINED } from './evidence.ts';
import { describeConformance } from './expect-conformance.ts';
import { JOURNAL_ENV } from './fixture/journal.ts';
import { server } from './fixture/server.ts';
import { REVISIONS } from './requirement-sets.ts';

describe.each([
  { road: 'with the short road for plain calls', shortRoad: true },
  { road: "with the SDK's road alone", shortRoad: false },
])('a server on the toolkit, over HTTP $road', ({ shortRoad }) => {
  const arrivals = new Arrivals();
  const folder = mkdtempSync(join(tmpdir(), 'conformance-direct-'));
  const journal = join(folder, 'journal');
  let opened: OpenServer;
  let served: ServedBackend;

  beforeAll(async () => {
    opened = await open(server, { env: { [JOURNAL_ENV]: journal } });
    served = await serveHttp(opened.runtime, { shortRoad, observe: arrivals.observe });
  });
  afterAll(async () => {
    await served.close();
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const revision of REVISIONS) {
    describeConformance({ revision, url: () => served.url, arrived: () => arrivals.entries, journal: () => journal, declined: DECLINED });
  }
});
