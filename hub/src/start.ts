import { maskPersonalData } from '@deployment-engine/shared/platform';
import { defaultPolicy, type Machine } from '@deployment-engine/shared/toolkit';
import type { HubConfig } from './config/schema.ts';
import { Hub } from './hub.ts';
import { Registry } from './registry/registry.ts';

export interface OpenedHub {
  hub: Hub;
  registry: Registry;
}

/** A hub for a configuration, and its upstreams. Nothing is started: upstreams start when they are needed. */
export function openHub(config: HubConfig, machine: Machine, previous?: Registry): OpenedHub {
  maskPersonalData(config.hub.maskPersonalData);
  const policy = defaultPolicy({
    readOnly: config.hub.readOnly,
    anonymousRead: config.hub.anonymousRead,
    signInHint:
      'Send the owner token as "Authorization: Bearer …" ("deployment-engine token" prints it), or start the hub with --trust-loopback.',
  });
  const registry = new Registry({ config, machine, policy, previous });
  return { hub: new Hub({ config, machine, policy, registry, profile: config.hub.profile }), registry };
}

/** A hub for a configuration. */
export function createHub(config: HubConfig, machine: Machine): Hub {
  return openHub(config, machine).hub;
}
