import { count, oneLine } from '../report/text.ts';
import type { Cause } from './cause.ts';
import { keyOf, type World } from './world.ts';

/** As often, and so often a minute, is a storm. */
const MOST = 500;
const MOST_A_MINUTE = 20;

/** Objects that flood a namespace with events, which costs the API server and hides what matters. */
export function stormCauses(world: World): Cause[] {
  const groups = Map.groupBy(world.events, ({ kind, namespace, name }) => keyOf(kind, kind === 'Node' ? '' : namespace, name));
  return [...groups].flatMap(([key, events]): Cause[] => {
    const total = events.reduce((sum, one) => sum + one.count, 0);
    const first = Math.min(...events.map((one) => one.first));
    const last = Math.max(...events.map((one) => one.last));
    const rate = total / Math.max(1, (last - first) / 60_000);
    if (total < MOST || rate < MOST_A_MINUTE || world.now - last > 15 * 60_000) return [];
    const most = events.toSorted((a, b) => b.count - a.count)[0];
    const [kind = '', namespace = '', ...name] = key.split('/');
    return [
      {
        cause: 'event_storm',
        title: `${world.label(key)} floods the namespace with events, about ${Math.round(rate)} a minute`,
        confidence: 'certain',
        object: key,
        evidence: [
          `${world.label(key)}: ${count(total, 'event')}; the most frequent is ${most?.reason ?? ''}: ${oneLine(most?.message ?? '')}`,
        ],
        remedy: 'See why what writes them tries again and again.',
        next: { tool: 'events_list', arguments: { namespace, kind, name: name.join('/') } },
        because: [key],
        informational: true,
      },
    ];
  });
}
