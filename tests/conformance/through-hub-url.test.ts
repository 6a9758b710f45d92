import { open, type ServedBackend, serveHttp, serveLegacyOnly } from '@deployment-engine/shared/testing';
import type { McpBackend } from '@deployment-engine/shared/toolkit';
import { JOURNAL_ENV } from './fixture/journal.ts';
import { server } from './fixture/server.ts';
import { REVISIONS } from './requirement-sets.ts';
import { describeThroughHub } from './through-hub.ts';

const listening = (serve: (backend: McpBackend) => Promise<ServedBackend>) => async (journal: string) => {
  const opened = await open(server, { env: { [JOURNAL_ENV]: journal } });
  const served = await serve(opened.runtime);
  return {
    reached: { url: served.url },
    async close() {
      await served.close();
      await opened.close();
    },
  };
};

describeThroughHub('a URL', REVISIONS, listening(serveHttp));
describeThroughHub('a URL that knows only the handshake', ['2025-11-25'], listening(serveLegacyOnly));
