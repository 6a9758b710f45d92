import { z } from 'zod';
import type { JsonSchema } from '@deployment-engine/shared/contracts';
import { hubConfig } from '../config/schema.ts';
import { BUILTIN_NAMES, installedBuiltins } from '../registry/builtins.ts';

type Schemas = Record<string, JsonSchema>;

const REFERENCE = { $ref: '#/$defs/reference' };

/** `loadConfig` takes these in place of any text, number, flag or list. */
const REFERENCE_DEFINITION: JsonSchema = {
  description: 'A text kept elsewhere: in an environment variable, or in a file (relative to this one)',
  anyOf: [
    { type: 'object', properties: { $env: { type: 'string', minLength: 1 } }, required: ['$env'], additionalProperties: false },
    { type: 'object', properties: { $file: { type: 'string', minLength: 1 } }, required: ['$file'], additionalProperties: false },
  ],
};

/** The JSON Schema (draft 2020-12) of mcp.config.json, with the settings of every installed server. Loads their modules. */
export async function configSchema(): Promise<JsonSchema> {
  const { $schema, properties, $defs, ...whole } = inputSchema(hubConfig);
  const { $schema: schemaLink, servers, ...sections } = properties as Schemas;
  const common = servers?.['additionalProperties'] as JsonSchema;
  const { tools, ...settings } = common['properties'] as Schemas;
  const shared = { ...common, properties: { ...settings, tools: { $ref: '#/$defs/tools' } } };
  const { schemas, definitions } = await serverSchemas(shared);
  return {
    $schema,
    title: 'Deployment Engine configuration',
    ...whole,
    properties: {
      $schema: schemaLink,
      ...Object.fromEntries(Object.entries(sections).map(([name, schema]) => [name, withReferences(schema)])),
      servers: { description: servers?.['description'], type: 'object', properties: schemas, additionalProperties: false },
    },
    $defs: {
      ...($defs as Schemas | undefined),
      ...definitions,
      builtin: withReferences(shared),
      tools: inside(tools),
      reference: REFERENCE_DEFINITION,
    },
  };
}

/** As it is committed at the root of the repository. */
export async function configSchemaText(): Promise<string> {
  return `${asText(await configSchema())}\n`;
}

const LINE = 140;

/** JSON as the formatter of the repository leaves it: short lists on one line. */
function asText(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const items = Array.isArray(value)
    ? value.map((one) => asText(one, `${indent}  `))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${asText(one, `${indent}  `)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const line = `${open}${items.join(', ')}${close}`;
  if (
    items.length === 0 ||
    (Array.isArray(value) && !line.includes('\n') && !line.includes('{') && indent.length + line.length <= LINE - 20)
  )
    return line;
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(',\n')}\n${indent}${close}`;
}

async function serverSchemas(common: JsonSchema): Promise<{ schemas: Schemas; definitions: Schemas }> {
  const installed = new Map(installedBuiltins().map((builtin) => [builtin.name, builtin]));
  const schemas: Schemas = {};
  const definitions: Schemas = {};
  for (const name of BUILTIN_NAMES) {
    const builtin = installed.get(name);
    if (!builtin) {
      schemas[name] = { $ref: '#/$defs/builtin' };
      continue;
    }
    const { config, description } = await builtin.load();
    const { $schema: _dialect, $defs, properties, required } = scoped(inputSchema(config), name);
    for (const [key, definition] of Object.entries(($defs ?? {}) as Schemas)) definitions[`${name}.${key}`] = withReferences(definition);
    schemas[name] = withReferences({
      type: 'object',
      description,
      properties: { ...(common['properties'] as Schemas), ...(properties as Schemas | undefined) },
      ...(required === undefined ? {} : { required }),
      additionalProperties: false,
    });
  }
  return { schemas, definitions };
}

function inputSchema(schema: z.ZodType): JsonSchema {
  // what a text is turned into is the program's affair
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

/** Local references under a name of the server's own, so that two servers' definitions do not meet. */
function scoped(schema: JsonSchema, server: string): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', `"$ref":"#/$defs/${server}.`)) as JsonSchema;
}

const BY_REFERENCE = new Set(['string', 'number', 'integer', 'boolean', 'array']);

function withReferences(schema: JsonSchema): JsonSchema {
  const inner: JsonSchema = { ...schema };
  if (isObject(inner['properties']))
    inner['properties'] = Object.fromEntries(Object.entries(inner['properties']).map(([name, one]) => [name, inside(one)]));
  for (const key of ['items', 'additionalProperties'] as const) inner[key] = inside(inner[key]);
  for (const key of ['anyOf', 'oneOf', 'allOf', 'prefixItems'] as const) {
    if (Array.isArray(inner[key])) inner[key] = (inner[key] as unknown[]).map(inside);
  }
  const cleaned = Object.fromEntries(Object.entries(inner).filter(([, value]) => value !== undefined));
  if (!BY_REFERENCE.has(String(schema['type'])) && !('enum' in schema) && !('const' in schema)) return cleaned;
  const { description, default: standard, ...rest } = cleaned;
  return {
    ...(description === undefined ? {} : { description }),
    ...(standard === undefined ? {} : { default: standard }),
    anyOf: [rest, REFERENCE],
  };
}

function inside(value: unknown): unknown {
  return isObject(value) ? withReferences(value) : value;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
