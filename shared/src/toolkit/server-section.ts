import { z } from 'zod';
import { loadConfig } from '../platform/config/index.ts';
import type { ServerDefinition } from './define-server.ts';

/** One server's section of `mcp.config.json`. The other sections are not its business and are not checked. */
export function loadServerSection(file: string, definition: ServerDefinition, env: Readonly<Record<string, string | undefined>>): object {
  const schema = z.object({
    $schema: z.string().optional(),
    hub: z.record(z.string(), z.unknown()).optional(),
    servers: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    mcpServers: z.record(z.string(), z.unknown()).optional(),
  });
  const section = loadConfig({ schema, file, env }).servers?.[definition.name] ?? {};
  // how the hub runs the server is the hub's business
  const { enabled: _enabled, isolation: _isolation, toolsets: _toolsets, tools: _tools, ...own } = section;
  return own;
}
