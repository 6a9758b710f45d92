import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { conditionOf } from '../change/wait-for.ts';
import { placed } from '../change/single.ts';
import { settled } from '../change/wait.ts';
import { fit } from '../report/budget.ts';
import { presentable } from '../report/mask.ts';
import { statusOf } from '../report/status.ts';
import { count, oneLine } from '../report/text.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

export const resourcesWait = readTool({
  name: 'resources_wait',
  title: 'Wait for objects',
  description: 'Wait until one object, or all that a selector fits, are as wanted.',
  deadlineMs: 930_000,
  input: {
    kind: fields.kind,
    name: fields.name.optional(),
    namespace: fields.namespace,
    labels: fields.labelSelector,
    for: z
      .string()
      .min(3)
      .max(500)
      .describe('ready, created, deleted, condition=Available, condition=Ready=False or .status.phase=Running'),
    timeout_seconds: fields.whole(1, 900).default(60).describe('Seconds'),
  },
  output: {
    met: z.boolean(),
    waited_ms: z.number(),
    objects: z.array(z.array(z.string())),
    left: z.number(),
  },
  async handler({ kind: wanted, name, namespace, labels, for: what, timeout_seconds: seconds }, context) {
    const { cluster, marks, bytes, signal } = context;
    if ((name === undefined) === (labels === undefined))
      throw new ToolError('invalid_input', 'Give either name or labels.', { hint: 'name waits for one object, labels for all that fit.' });
    const condition = conditionOf(what);
    const { kind, place } = await placed({ kind: wanted, name: name ?? '', namespace }, context);
    // a wrong name would be waited for in vain
    if (name !== undefined && !condition.ofAbsence) await cluster.get(kind, place, signal);
    const timeoutMs = seconds * 1000;
    const began = Date.now();
    let told = '';
    const outcome = await settled({
      cluster,
      kind,
      selection: {
        namespace: place.namespace,
        labelSelector: labels,
        ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
      },
      // as it may leave: nobody can try guesses at a secret by waiting for them
      view: (object) => presentable(object, { marks, context: cluster.name }),
      met: condition.met,
      onChange(objects) {
        const left = objects.filter((one) => !condition.holds(one));
        const first = left[0] ?? objects[0];
        const message = `${objects.length - left.length} of ${objects.length}${first ? `: ${first.metadata.name} ${statusOf(first).status}` : ''}`;
        if (message === told) return;
        told = message;
        context.progress({ progress: Date.now() - began, total: timeoutMs, message });
      },
      timeoutMs,
      signal,
    });
    const rows = outcome.objects
      .map((one) => ({ one, held: condition.holds(one) }))
      .toSorted((a, b) => Number(a.held) - Number(b.held))
      .map(({ one, held }) => {
        const { status, detail } = statusOf(one);
        return [one.metadata.name, oneLine(detail === undefined ? status : `${status}: ${detail}`, 200), held ? 'met' : 'not met'];
      });
    const { items, left } = fit(rows, bytes);
    return { met: outcome.met, waited_ms: outcome.waitedMs, objects: rows.length === 0 ? [] : items, left };
  },
  render: ({ context, met, waited_ms: waited, objects, left }) => ({
    summary: `${met ? 'Met' : 'Not met: the time was over'} after ${waited} ms in ${context}; ${count(objects.length + left, 'object')}.`,
    data: objects.map((row) => row.join('\t')).join('\n'),
  }),
});
