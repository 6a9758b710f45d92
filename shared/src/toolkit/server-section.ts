import { z } from 'zod';
import { loadConfig } from '../platform/config/index.ts';
import type { ServerDefinition } from './define-server.ts';
import { DECISION_KEY_ENV, SECTION_ENV } from './protocol/decision-key.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What a server is told of its own settings: by the hub that it is a child of, or by a file, or nothing. */
export function sectionOf(definition: ServerDefinition, { config, env }: { config?: string | undefined; env: Env }): object {
  const given = env[DECISION_KEY_ENV] === undefined ? undefined : env[SECTION_ENV];
  if (given !== undefined) return JSON.parse(given) as object;
  const file = config ?? env['DEPLOYMENT_ENGINE_CONFIG'];
  return file === undefined || file === '' ? {} : loadServerSection(file, definition, env);
}

/** One server's section of `mcp.config.json`. The other sections are not its business and are not checked. */
export function loadServerSection(file: string, definition: ServerDefinition, env: Env): object {
  const schema = z.object({
    $schema: z.string().optional(),
    hub: z.record(z.string(), z.unknown()).optional(),
    servers: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    mcpServers: z.record(z.string(), z.unknown()).optional(),
  });
  return ownSettings(loadConfig({ schema, file, env }).servers?.[definition.name] ?? {});
}

/** The server's own settings, without those that say how the hub runs it. */
export function ownSettings(section: Readonly<Record<string, unknown>>): object {
  const { enabled: _enabled, isolation: _isolation, toolsets: _toolsets, tools: _tools, ...own } = section;
  return own;
}
