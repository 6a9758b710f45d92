import { maskArgs } from '@deployment-engine/shared/platform';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { inspectContainer, type Engine, type WireInspect } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { demandNone, demandReachable } from '../policy/index.ts';
import { exitMeaning, inspectName } from '../report/container.ts';
import { showLines } from '../report/lines.ts';
import { LogLine } from '../report/log.ts';
import { exec } from '../run/exec.ts';
import * as fields from './fields.ts';

const inputSchema = z.strictObject({
  container: fields.container,
  host: fields.host,
  command: z.array(z.string().max(32_768)).min(1).max(1000).describe('Program and arguments, e.g. ["ls", "-l", "/"]'),
  env: z
    .record(z.string().regex(/^[^=\0]+$/), z.string().max(131_072))
    .optional()
    .describe('More environment variables'),
  workdir: z.string().max(4096).optional().describe('Folder to start in'),
  user: z.string().max(255).optional().describe('User, as name, uid or uid:gid'),
  input: z.string().max(1_000_000).optional().describe('Text for its standard input'),
  timeout_s: z.number().min(0.1).max(3500).default(50).describe('Seconds after which the program is ended'),
  tail: z.int().min(1).max(2000).default(500).describe('The last so many lines of output to return'),
  privileged: z.boolean().default(false).describe('Refused unless the operator allows it (allow.privileged)'),
});

/** The container, once it is certain that the program may be run there. */
async function reach(
  input: z.output<typeof inputSchema>,
  { deps: { docker }, roots, signal }: ToolContext<DockerDeps>,
): Promise<{ engine: Engine; facts: WireInspect; name: string }> {
  const engine = await docker.hosts.forWrite(input.host);
  if (input.privileged && !docker.config.allow.privileged) demandNone([{ what: 'a privileged exec', setting: 'allow.privileged = true' }]);
  const facts = await inspectContainer(engine, input.container, signal);
  await demandReachable(facts, docker.world(engine, roots, signal));
  const name = inspectName(facts);
  if (!facts.State?.Running)
    throw new ToolError('conflict', `The container ${name} does not run.`, {
      hint: 'Start it with container_lifecycle, or see container_diagnose.',
    });
  if (facts.State.Paused)
    throw new ToolError('conflict', `The container ${name} is paused.`, { hint: 'Unpause it with container_lifecycle.' });
  return { engine, facts, name };
}

export const containerExec = defineTool({
  name: 'container_exec',
  title: 'Run a program in a container',
  description:
    'Run a program in a running container and return its output and exit code. The command is a list, not a shell line; name a shell if you need one. For a fresh container use container_run.',
  scopes: ['containers:exec'],
  annotations: destroys(),
  deadlineMs: 60 * 60_000,
  inputSchema,
  outputSchema: z.object({
    host: fields.hostOut,
    container: z.string(),
    exit_code: z.number().optional().describe('Missing when it did not end'),
    timed_out: z.boolean(),
    ended: z.boolean().describe('False: the program may still run in the container'),
    lines: z.array(LogLine),
    truncated: z.boolean().describe('Earlier output was left out'),
  }),
  async plan(input, context: ToolContext<DockerDeps>) {
    const { engine, facts } = await reach(input, context);
    return {
      summary: `Run a program in ${inspectName(facts)} on ${engine.name}.`,
      changes: [
        `program: ${JSON.stringify(maskArgs(input.command)).slice(0, 1000)}`,
        `container: ${inspectName(facts)} (${facts.Config?.Image ?? ''})`,
      ],
      state: facts.Id,
    };
  },
  async handler(input, context: ToolContext<DockerDeps>) {
    const { engine, facts, name } = await reach(input, context);
    const wish = {
      Cmd: input.command,
      Env: Object.entries(input.env ?? {}).map(([key, value]) => `${key}=${value}`),
      User: input.user,
      WorkingDir: input.workdir,
      Privileged: input.privileged,
      input: input.input,
      timeoutMs: input.timeout_s * 1000,
      lines: input.tail,
      characters: 100_000,
    };
    const { lines, dropped, cut, exitCode, timedOut, ended } = await exec(engine, facts.Id, wish, context.signal);
    return {
      host: engine.name,
      container: name,
      ...(exitCode === undefined ? {} : { exit_code: exitCode }),
      timed_out: timedOut,
      ended,
      lines,
      truncated: dropped > 0 || cut,
    };
  },
  render: ({ host, container, exit_code, timed_out, ended, lines }) => ({
    summary: `${container} on ${host}: ${exit_code === undefined ? 'no exit code' : `exit code ${exit_code} (${exitMeaning(exit_code)})`}${timed_out ? `, ended by the timeout${ended ? '' : ', but it may still run'}` : ''}.`,
    data: showLines(lines),
  }),
});
