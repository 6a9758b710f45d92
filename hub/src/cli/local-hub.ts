import { OWNER, ToolError } from '@deployment-engine/shared/contracts';
import { type Caller, type ListedTool, type Machine, openMachine } from '@deployment-engine/shared/toolkit';
import { configFile, loadHubConfig } from '../config/load.ts';
import type { HubConfig } from '../config/schema.ts';
import { unknownNames } from '../config/sections.ts';
import type { Hub } from '../hub.ts';
import type { Registry } from '../registry/registry.ts';
import { openHub } from '../start.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { ConfigError } from '@deployment-engine/shared/platform';
import { note } from './print.ts';

export interface LocalHubFlags {
  config?: string | undefined;
}

/** The hub in this process, used by a person at the command line as its owner. */
export interface LocalHub {
  hub: Hub;
  registry: Registry;
  config: HubConfig;
  /** The file that the configuration comes from; undefined for embedded defaults. */
  file: string | undefined;
  machine: Machine;
  caller(more?: Partial<Caller>): Caller;
  /** Every tool there is. Servers that do not answer in time are named on stderr. */
  tools(): Promise<ListedTool[]>;
  close(): Promise<void>;
}

/** How long a third-party server may take to start when its tools are asked for at the command line. */
const PATIENCE_MS = 10_000;

export function loadCheckedConfig(
  flags: Parameters<typeof loadHubConfig>[0],
  env: Machine['env'],
  warn: (message: string) => void,
): HubConfig {
  const config = loadHubConfig(flags, env, warn);
  const problems = unknownNames(config);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Opens the hub for one command. Starts no server. Ctrl-C cancels what runs; what was started is ended by `close`. */
export function openLocalHub(flags: LocalHubFlags): LocalHub {
  const machine = openMachine({ name: 'deployment-engine', logLevel: process.env['DEPLOYMENT_ENGINE_LOG'] || 'error' });
  const config = loadCheckedConfig(flags, machine.env, (message) => note(`warning: ${message}`));
  const { hub, registry } = openHub(config, machine);
  const { signal: interrupted, dispose } = interruption();
  const caller = (more: Partial<Caller> = {}): Caller => ({
    principal: OWNER,
    transport: 'internal',
    signal: interrupted,
    can: { elicitation: false, sampling: false, roots: false },
    answers: {},
    meta: {},
    profile: 'flat',
    ...more,
  });
  return {
    hub,
    registry,
    config,
    file: configFile(flags, machine.env),
    machine,
    caller,
    async tools() {
      await Promise.all([...registry.upstreams.values()].map((upstream) => learn(upstream, interrupted)));
      return hub.listTools(caller());
    },
    async close() {
      await hub.close();
      await machine.close();
      dispose();
    },
  };
}

async function learn(upstream: Upstream, interrupted: AbortSignal): Promise<void> {
  try {
    await upstream.catalogue(AbortSignal.any([interrupted, AbortSignal.timeout(PATIENCE_MS)]));
  } catch (error) {
    if (interrupted.aborted) throw new ToolError('cancelled', 'Interrupted.');
    const why = error instanceof ToolError ? error.message : `${upstream.title} did not answer in ${PATIENCE_MS / 1_000} seconds.`;
    note(`warning: the tools of ${upstream.slug} are missing: ${why}`);
  }
}

/** Aborts on the first Ctrl-C or SIGTERM; the second ends the process at once. */
function interruption(): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new ToolError('cancelled', 'Interrupted.'));
  };
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
