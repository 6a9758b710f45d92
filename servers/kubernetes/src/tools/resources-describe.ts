import { z } from 'zod';
import { placed } from '../change/single.ts';
import { resourceName } from '../client/discovery.ts';
import { ownersOf, type Kin } from '../client/kin.ts';
import { nearDependantsOf } from '../client/near-kin.ts';
import type { KubeObject } from '../client/wire.ts';
import { cutText, sizeOf } from '../report/budget.ts';
import { presentable } from '../report/mask.ts';
import { eventsOf } from '../report/object-events.ts';
import { conditionsOf, statusOf } from '../report/status.ts';
import { age, columns, count, oneLine } from '../report/text.ts';
import { toYaml } from '../report/yaml.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

const rows = z.array(z.array(z.string()));
/** Lines of one part. */
const MOST = 20;

export const resourcesDescribe = readTool({
  name: 'resources_describe',
  title: 'Describe a pod or other object',
  description: 'An object with its owners, dependants, conditions, events and YAML. For causes use diagnose.',
  input: { kind: fields.kind, name: fields.name, namespace: fields.namespace },
  output: {
    kind: z.string(),
    status: z.string(),
    owners: z.array(z.string()),
    dependants: z.record(z.string(), z.array(z.string())),
    conditions: rows,
    events: rows,
    yaml: z.string(),
    cut: z.number().optional(),
  },
  async handler(named, context) {
    const { cluster, marks, bytes, signal } = context;
    const { kind, place } = await placed(named, context);
    const object: KubeObject = { ...(await cluster.get(kind, place, signal)), kind: kind.kind };
    const clean = presentable(object, { marks, context: cluster.name });
    const [owners, kin, events] = await Promise.all([
      ownersOf(cluster, object, signal),
      nearDependantsOf(cluster, { kind, object }, signal),
      eventsOf(cluster, object, signal),
    ]);
    const scrubbed = (text: string, most: number): string => oneLine(marks.scrub(cluster.name, place.namespace ?? '', text), most);
    const { status, detail } = statusOf(object);
    const around = {
      kind: resourceName(kind),
      status: scrubbed(detail === undefined ? status : `${status}: ${detail}`, 300),
      owners: owners.map((one) => `${one.kind} ${one.name}${one.gone ? ' (gone)' : ''}`),
      dependants: namesByKind(kin),
      conditions: conditionsOf(object)
        .slice(0, MOST)
        .map((one) => [one.type, one.status, scrubbed([one.reason, one.message].filter(Boolean).join(': '), 200)]),
      events: events
        .slice(0, MOST)
        .map((one) => [one.type, one.reason, String(one.count), age(new Date(one.last).toISOString()), scrubbed(one.message, 200)]),
    };
    const { status: _status, ...rest } = clean;
    const { text, cut } = cutText(toYaml(rest), Math.max(200, bytes - sizeOf(around)));
    return { ...around, yaml: text, ...(cut > 0 ? { cut } : {}) };
  },
  render: ({ context, kind, status, owners, dependants, conditions, events, yaml, cut }) => ({
    summary: `${kind} in ${context}, ${status}.${cut === undefined ? '' : ` ${cut} bytes of YAML left out: set max_tokens.`}`,
    data: [
      ...(owners.length > 0 ? [`owned by: ${owners.join(', ')}`] : []),
      ...Object.entries(dependants).map(([of, names]) => `owns ${of}: ${names.join(' ')}`),
      ...(conditions.length > 0 ? ['conditions:', columns(conditions)] : []),
      ...(events.length > 0 ? ['events:', columns(events)] : ['no events']),
      '---',
      yaml,
    ].join('\n'),
  }),
});

function namesByKind(kin: readonly Kin[]): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const { kind, object } of kin) (names[resourceName(kind)] ??= []).push(object.metadata.name);
  for (const [kind, all] of Object.entries(names))
    if (all.length > MOST) names[kind] = [...all.slice(0, MOST), `and ${count(all.length - MOST, 'other')}`];
  return names;
}
