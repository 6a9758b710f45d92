import { ConfigError, type ConfigProblem, loadConfig, nearest } from '@deployment-engine/shared/platform';
import { BUILTIN_NAMES, installedBuiltins } from '../registry/builtins.ts';
import type { HubConfig } from './schema.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Sections below `servers` that belong to no server. Loads nothing. */
export function unknownSections(config: HubConfig): ConfigProblem[] {
  const known: readonly string[] = BUILTIN_NAMES;
  return Object.keys(config.servers)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const guess = nearest(name, known);
      return {
        path: `servers.${name}`,
        message: `there is no built-in server of this name${guess === undefined ? '' : `, did you mean "${guess}"?`}`,
      };
    });
}

/** Everything that is wrong with the sections of built-in servers. Loads the modules of those that have one. */
export async function sectionProblems(config: HubConfig, env: Env): Promise<ConfigProblem[]> {
  const problems = unknownSections(config);
  for (const { name, load } of installedBuiltins()) {
    const settings = config.servers[name];
    if (settings === undefined || settings.enabled === false) continue;
    const { enabled: _enabled, isolation: _isolation, toolsets: _toolsets, tools: _tools, ...section } = settings;
    const definition = await load();
    try {
      loadConfig({ schema: definition.config, defaults: section, env, envMap: definition.env });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(
        ...error.problems.map((problem) => ({ ...problem, path: `servers.${name}${problem.path === '' ? '' : `.${problem.path}`}` })),
      );
    }
  }
  return problems;
}
