import { maskPersonalData } from '@deployment-engine/shared/platform';
import { defaultPolicy, type Machine } from '@deployment-engine/shared/toolkit';
import type { HubConfig } from './config/schema.ts';
import { Hub } from './hub.ts';
import { HubMemory } from './hub-memory.ts';
import { Registry } from './registry/registry.ts';

export interface OpenedHub {
  hub: Hub;
  registry: Registry;
  memory: HubMemory;
}

/**
 * A hub for a configuration, and its upstreams. Nothing is started: upstreams start when they are needed. One that takes the place of
 * another goes on with that one's servers, as far as they have not changed, and with what its calls have left.
 */
export function openHub(config: HubConfig, machine: Machine, previous?: OpenedHub): OpenedHub {
  maskPersonalData(config.hub.maskPersonalData);
  const policy = defaultPolicy({
    readOnly: config.hub.readOnly,
    anonymousRead: config.hub.anonymousRead,
    signInHint:
      'Send the owner token as "Authorization: Bearer …" ("deployment-engine token" prints it), or start the hub with --trust-loopback.',
  });
  const registry = new Registry({ config, machine, policy, previous: previous?.registry });
  const memory = previous?.memory ?? new HubMemory();
  return { hub: new Hub({ config, machine, policy, registry, profile: config.hub.profile, memory }), registry, memory };
}

/** A hub for a configuration. */
export function createHub(config: HubConfig, machine: Machine): Hub {
  return openHub(config, machine).hub;
}
