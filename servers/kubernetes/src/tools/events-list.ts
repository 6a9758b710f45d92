import { ToolError } from '@deployment-engine/shared/contracts';
import { maskText } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import { momentText } from '../pods/moment.ts';
import { bytesFor, fit } from '../report/budget.ts';
import { eventFact, groupEvents, type EventGroup, type WireEvent } from '../report/events.ts';
import { age, count as counted, oneLine } from '../report/text.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

/** Events that are read at most; a namespace that has more is in a storm. */
const MOST = 20_000;
/** An answer that does not ask for a size: the groups of a busy namespace fit into it. */
const USUAL_TOKENS = 2_000;
/** Objects that are named in one group. */
const MOST_OBJECTS = 5;

export const eventsList = readTool({
  name: 'events_list',
  title: 'List events',
  description: 'Events grouped by reason and object, with counts, warnings first.',
  input: {
    namespace: fields.namespaces,
    kind: fields.kind.optional(),
    name: fields.name.optional(),
    reason: fields
      .form(128, /^[A-Za-z][A-Za-z0-9]*$/, 'a reason such as BackOff')
      .optional()
      .describe('e.g. BackOff'),
    type: z.enum(['Warning', 'Normal']).optional().describe('Type'),
    since: z.string().max(40).optional().describe('15m, or a time'),
  },
  output: { events: z.array(z.unknown()), total: z.number(), left: z.number() },
  async handler({ namespace, kind, name, reason, type, since }, { cluster, marks, bytes, signal, deps }) {
    const space = namespace === '*' ? undefined : (namespace ?? cluster.namespace);
    const about = kind === undefined ? undefined : await cluster.kind(kind, signal);
    if (about !== undefined && !about.namespaced && namespace !== undefined && namespace !== '*' && namespace !== 'default')
      throw new ToolError('invalid_input', `Events about a ${about.kind} are in no namespace but default.`, {
        hint: 'Leave out namespace.',
      });
    const selector = [
      ...(about === undefined ? [] : [`involvedObject.kind=${about.kind}`]),
      ...(name === undefined ? [] : [`involvedObject.name=${name}`]),
      ...(reason === undefined ? [] : [`reason=${reason}`]),
      ...(type === undefined ? [] : [`type=${type}`]),
    ].join(',');
    const selection = { namespace: about?.namespaced === false ? undefined : space, fieldSelector: selector };
    const from = since === undefined ? 0 : Date.parse(momentText(since));
    const all = (await cluster.listAll<WireEvent>(await cluster.kind('v1/events', signal), selection, signal, MOST))
      .map(eventFact)
      .filter(({ last }) => last >= from)
      .map((one) => ({ ...one, message: maskText(marks.scrub(cluster.name, one.namespace, one.message)) }));
    const groups = groupEvents(all, space === undefined);
    const asked = bytes > bytesFor(deps.kubernetes.config.maxTokens);
    const { items, left } = fit(groups.map(shown), (asked ? bytes : Math.min(bytes, bytesFor(USUAL_TOKENS))) - 60);
    return { events: items, total: all.length, left };
  },
  render: ({ context, events, total, left }) => ({
    summary: `${counted(total, 'event')} in ${context}.${left > 0 ? ` ${counted(left, 'group')} left out: filter, or set max_tokens.` : ''}`,
    data: (events as Shown[]).map(written).join('\n'),
  }),
});

/** A group of events as it is listed. */
export interface Shown {
  type: string;
  reason: string;
  kind: string;
  count: number;
  first: string;
  last: string;
  message: string;
  /** How often, by name. */
  objects: Record<string, number>;
  /** Objects that are not named. */
  more?: number;
}

function shown({ type, reason, kind, count, first, last, message, objects }: EventGroup): Shown {
  const most = [...objects].toSorted((a, b) => b[1] - a[1]);
  const time = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    type,
    reason,
    kind,
    count,
    first: time(first),
    last: time(last),
    message: oneLine(message, most.length > 1 ? 160 : 300),
    objects: Object.fromEntries(most.slice(0, MOST_OBJECTS)),
    ...(most.length > MOST_OBJECTS ? { more: most.length - MOST_OBJECTS } : {}),
  };
}

function written({ type, reason, kind, count, first, last, message, objects, more = 0 }: Shown): string {
  const names = Object.entries(objects).map(([name, times]) => (times === 1 || times === count ? name : `${name} ×${times}`));
  const when = count > 1 ? `${age(first)} to ${age(last)} ago` : `${age(last)} ago`;
  return `${type} ${reason} ×${count} (${when}) ${kind} ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${message}`;
}
