import { ConfigError, type ConfigProblem, watchConfig } from '@deployment-engine/shared/platform';
import type { Machine } from '@deployment-engine/shared/toolkit';
import { configFile, type HubFlags, loadHubConfig } from '../config/load.ts';
import type { HubConfig } from '../config/schema.ts';
import { sectionProblems } from '../config/sections.ts';
import type { Registry } from '../registry/registry.ts';
import { ReloadableBackend } from '../reload.ts';
import { openHub } from '../start.ts';
import { loadCheckedConfig } from './local-hub.ts';

export interface ConfiguredHub {
  backend: ReloadableBackend;
  /** As it was at the start; what listens does not change with the file. */
  config: HubConfig;
  registry(): Registry;
  close(): Promise<void>;
}

/** A hub that follows its configuration file: a valid change replaces it while it runs, an invalid one is told and changes nothing. */
export function openConfiguredHub(flags: HubFlags, machine: Machine): ConfiguredHub {
  const { log, env } = machine;
  const warn = (message: string): void => log.warn(message);
  const config = loadCheckedConfig(flags, env, warn);
  let opened = openHub(config, machine);
  const backend = new ReloadableBackend(opened.hub);

  const reload = async (): Promise<void> => {
    try {
      const next = loadHubConfig(flags, env, warn);
      const problems = await sectionProblems(next, env);
      if (problems.length > 0) throw new ConfigError(problems);
      opened = openHub(next, machine, opened);
    } catch (error) {
      tell(error);
      return;
    }
    backend.replace(opened.hub, (error) => log.warn({ err: error }, 'the hub before the reload did not end cleanly'));
    log.info('the configuration was reloaded');
  };
  const tell = (error: unknown): void => {
    const kept = 'the configuration was not reloaded, the earlier one stays in force';
    if (!(error instanceof ConfigError)) log.error({ err: error }, kept);
    else for (const problem of error.problems) log.error(lineOf(problem), kept);
  };

  const file = configFile(flags, env);
  const watch =
    file === undefined
      ? undefined
      : watchConfig(file, reload, { onError: (error) => log.warn({ err: error }, 'the configuration file can no longer be watched') });
  return {
    backend,
    config,
    registry: () => opened.registry,
    async close() {
      watch?.close();
      await backend.close();
    },
  };
}

function lineOf({ path, message, source }: ConfigProblem): object {
  return { path, problem: message, ...(source === undefined ? {} : { source }) };
}
