import { posix } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import { readFileInside } from '@deployment-engine/shared/platform';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { archiveOf, inspectContainer, putArchive, type Engine, type WireInspect } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { demandReachable } from '../policy/index.ts';
import { inspectName } from '../report/container.ts';
import { size } from '../report/words.ts';
import * as fields from './fields.ts';

const MOST_BYTES = 256 * 1024 ** 2;

async function reach(
  input: { container: string; host?: string | undefined },
  { deps: { docker }, roots, signal }: ToolContext<DockerDeps>,
): Promise<{ engine: Engine; facts: WireInspect }> {
  const engine = await docker.hosts.forWrite(input.host);
  const facts = await inspectContainer(engine, input.container, signal);
  await demandReachable(facts, docker.world(engine, roots, signal));
  return { engine, facts };
}

export const containerCopyTo = defineTool({
  name: 'container_copy_to',
  title: 'Copy or write a file into a container',
  description: 'Write a text, or a file from inside the roots, to a path in a container, replacing what is there. The folder must exist.',
  scopes: ['containers:exec'],
  annotations: destroys({ idempotent: true }),
  inputSchema: z.strictObject({
    container: fields.container,
    host: fields.host,
    path: z
      .string()
      .min(2)
      .max(4096)
      .regex(/^\/.*[^/]$/, 'must be the absolute path of a file')
      .describe('Absolute path of the file in the container'),
    content: z.string().max(4_000_000).optional().describe('The text to write'),
    source: z.string().min(1).max(4096).optional().describe('Or a file of this machine inside the roots'),
    mode: z
      .string()
      .regex(/^0?[0-7]{3}$/, 'must be octal, e.g. 644')
      .default('644')
      .describe('Permissions in octal'),
  }),
  outputSchema: z.object({ host: fields.hostOut, container: z.string(), path: z.string(), bytes: z.number() }),
  async plan(input, context: ToolContext<DockerDeps>) {
    const { engine, facts } = await reach(input, context);
    return {
      summary: `Write ${input.path} in ${inspectName(facts)} on ${engine.name}.`,
      changes: [`${input.path} is made or replaced`],
      state: facts.Id,
    };
  },
  async handler(input, context: ToolContext<DockerDeps>) {
    const { path, content, source, mode } = input;
    if ((content === undefined) === (source === undefined))
      throw new ToolError('invalid_input', 'Give either content or source.', {
        hint: 'content is a text, source a file inside the roots.',
      });
    const { engine, facts } = await reach(input, context);
    const bytes =
      content === undefined ? await readFileInside(context.roots, source ?? '', { maxBytes: MOST_BYTES }) : Buffer.from(content);
    const archive = await archiveOf(posix.basename(path), bytes, Number.parseInt(mode, 8));
    await putArchive(engine, facts.Id, posix.dirname(path), archive, context.signal);
    return { host: engine.name, container: inspectName(facts), path, bytes: bytes.length };
  },
  render: ({ host, container, path, bytes }) => ({ summary: `Wrote ${size(bytes)} to ${path} in ${container} on ${host}.` }),
});
