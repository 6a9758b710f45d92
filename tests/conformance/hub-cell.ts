import type { ServedBackend } from '@deployment-engine/shared/testing';
import { openServedHub, prepareGround } from '../hub-process/index.ts';
import { Arrivals } from './arrivals.ts';

/** How the hub reaches the server behind it, as `mcpServers` of its configuration says it. */
export type Reached = { command: string; args: string[]; env?: Record<string, string> } | { url: string };

export interface HubCell extends ServedBackend {
  arrivals: Arrivals;
}

/** The hub over HTTP in pass-through of one third-party server; every caller is the owner. */
export async function openHubCell(upstream: Reached): Promise<HubCell> {
  const ground = prepareGround();
  const arrivals = new Arrivals();
  const config = { hub: { passthrough: 'fixture' }, mcpServers: { fixture: upstream } };
  const served = await openServedHub(ground, config, { observe: arrivals.observe });
  return {
    url: served.url,
    arrivals,
    async close() {
      await served.close();
      ground.clear();
    },
  };
}
