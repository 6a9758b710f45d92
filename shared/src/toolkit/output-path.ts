import { z } from 'zod';
import { type Effect, type JsonSchema, strongest } from '../contracts/index.ts';
import type { Tool } from './define-tool.ts';

const OUTPUT_PATHS = new WeakSet<z.ZodType>();
const FORMATS = /\.(sarif|json|xml)$/i;

/** Where a tool may write its report: a file inside the roots (DESIGN §4). Such an argument makes the call a write. */
export function outputPath(description: string): z.ZodOptional<z.ZodString> {
  const schema = z.string().min(1).max(4096).regex(FORMATS, 'must end in .sarif, .json or .xml').optional().describe(description);
  OUTPUT_PATHS.add(schema);
  return schema;
}

/** The effect of a call: the tool's own, raised to write when it is told to write a file. */
export function effectOfArguments(tool: Pick<Tool, 'effect' | 'inputSchema'>, args: Record<string, unknown>): Effect {
  const writesFile = Object.entries(tool.inputSchema.shape).some(
    ([name, schema]) => OUTPUT_PATHS.has(schema as z.ZodType) && args[name] !== undefined,
  );
  return writesFile ? strongest(tool.effect, 'write') : tool.effect;
}

/** The same by a listed schema: for a server of ours that runs in another process. */
export function effectOfListed(effect: Effect, inputSchema: JsonSchema, args: Record<string, unknown>): Effect {
  const properties = (inputSchema['properties'] ?? {}) as Record<string, { pattern?: unknown } | undefined>;
  const writesFile = Object.entries(properties).some(
    ([name, property]) => property?.pattern === FORMATS.source && args[name] !== undefined,
  );
  return writesFile ? strongest(effect, 'write') : effect;
}
