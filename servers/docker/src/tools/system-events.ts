import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import type { DockerDeps } from '../docker.ts';
import { EventLine, pastEvents } from '../report/events.ts';
import { count, momentOf } from '../report/words.ts';
import * as fields from './fields.ts';

export const systemEvents = defineTool({
  name: 'system_events',
  title: 'Past events of the engine',
  description:
    'What happened on the engine: containers that started, died or ran out of memory, images pulled, volumes mounted. The engine forgets old events.',
  scopes: ['system:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    host: fields.host,
    since: fields.moment('Not before').default('1h'),
    until: fields.moment('Not after'),
    types: z
      .array(z.enum(['container', 'image', 'volume', 'network', 'daemon', 'builder', 'plugin']))
      .max(7)
      .optional()
      .describe('Only of these kinds'),
    actions: z
      .array(
        z
          .string()
          .min(1)
          .max(64)
          .regex(/^[a-z_]+$/),
      )
      .max(20)
      .optional()
      .describe('Only these actions, e.g. die, oom, health_status'),
    container: fields.container.optional().describe('Only of this container'),
    limit: fields.limit(500, 100),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    events: z.array(EventLine).describe('Oldest first'),
    truncated: z.boolean().describe('Earlier ones were left out'),
  }),
  async handler({ host, since, until, types, actions, container, limit }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const from = momentOf(since);
    // without an end in the past the engine would go on and on
    const to = Math.min(until === undefined ? Number.POSITIVE_INFINITY : momentOf(until), Date.now() / 1000);
    if (from >= to) throw new ToolError('invalid_input', 'since lies after until.', { hint: 'Give an earlier since.' });
    const filters = {
      ...(types ? { type: types } : {}),
      ...(actions ? { event: actions } : {}),
      ...(container ? { container: [container] } : {}),
    };
    const { events, dropped } = await pastEvents(engine, { since: from, until: to, filters }, limit, signal);
    return { host: engine.name, events, truncated: dropped > 0 };
  },
  render: ({ host, events, truncated }) => ({
    summary: `${count(events.length, 'event')} on ${host}${truncated ? ', earlier ones left out' : ''}.`,
    data: events
      .map((one) =>
        [one.time, one.type, one.action, one.name ?? one.id ?? '', one.exit_code === undefined ? '' : `exit ${one.exit_code}`]
          .filter(Boolean)
          .join(' '),
      )
      .join('\n'),
  }),
});
