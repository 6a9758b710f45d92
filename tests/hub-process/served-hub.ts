import { createHub, type Hub, hubConfig } from '@deployment-engine/hub';
import { type ServedBackend, serveHttp, type ServeHttpOptions } from '@deployment-engine/shared/testing';
import { openMachine } from '@deployment-engine/shared/toolkit';
import type { Ground } from './ground.ts';

export interface ServedHub extends ServedBackend {
  hub: Hub;
}

/** A hub in this process, served over HTTP on a free port; every caller is the owner unless `options` say otherwise. */
export async function openServedHub(ground: Ground, config: object, options: ServeHttpOptions = {}): Promise<ServedHub> {
  const machine = openMachine({ name: 'hub', env: { ...process.env, ...ground.env }, logLevel: 'silent' });
  const hub = createHub(hubConfig.parse(config), machine);
  const served = await serveHttp(hub, options);
  return {
    url: served.url,
    hub,
    async close() {
      await served.close();
      await hub.close();
      await machine.close();
    },
  };
}
