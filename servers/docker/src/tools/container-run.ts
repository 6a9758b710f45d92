import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { DockerDeps } from '../docker.ts';
import { exitMeaning, inspectName } from '../report/container.ts';
import { detailOf } from '../report/inspect.ts';
import { showLines } from '../report/lines.ts';
import { LogLine } from '../report/log.ts';
import { short } from '../report/words.ts';
import { containerFields } from '../run/container-fields.ts';
import { run } from '../run/run.ts';
import * as fields from './fields.ts';

export const containerRun = defineTool({
  name: 'container_run',
  title: 'Run a new container',
  description:
    'Create and start a container. With wait, wait for its end and return exit code and output; otherwise it goes on in the background. To run a program in a container that runs already, use container_exec.',
  scopes: ['containers:write'],
  annotations: writes({ openWorld: true }),
  deadlineMs: 60 * 60_000,
  inputSchema: z.strictObject({
    ...containerFields,
    wait: z.boolean().default(false).describe('Wait for the end and return the output'),
    wait_s: z.number().min(1).max(3500).default(50).describe('Seconds to wait at most; then it is left running'),
    auto_remove: z.boolean().default(false).describe('Remove it and its anonymous volumes once it has ended'),
    tail: z.int().min(1).max(2000).default(100).describe('The last so many lines of output to return'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    id: z.string(),
    name: z.string(),
    status: z.string().describe('running, exited, …'),
    exit_code: z.number().optional(),
    exit_meaning: z.string().optional(),
    oom_killed: z.boolean().optional(),
    timed_out: z.boolean().describe('It still ran when wait_s had passed'),
    removed: z.boolean(),
    pulled: z.boolean(),
    ports: z.array(z.string()),
    lines: z.array(LogLine).describe('The last lines of output'),
    truncated: z.boolean(),
    warnings: z.array(z.string()),
  }),
  async handler(input, { deps: { docker }, roots, signal, progress }: ToolContext<DockerDeps>) {
    const { wait, wait_s, auto_remove, tail, ...container } = input;
    if (auto_remove && input.restart !== 'no')
      throw new ToolError('invalid_input', 'A container with a restart policy cannot be removed when it ends.', {
        hint: 'Leave restart or auto_remove out.',
      });
    const engine = await docker.hosts.forWrite(input.host);
    const wish = { wait, waitSeconds: wait_s, removeAfter: auto_remove, tail };
    const { facts, pulled, warnings, running, removed, lines, truncated } = await run(
      docker,
      engine,
      container,
      wish,
      docker.world(engine, roots, signal),
      progress,
    );
    const code = running ? undefined : facts.State?.ExitCode;
    return {
      host: engine.name,
      id: short(facts.Id),
      name: inspectName(facts),
      status: facts.State?.Status ?? 'unknown',
      ...(code === undefined ? {} : { exit_code: code, exit_meaning: exitMeaning(code) }),
      ...(facts.State?.OOMKilled ? { oom_killed: true } : {}),
      timed_out: wait && running,
      removed,
      pulled,
      ports: detailOf(facts).ports ?? [],
      lines,
      truncated,
      warnings,
    };
  },
  render: (out) => ({
    summary: [
      `${out.name} (${out.id}) on ${out.host}: ${out.status}`,
      out.exit_code === undefined ? '' : `, exit code ${out.exit_code} (${out.exit_meaning})`,
      out.oom_killed ? ', killed for memory' : '',
      out.timed_out ? '; still running, see container_logs' : '',
      out.removed ? '; removed' : '',
      out.ports.length > 0 ? `; ports ${out.ports.join(', ')}` : '',
      '.',
    ].join(''),
    data: [...out.warnings, showLines(out.lines)].filter(Boolean).join('\n'),
  }),
});
