import type { JsonSchema } from '../../contracts/index.ts';

interface Declaration {
  /** The header's name after `Mcp-Param-`. */
  header: string;
  path: string[];
  numeric: boolean;
}

const known = new WeakMap<JsonSchema, Declaration[]>();

/** True if a tool's schema mirrors an argument into an `Mcp-Param-*` header (`x-mcp-header`, 2026-07-28). */
export function hasParamHeaders(schema: JsonSchema | undefined): boolean {
  return schema !== undefined && declarationsOf(schema).length > 0;
}

/**
 * What disagrees between the `Mcp-Param-*` headers and the arguments of a call, in words; undefined if nothing does
 * (2026-07-28, Streamable HTTP, custom headers from tool parameters).
 */
export function paramHeaderMismatch(
  schema: JsonSchema,
  args: unknown,
  header: (name: string) => string | null,
): { header: string; body: string } | undefined {
  for (const declaration of declarationsOf(schema)) {
    const value = declaration.path.reduce<unknown>((node, key) => (node as Record<string, unknown> | null | undefined)?.[key], args);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue;
    const name = `Mcp-Param-${declaration.header}`;
    const body = `the body carries ${declaration.path.join('.')}=${JSON.stringify(value)}`;
    const sent = header(name);
    if (sent === null) return { header: name, body: `${body}, and the ${name} header is absent` };
    const decoded = decode(sent);
    if (decoded === undefined) return { header: name, body: `the ${name} header is not valid Base64` };
    const equal =
      declaration.numeric && typeof value === 'number' && /^-?\d+(?:\.\d+)?$/.test(decoded)
        ? Number(decoded) === value
        : decoded === String(value);
    if (!equal) return { header: name, body: `${body}, and the ${name} header says ${JSON.stringify(decoded)}` };
  }
  return undefined;
}

function declarationsOf(schema: JsonSchema): Declaration[] {
  let found = known.get(schema);
  if (!found) {
    found = [];
    collect(schema, [], found);
    known.set(schema, found);
  }
  return found;
}

/** An upstream's schema may be nested without end. */
const MAX_DEPTH = 16;

function collect(schema: JsonSchema, path: string[], into: Declaration[]): void {
  if (path.length > MAX_DEPTH) return;
  const header = schema['x-mcp-header'];
  if (path.length > 0 && typeof header === 'string')
    into.push({ header, path, numeric: schema['type'] === 'integer' || schema['type'] === 'number' });
  for (const [name, child] of Object.entries((schema['properties'] as Record<string, unknown> | undefined) ?? {})) {
    if (child !== null && typeof child === 'object') collect(child as JsonSchema, [...path, name], into);
  }
}

const BASE64 = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

function decode(value: string): string | undefined {
  // without both ends it is no encoded word but a literal value
  if (!value.startsWith('=?base64?') || !value.endsWith('?=')) return value;
  const text = BASE64.exec(value)?.[1];
  if (text === undefined || text.length % 4 !== 0) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}
