import { ToolError } from '@deployment-engine/shared/contracts';
import { nearest } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import { groupVersion, type Kind } from '../client/discovery.ts';
import { schemasOf, type Schema, type Schemas } from '../client/openapi.ts';
import { fit } from '../report/budget.ts';
import { columns, count, oneLine } from '../report/text.ts';
import { readTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

const PATH = /^[A-Za-z][A-Za-z0-9-]*(?:\/[A-Za-z0-9.-]+){0,2}(?:\.[A-Za-z0-9_$-]+(?:\[\])?)*$/;

export const explain = readTool({
  name: 'explain',
  title: 'Explain a kind',
  description: 'The fields of a kind, or of one of its fields, from the cluster’s own schema.',
  input: {
    path: fields.form(500, PATH, 'a kind, and fields behind dots').describe('e.g. deployment.spec.strategy or batch/v1/Job.spec'),
  },
  output: {
    kind: z.string(),
    type: z.string(),
    description: z.string(),
    fields: z.array(z.array(z.string())),
    left: z.number(),
  },
  async handler({ path }, context) {
    const { cluster, bytes, signal } = context;
    const { kind, steps } = await split(path, context);
    const schemas = await schemasOf(cluster, kind, signal);
    const root = schemas.of(kind);
    if (root === undefined)
      throw new ToolError('not_found', `The API server describes no fields of ${kind.kind}.`, { hint: 'Look at one with resources_get.' });
    const at = walk(schemas, root, steps, kind.kind);
    const inner = innermost(schemas, at);
    const required = new Set(inner.required);
    const rows = Object.entries(inner.properties ?? {}).map(([name, field]) => {
      const described = schemas.resolve(field);
      return [
        name,
        `${typeOf(schemas, field)}${required.has(name) ? ', required' : ''}`,
        oneLine(firstSentence(described.description), 160),
      ];
    });
    const { items, left } = fit(rows, bytes - 700);
    return {
      kind: `${groupVersion(kind)}/${kind.kind}`,
      type: typeOf(schemas, at),
      description: oneLine([schemas.resolve(at).description, valuesOf(schemas.resolve(at))].filter(Boolean).join(' '), 600),
      fields: rows.length === 0 ? [] : items,
      left,
    };
  },
  render: ({ context, kind, type, description, fields: rows, left }) => ({
    summary: `${kind} in ${context}: ${type}, ${count(rows.length + left, 'field')}.${left > 0 ? ` ${left} left out: explain one of them, or set max_tokens.` : ''}`,
    data: [description, columns(rows)].filter(Boolean).join('\n'),
  }),
});

/** The kind is the longest beginning that names one; groups hold dots too. */
async function split(path: string, { cluster, signal }: ClusterContext): Promise<{ kind: Kind; steps: string[] }> {
  const slash = path.lastIndexOf('/');
  const parts = path.slice(slash + 1).split('.');
  const before = path.slice(0, slash + 1);
  const groups = new Set((await cluster.kinds(signal)).map(({ group }) => group));
  for (let length = parts.length; length > 1; length -= 1)
    if (groups.has(parts.slice(1, length).join('.')))
      return { kind: await cluster.kind(before + parts.slice(0, length).join('.'), signal), steps: parts.slice(length) };
  return { kind: await cluster.kind(before + (parts[0] ?? ''), signal), steps: parts.slice(1) };
}

/** What a field holds, whatever lists and maps are around it. */
function innermost(schemas: Schemas, schema: Schema, depth = 0): Schema {
  const here = schemas.resolve(schema);
  const next = here.items ?? (typeof here.additionalProperties === 'object' ? here.additionalProperties : undefined);
  return next === undefined || here.properties !== undefined || depth > 5 ? here : innermost(schemas, next, depth + 1);
}

function walk(schemas: Schemas, root: Schema, steps: readonly string[], kind: string): Schema {
  let at = root;
  let path = kind;
  for (const step of steps) {
    const name = step.replace(/\[\]$/, '');
    const { properties = {} } = innermost(schemas, at);
    const next = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (next === undefined) {
      const near = nearest(name, Object.keys(properties));
      throw new ToolError('not_found', `${path} has no field "${name}".`, {
        hint: near === undefined ? `Explain ${path} to see its fields.` : `Did you mean "${near}"?`,
        details: { near: near === undefined ? [] : [near] },
      });
    }
    at = next;
    path = `${path}.${name}`;
  }
  return at;
}

/** `string`, `[]Container`, `map[string]string`, `int or string`. */
function typeOf(schemas: Schemas, schema: Schema, depth = 0): string {
  const here = schemas.resolve(schema);
  if (here['x-kubernetes-int-or-string'] === true || here.format === 'int-or-string') return 'int or string';
  if (here.items && depth < 5) return `[]${typeOf(schemas, here.items, depth + 1)}`;
  if (typeof here.additionalProperties === 'object' && depth < 5)
    return `map[string]${typeOf(schemas, here.additionalProperties, depth + 1)}`;
  return (here.properties === undefined ? here.type : (schemas.nameOf(schema) ?? 'object')) ?? schemas.nameOf(schema) ?? 'any';
}

function valuesOf({ enum: values, default: usual }: Schema): string {
  return [
    values === undefined ? '' : `One of: ${values.map((one) => JSON.stringify(one)).join(', ')}.`,
    usual === undefined || JSON.stringify(usual) === '{}' ? '' : `Default: ${JSON.stringify(usual)}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

const firstSentence = (text = ''): string => /^.*?[.:](?=\s|$)/s.exec(text)?.[0] ?? text;
