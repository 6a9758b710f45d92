import { defaultPolicy, type Machine } from '@deployment-engine/shared/toolkit';
import type { HubConfig } from './config/schema.ts';
import { Hub } from './hub.ts';
import { Registry } from './registry/registry.ts';

/** A hub for a configuration. Nothing is started: upstreams start when they are needed. */
export function createHub(config: HubConfig, machine: Machine): Hub {
  const policy = defaultPolicy({
    readOnly: config.hub.readOnly,
    anonymousRead: config.hub.anonymousRead,
    signInHint: 'Send the owner token as "Authorization: Bearer …" ("deployment-engine token" prints it), or start the hub with --trust-loopback.',
  });
  return new Hub({ config, machine, policy, registry: new Registry({ config, machine, policy }), profile: config.hub.profile });
}
