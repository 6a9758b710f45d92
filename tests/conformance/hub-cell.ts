import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHub, hubConfig } from '@deployment-engine/hub';
import { type ServedBackend, serveHttp } from '@deployment-engine/shared/testing';
import { openMachine } from '@deployment-engine/shared/toolkit';
import { Arrivals } from './arrivals.ts';

/** How the hub reaches the server behind it, as `mcpServers` of its configuration says it. */
export type Reached = { command: string; args: string[]; env?: Record<string, string> } | { url: string };

export interface HubCell extends ServedBackend {
  arrivals: Arrivals;
}

/** The hub over HTTP in pass-through of one third-party server; every caller is the owner. */
export async function openHubCell(upstream: Reached): Promise<HubCell> {
  const home = mkdtempSync(join(tmpdir(), 'conformance-hub-'));
  const machine = openMachine({
    name: 'hub',
    env: { ...process.env, DEPLOYMENT_ENGINE_HOME: home, DEPLOYMENT_ENGINE_ROOTS: home },
    logLevel: 'silent',
  });
  const hub = createHub(hubConfig.parse({ hub: { passthrough: 'fixture' }, mcpServers: { fixture: upstream } }), machine);
  const arrivals = new Arrivals();
  const served = await serveHttp(hub, { observe: arrivals.observe });
  return {
    url: served.url,
    arrivals,
    async close() {
      await served.close();
      await hub.close();
      await machine.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
