import { ToolError } from '@deployment-engine/shared/contracts';
import { parseJsonText, readTextFile, type TextFile } from '@deployment-engine/shared/platform';
import type { Client } from './clients.ts';
import { removeMember, setMember } from './json-edit.ts';
import { withoutComments } from './jsonc.ts';

/** A client's file as it is now. */
export interface ClientFile {
  path: string;
  /** undefined: there is none yet. */
  file: TextFile | undefined;
  /** It has comments: a person must edit it, because a program would not know what they belong to. */
  commented: boolean;
  /** The servers by name. */
  servers: Record<string, unknown>;
}

/**
 * Reads a client's file.
 *
 * @throws ToolError `invalid_input` with line and column when it is not JSON
 */
export async function readClientFile(client: Client, path: string): Promise<ClientFile> {
  const file = await readTextFile(path);
  if (file === undefined || isBlank(file.text)) return { path: file?.path ?? path, file, commented: false, servers: {} };
  const strict = parseJsonText(file.text);
  const parsed = 'problem' in strict && client.comments ? parseJsonText(withoutComments(file.text)) : strict;
  if ('problem' in parsed) {
    const { line, column, message } = parsed.problem;
    throw new ToolError('invalid_input', `${file.path} is not valid JSON: line ${line}, column ${column}: ${message}.`, {
      hint: 'It is left as it is. Correct it, or use --print and paste the entry by hand.',
    });
  }
  if (!isObject(parsed.value))
    throw new ToolError('invalid_input', `${file.path} does not hold a JSON object.`, { hint: 'It is left as it is.' });
  const section = parsed.value[client.section];
  if (section !== undefined && !isObject(section))
    throw new ToolError('invalid_input', `"${client.section}" in ${file.path} is not an object.`, {
      hint: 'Correct it by hand; the file is left as it is.',
    });
  return { path: file.path, file, commented: 'problem' in strict, servers: section ?? {} };
}

/** The file's text with the entry in it, or, for undefined, without it. */
export function edited({ file }: ClientFile, section: string, name: string, entry: unknown): string {
  const text = file === undefined || isBlank(file.text) ? '{}\n' : file.text;
  return entry === undefined ? removeMember(text, section, name) : setMember(text, section, name, entry);
}

const ENDS: Record<'command' | 'url', readonly string[]> = { command: ['url', 'headers'], url: ['command', 'args'] };

/** The new entry over the old one: what a person has added to it stays, but for what belongs to the other transport. */
export function mergedEntry(
  old: unknown,
  entry: { env?: Record<string, string>; type?: string; command?: string },
): Record<string, unknown> {
  if (!isObject(old)) return { ...entry };
  const drop = new Set([...ENDS[entry.command === undefined ? 'url' : 'command'], ...(entry.type === undefined ? ['type'] : [])]);
  const kept = Object.fromEntries(Object.entries(old).filter(([name]) => !drop.has(name)));
  const env = entry.env === undefined ? {} : { env: { ...(isObject(old['env']) ? old['env'] : {}), ...entry.env } };
  return { ...kept, ...entry, ...env };
}

function isBlank(text: string): boolean {
  return /^\s*$/.test(text);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
