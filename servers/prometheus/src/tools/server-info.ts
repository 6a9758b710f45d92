import { ToolError } from '@deployment-engine/shared/contracts';
import { MASK } from '@deployment-engine/shared/platform';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { isMissingEndpoint } from '../client/index.ts';
import { columns, lines, oneLine } from '../words/text.ts';
import { isSecretName, maskYaml } from '../words/secrets.ts';
import { type Deps, holds, maxTokens, READ, search, source } from './inputs.ts';

const PARTS = ['build', 'runtime', 'flags', 'config'] as const;

const Output = z.object({
  source: z.string(),
  build: z.record(z.string(), z.string()).optional(),
  runtime: z.record(z.string(), z.string()).optional(),
  flags: z.record(z.string(), z.string()).optional(),
  config: z.string().optional().describe('YAML, secrets masked.'),
  config_truncated: z.boolean().optional(),
  not_offered: z.array(z.enum(PARTS)).describe('What this server does not tell.'),
});
type Output = z.output<typeof Output>;

export const serverInfo = defineTool({
  name: 'server_info',
  title: 'About the server',
  description:
    "Version, runtime state (retention, last reload), command-line flags and loaded configuration of the Prometheus server, secrets masked. Choose the parts; search filters flags and the configuration's lines.",
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({
    include: z.array(z.enum(PARTS)).min(1).max(4).default(['build', 'runtime']).describe('Which parts.'),
    search: search.describe(
      'Only flags whose name holds this text, and only the blocks of the configuration that hold it (a job, a rule file, an alerting section).',
    ),
    source,
    max_tokens: maxTokens,
  }),
  outputSchema: Output,
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const { name, api } = deps.prometheus.get(input.source);
    const output: Output = { source: name, not_offered: [] };
    const parts = [...new Set(input.include)];
    await Promise.all(
      parts.map(async (part) => {
        try {
          if (part === 'build') output.build = strings(await api.status('buildinfo', { signal }));
          else if (part === 'runtime') output.runtime = strings(await api.status('runtimeinfo', { signal }));
          else if (part === 'flags') output.flags = flagsOf(await api.status('flags', { signal }), input.search);
          else Object.assign(output, configOf(await api.configYaml({ signal }), input.search, input.max_tokens));
        } catch (error) {
          // many compatible servers have none of these, and gateways forbid some
          if (!isMissingEndpoint(error) && !(error instanceof ToolError && error.code === 'forbidden')) throw error;
          output.not_offered.push(part);
        }
      }),
    );
    output.not_offered.sort();
    return output;
  },
  render: ({ source: from, build, runtime, flags, config, config_truncated: cut, not_offered: missing }) => {
    const table = (record: Record<string, string> | undefined): string => (record === undefined ? '' : columns(Object.entries(record)));
    return {
      summary: lines(
        `From ${from}.`,
        missing.length > 0 && `Not offered: ${missing.join(', ')}.`,
        cut === true && 'The configuration is cut: give search, or raise max_tokens.',
      ),
      data: lines(table(build), table(runtime), table(flags), config),
    };
  },
});

function strings(record: Record<string, unknown>): Record<string, string> {
  const shown = Object.entries(record).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '');
  return Object.fromEntries(shown.map(([key, value]) => [key, isSecretName(key) ? MASK : oneLine(String(value))]));
}

function flagsOf(record: Record<string, unknown>, part: string | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(strings(record)).filter(([name]) => holds(name, part)));
}

function configOf(yaml: string, part: string | undefined, tokens: number): { config: string; config_truncated?: boolean } {
  const masked = maskYaml(yaml);
  const wanted =
    part === undefined
      ? masked
      : blocksOf(masked)
          .filter((block) => holds(block, part))
          .join('\n');
  const most = tokens * 4;
  return wanted.length > most ? { config: wanted.slice(0, most), config_truncated: true } : { config: wanted };
}

/** The configuration in pieces: each list entry of a top-level section with the section's name, or the whole section if it is no list. */
function blocksOf(yaml: string): string[] {
  const blocks: string[] = [];
  let section = '';
  for (const line of yaml.split('\n')) {
    if (/^\S/.test(line) && !line.startsWith('- ')) {
      section = line;
      blocks.push(line);
    } else if (line.startsWith('- ')) blocks.push(`${section}\n${line}`);
    else if (blocks.length > 0) blocks[blocks.length - 1] += `\n${line}`;
  }
  return blocks;
}
