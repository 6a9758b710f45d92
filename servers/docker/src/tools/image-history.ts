import { maskText } from '@deployment-engine/shared/platform';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { imageHistory as historyOf } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { compact, count, isoOf, size } from '../report/words.ts';
import * as fields from './fields.ts';

export const imageHistory = defineTool({
  name: 'image_history',
  title: 'Layers and history of an image',
  description: 'The steps by which an image was built, newest first, with what each adds. Shows which step makes an image large.',
  scopes: ['images:read'],
  annotations: reads(),
  inputSchema: z.strictObject({ image: fields.image, host: fields.host, limit: fields.limit(500, 100) }),
  outputSchema: z.object({
    host: fields.hostOut,
    steps: z.array(
      z.object({
        step: z.string(),
        size: z.number(),
        created: z.string().optional(),
        tags: z.array(z.string()).optional(),
        comment: z.string().optional(),
      }),
    ),
    total: z.number(),
    truncated: z.boolean(),
    bytes: z.number(),
  }),
  async handler({ image, host, limit }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const all = await historyOf(engine, image, signal);
    const { items, total, truncated } = fields.page(all, limit);
    const steps = items.map((one) => ({
      ...compact({
        created: one.Created > 0 ? isoOf(one.Created) : undefined,
        tags: one.Tags ?? undefined,
        comment: one.Comment?.slice(0, 200),
      }),
      // build arguments stand in the step as they were given
      step: maskText((one.CreatedBy ?? '').replace(/^\/bin\/sh -c (?:#\(nop\) *)?/, '').trim()).slice(0, 500),
      size: one.Size ?? 0,
    }));
    return { host: engine.name, steps, total, truncated, bytes: all.reduce((sum, one) => sum + (one.Size ?? 0), 0) };
  },
  render: ({ host, steps, total, truncated, bytes }) => ({
    summary: `${count(total, 'step')} on ${host}, ${size(bytes)}.${fields.more({ items: steps, total, truncated })}`,
    data: steps.map((one) => `${size(one.size).padStart(9)}  ${one.step}`).join('\n'),
  }),
});
