import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { isMissingEndpoint, type Source, type Sources } from '../client/index.ts';
import { columns, oneLine, plural } from '../words/text.ts';
import { type Deps, READ } from './inputs.ts';

const CHECK_MS = 5_000;

const SourceView = z.object({
  name: z.string(),
  default: z.boolean(),
  url: z.string(),
  description: z.string().optional(),
  auth: z.enum(['none', 'basic', 'bearer', 'headers']),
  tenant: z.string().optional(),
  alertmanager: z.string().optional().describe('Its URL.'),
  reachable: z.boolean().optional(),
  version: z.string().optional(),
  error: z.string().optional(),
});

const Output = z.object({ sources: z.array(SourceView) });

export const sourceList = defineTool({
  name: 'source_list',
  title: 'List the Prometheus servers',
  description: 'The Prometheus servers that are configured, with their state. Their names are what the argument source takes.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({ check: z.boolean().default(true).describe('Whether to ask each whether it answers.') }),
  outputSchema: Output,
  async handler({ check }, { deps, signal }: ToolContext<Deps>) {
    const { prometheus } = deps;
    return { sources: await Promise.all(prometheus.names.map((name) => viewOf(prometheus, prometheus.get(name), check, signal))) };
  },
  render: ({ sources }) => ({
    summary:
      sources.length === 0
        ? 'No source is configured: set PROMETHEUS_URL, or sources.default.url of this server in mcp.config.json.'
        : `${plural(sources.length, 'source')}.`,
    data: columns(
      sources.map((one) => [
        one.default ? `${one.name} (default)` : one.name,
        one.url,
        one.reachable === undefined ? '' : one.reachable ? `answers${one.version ? `, version ${one.version}` : ''}` : (one.error ?? ''),
        one.description ?? '',
      ]),
    ),
  }),
});

async function viewOf(sources: Sources, source: Source, check: boolean, signal: AbortSignal): Promise<z.output<typeof SourceView>> {
  const { settings, name } = source;
  const auth =
    settings.auth?.bearer !== undefined
      ? 'bearer'
      : settings.auth?.username !== undefined
        ? 'basic'
        : Object.keys(settings.headers ?? {}).length > 0
          ? 'headers'
          : 'none';
  return {
    name,
    default: name === sources.defaultName,
    url: settings.url,
    ...(settings.description === undefined ? {} : { description: settings.description }),
    auth,
    ...(settings.orgId === undefined ? {} : { tenant: settings.orgId }),
    ...(settings.alertmanager === undefined ? {} : { alertmanager: settings.alertmanager.url }),
    ...(check ? await stateOf(source, signal) : {}),
  };
}

/** Asks for the build, and where that is not offered for a constant: any server that speaks PromQL has it. */
export async function stateOf({ api }: Source, signal: AbortSignal): Promise<{ reachable: boolean; version?: string; error?: string }> {
  try {
    const { version } = await api.status('buildinfo', { signal, timeoutMs: CHECK_MS });
    return { reachable: true, ...(typeof version === 'string' && version !== '' ? { version: oneLine(version, 60) } : {}) };
  } catch (error) {
    if (!isMissingEndpoint(error)) return failed(error, signal);
  }
  try {
    await api.query('vector(1)', { signal, timeoutMs: CHECK_MS });
    return { reachable: true };
  } catch (error) {
    return failed(error, signal);
  }
}

function failed(error: unknown, signal: AbortSignal): { reachable: boolean; error: string } {
  signal.throwIfAborted();
  if (!(error instanceof ToolError)) throw error;
  return { reachable: false, error: `${error.code}: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}` };
}
