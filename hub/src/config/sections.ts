import type { Surface } from '@deployment-engine/shared/contracts';
import { ConfigError, type ConfigProblem, loadConfig, nearest } from '@deployment-engine/shared/platform';
import { ownSettings } from '@deployment-engine/shared/toolkit';
import { BUILTIN_NAMES, installedBuiltins } from '../registry/builtins.ts';
import { slugOf, unqualify } from '../surface/names.ts';
import type { HubConfig } from './schema.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Names that mean nothing: of built-in servers, of their tools and toolsets, and of pinned tools. Loads no server's code. */
export function unknownNames(config: HubConfig): ConfigProblem[] {
  return [...unknownSections(config), ...unknownPins(config)];
}

function unknownSections(config: HubConfig): ConfigProblem[] {
  return Object.entries(config.servers).flatMap(([name, settings]) => {
    const known: readonly string[] = BUILTIN_NAMES;
    if (!known.includes(name)) return [unknown(`servers.${name}`, 'there is no built-in server of this name', name, known)];
    const tools = Object.keys(settings.tools ?? {});
    const toolsets = settings.toolsets ?? [];
    // a surface is read only where something is said of its tools
    if (tools.length + toolsets.length === 0) return [];
    const surface = surfaceOf(name);
    if (surface === undefined) return [];
    const [names, sets] = [surface.tools.map((tool) => tool.name), [...new Set(surface.tools.map(({ toolset }) => toolset))]];
    return [
      ...tools
        .filter((tool) => !names.includes(tool))
        .map((tool) => unknown(`servers.${name}.tools.${tool}`, `${name} has no tool of this name`, tool, names)),
      ...toolsets.flatMap((set, at) =>
        sets.includes(set) ? [] : [unknown(`servers.${name}.toolsets.${at}`, `${name} has no toolset "${set}"`, set, sets)],
      ),
    ];
  });
}

/** Pinned tools that no server can have. What other people's servers have is not known before they are started. */
function unknownPins({ hub, mcpServers }: HubConfig): ConfigProblem[] {
  // its names pass without prefix
  if (hub.passthrough !== undefined) return [];
  const servers = [...BUILTIN_NAMES, ...Object.keys(mcpServers).map(slugOf)];
  return hub.pinned.flatMap((pinned, at) => {
    const path = `hub.pinned.${at}`;
    const split = unqualify(pinned);
    if (split === undefined) return [{ path, message: 'give the name of a tool as it is listed, server__tool' }];
    const { server, name } = split;
    if (!servers.includes(server)) return [unknown(path, `there is no server "${server}"`, server, servers)];
    const names = surfaceOf(server)?.tools.map((tool) => tool.name);
    return names === undefined || names.includes(name) ? [] : [unknown(path, `${server} has no tool "${name}"`, name, names)];
  });
}

function surfaceOf(name: string): Surface | undefined {
  return installedBuiltins()
    .find((builtin) => builtin.name === name)
    ?.surface();
}

function unknown(path: string, message: string, name: string, known: readonly string[]): ConfigProblem {
  const guess = nearest(name, known);
  if (guess !== undefined) return { path, message: `${message}, did you mean "${guess}"?` };
  return { path, message: known.length > 20 ? message : `${message}; there are ${known.join(', ')}` };
}

/** Everything that is wrong with the sections of built-in servers. Loads the modules of those that have one. */
export async function sectionProblems(config: HubConfig, env: Env): Promise<ConfigProblem[]> {
  const problems = unknownNames(config);
  for (const { name, load } of installedBuiltins()) {
    const settings = config.servers[name];
    if (settings === undefined || settings.enabled === false) continue;
    const definition = await load();
    try {
      loadConfig({ schema: definition.config, defaults: ownSettings(settings), env, envMap: definition.env });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(
        ...error.problems.map((problem) => ({ ...problem, path: `servers.${name}${problem.path === '' ? '' : `.${problem.path}`}` })),
      );
    }
  }
  return problems;
}
