import { z } from 'zod';
import { cutText } from '../report/budget.ts';
import { FieldPath } from '../report/fields.ts';
import { pick } from '../report/listing.ts';
import { presentable } from '../report/mask.ts';
import { statusOf } from '../report/status.ts';
import { toYaml } from '../report/yaml.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

export const resourcesGet = readTool({
  name: 'resources_get',
  title: 'Get one pod, deployment or other object',
  description:
    'One object of any kind as YAML, without bookkeeping and with secrets masked, or some of its fields. For what is wrong with it use diagnose.',
  input: {
    kind: fields.kind,
    name: fields.name,
    namespace: fields.namespace,
    fields: z.array(z.string().max(500)).max(20).optional().describe('Only these paths, e.g. .spec.containers[*].image'),
  },
  output: {
    kind: z.string(),
    status: z.string(),
    yaml: z.string().optional(),
    values: z.record(z.string(), z.unknown()).optional(),
    cut: z.number().optional().describe('Bytes left out'),
  },
  async handler({ kind: wanted, name, namespace, fields: paths }, { cluster, marks, bytes, signal }) {
    const kind = await cluster.kind(wanted, signal);
    const object = await cluster.get(kind, { name, namespace: kind.namespaced ? (namespace ?? cluster.namespace) : undefined }, signal);
    const clean = presentable(object, { marks, context: cluster.name });
    const { status, detail } = statusOf(object);
    const common = { kind: kind.resource, status: detail === undefined ? status : `${status}: ${detail}` };
    if (paths !== undefined)
      return {
        ...common,
        values: pick(
          clean,
          paths.map((one) => new FieldPath(one)),
        ),
      };
    const { text, cut } = cutText(toYaml(clean), bytes);
    return { ...common, yaml: text, ...(cut > 0 ? { cut } : {}) };
  },
  render: ({ context, kind, status, yaml, values, cut }) => ({
    summary: `${kind} in ${context}, ${status}.${cut === undefined ? '' : ` ${cut} bytes left out: set max_tokens or fields.`}`,
    data: yaml ?? JSON.stringify(values),
  }),
});
