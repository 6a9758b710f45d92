import { loadConfig } from '@deployment-engine/shared/platform';
import { type HubConfig, hubConfig } from './schema.ts';

/** What the command line says about the hub; undefined: nothing. */
export interface HubFlags {
  config?: string | undefined;
  profile?: 'flat' | 'compact' | undefined;
  readOnly?: boolean | undefined;
  trustLoopback?: boolean | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The configuration file in use: the flag, else DEPLOYMENT_ENGINE_CONFIG; undefined for embedded defaults. */
export function configFile(flags: Pick<HubFlags, 'config'>, env: Env): string | undefined {
  return flags.config ?? (env['DEPLOYMENT_ENGINE_CONFIG'] || undefined);
}

/** The hub's configuration from file, environment and flags. Throws a ConfigError that names every problem. */
export function loadHubConfig(flags: HubFlags, env: Env, warn?: (message: string) => void): HubConfig {
  const hub = { profile: flags.profile, readOnly: flags.readOnly, trustLoopback: flags.trustLoopback };
  return loadConfig({
    schema: hubConfig,
    file: configFile(flags, env),
    env,
    envMap: { DEPLOYMENT_ENGINE_PROFILE: 'hub.profile', DEPLOYMENT_ENGINE_READ_ONLY: 'hub.readOnly' },
    flags: { hub: Object.fromEntries(Object.entries(hub).filter(([, value]) => value !== undefined)) },
    ...(warn === undefined ? {} : { warn }),
  });
}
