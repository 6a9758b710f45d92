import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { DockerDeps } from '../docker.ts';
import { showLines } from '../report/lines.ts';
import { LogLine, readLog } from '../report/log.ts';
import { count, momentOf } from '../report/words.ts';
import * as fields from './fields.ts';

export const containerLogs = defineTool({
  name: 'container_logs',
  title: 'Read or tail a container’s log',
  description:
    'The last lines of a container’s output, filtered by time, stream or text. Use container_diagnose for a judgement of why it fails.',
  scopes: ['containers:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    container: fields.container,
    host: fields.host,
    tail: z.int().min(1).max(2000).default(100).describe('The last so many lines (≤ 2000)'),
    since: fields.moment('Not before'),
    until: fields.moment('Not after'),
    stream: z.enum(['both', 'stdout', 'stderr']).default('both').describe('Which output'),
    grep: z.string().min(1).max(500).optional().describe('Only lines with this text, in any letter case; looks through the whole log'),
    timestamps: z.boolean().default(false).describe('Give the time of each line'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    container: z.string(),
    lines: z.array(LogLine),
    truncated: z.boolean().describe('Earlier lines were left out; narrow by since, until or grep'),
  }),
  async handler({ container, host, tail, since, until, stream, grep, timestamps }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const wish = {
      tail,
      since: since === undefined ? undefined : momentOf(since),
      until: until === undefined ? undefined : momentOf(until),
      only: stream === 'both' ? undefined : stream,
      timestamps,
      grep,
    };
    const { lines, dropped, cut } = await readLog(engine, container, wish, signal);
    return { host: engine.name, container, lines, truncated: dropped > 0 || cut };
  },
  render: ({ host, lines, truncated }) => ({
    summary:
      lines.length === 0
        ? `No log lines on ${host} fit.`
        : `${count(lines.length, 'log line')} on ${host}${truncated ? ', earlier ones left out' : ''}:`,
    data: showLines(lines),
  }),
});
