import { maskText } from '@deployment-engine/shared/platform';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { build } from '../build/build.ts';
import type { DockerDeps } from '../docker.ts';
import { demandNone, judgeNetwork } from '../policy/index.ts';
import { fullName, parseImageName } from '../report/image-name.ts';
import { bytesOf, count, short, size } from '../report/words.ts';
import * as fields from './fields.ts';

export const imageBuild = defineTool({
  name: 'image_build',
  title: 'Build an image',
  description:
    'Build an image from a folder inside the roots and its Dockerfile, honouring .dockerignore. Build arguments are kept in the image’s history: no secrets there.',
  scopes: ['images:write'],
  annotations: writes({ openWorld: true }),
  deadlineMs: 60 * 60_000,
  inputSchema: z.strictObject({
    context: z.string().min(1).max(4096).describe('Folder inside the roots that is sent to the engine'),
    host: fields.host,
    dockerfile: z.string().min(1).max(4096).default('Dockerfile').describe('Path of the Dockerfile below the context'),
    tags: z.array(z.string().max(512)).min(1).max(20).describe('Names for the image, e.g. app:1.2'),
    build_args: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(65_536))
      .default({})
      .describe('Values for ARG; not for secrets'),
    labels: fields.labels('Labels of the image'),
    target: z
      .string()
      .max(255)
      .regex(/^[A-Za-z0-9_.-]+$/)
      .optional()
      .describe('Stage to build'),
    platform: z
      .string()
      .max(64)
      .regex(/^[a-z0-9/]+$/)
      .optional()
      .describe('Platform, e.g. linux/arm64'),
    network: z
      .string()
      .max(255)
      .optional()
      .describe(
        'Network of RUN steps: none, default or a name; host is refused unless the operator allows it (allow.hostNamespaces.network)',
      ),
    builder: z.enum(['auto', 'classic', 'buildkit']).default('auto').describe('auto: BuildKit on engines since 23'),
    no_cache: z.boolean().default(false).describe('Run every step again'),
    pull: z.boolean().default(false).describe('Look for newer base images'),
    memory: z.string().max(20).optional().describe('Memory limit of RUN steps (classic builder), e.g. 1g'),
    tail: z.int().min(1).max(1000).default(60).describe('The last so many lines of output to return'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    id: z.string(),
    tags: z.array(z.string()),
    size: z.number(),
    builder: z.enum(['classic', 'buildkit']),
    context_files: z.number(),
    context_bytes: z.number(),
    lines: z.array(z.string()).describe('The last lines of the build’s output'),
    truncated: z.boolean(),
  }),
  async handler(input, { deps: { docker }, roots, signal, progress }: ToolContext<DockerDeps>) {
    const engine = await docker.hosts.forWrite(input.host);
    const tags = input.tags.map((tag) => {
      const name = parseImageName(tag);
      if (name.digest !== undefined)
        throw new ToolError('invalid_input', `"${tag}" has a digest; a new image has only a tag.`, { hint: 'Write registry/path:tag.' });
      return fullName(name);
    });
    if (input.network !== undefined) demandNone(await judgeNetwork(input.network, docker.world(engine, roots, signal)));
    const wish = {
      context: input.context,
      dockerfile: input.dockerfile,
      tags,
      builder: input.builder,
      buildArgs: input.build_args,
      labels: input.labels ?? {},
      target: input.target,
      platform: input.platform,
      network: input.network,
      noCache: input.no_cache,
      pull: input.pull,
      memory: input.memory === undefined ? undefined : bytesOf(input.memory),
      tail: input.tail,
    };
    const { id, size: bytes, builder, files, bytes: sent, lines, dropped } = await build(docker, engine, wish, roots, signal, progress);
    return {
      host: engine.name,
      id: short(id),
      tags,
      size: bytes,
      builder,
      context_files: files,
      context_bytes: sent,
      lines: lines.map((one) => maskText(one.text)),
      truncated: dropped > 0,
    };
  },
  render: (out) => ({
    summary: `Built ${out.tags.join(', ')} (${out.id}, ${size(out.size)}) on ${out.host} from ${count(out.context_files, 'file')}, ${size(out.context_bytes)}.`,
    data: out.lines.join('\n'),
  }),
});
