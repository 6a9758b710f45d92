import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { isReference, isTree, type Path } from './tree.ts';

const LARGEST_FILE = 64 * 1024;

export interface ReferenceContext {
  env: Readonly<Record<string, string | undefined>>;
  /** What a relative `$file` starts from. */
  folder: string;
  warn: (message: string) => void;
}

export interface ResolvedReferences {
  tree: unknown;
  /** Each value that came through a reference; it must not be printed. */
  texts: { path: Path; text: string; source: string }[];
  problems: { path: Path; message: string }[];
}

/** Stands where a reference could not be resolved, so that the rest can still be checked. */
const UNRESOLVED = 'unresolved';

/** Replaces every `{ "$env": "NAME" }` and `{ "$file": "path" }` by the text it stands for. */
export function resolveReferences(tree: unknown, context: ReferenceContext): ResolvedReferences {
  const result: ResolvedReferences = { tree: undefined, texts: [], problems: [] };
  const walk = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((one, at) => walk(one, [...path, at]));
    if (!isTree(value)) return value;
    if (!isReference(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, [...path, name])]));
    const found = follow(value, context);
    if ('problem' in found) {
      result.problems.push({ path, message: found.problem });
      return UNRESOLVED;
    }
    result.texts.push({ path, ...found });
    return found.text;
  };
  result.tree = walk(tree, []);
  return result;
}

function follow(reference: object, context: ReferenceContext): { text: string; source: string } | { problem: string } {
  const entries = Object.entries(reference);
  const [kind, target] = entries[0] ?? [];
  if (entries.length !== 1) return { problem: 'a reference has one member, $env or $file, and nothing beside it' };
  if (typeof target !== 'string' || target === '') return { problem: `${kind} must name ${kind === '$env' ? 'a variable' : 'a file'}` };
  if (kind === '$file') return readSecretFile(target, context);
  const text = context.env[target];
  return text === undefined || text === '' ? { problem: `the environment variable ${target} is not set` } : { text, source: target };
}

function readSecretFile(target: string, context: ReferenceContext): { text: string; source: string } | { problem: string } {
  const file = isAbsolute(target) ? target : resolve(context.folder, target);
  let descriptor: number | undefined;
  try {
    // A link is fine (mounted secrets are links); a pipe would wait for ever.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) return { problem: `the file ${target} is not a regular file` };
    if (facts.size > LARGEST_FILE) return { problem: `the file ${target} is larger than ${LARGEST_FILE} bytes` };
    if (process.platform !== 'win32' && (facts.mode & 0o004) !== 0)
      context.warn(`${file} can be read by everyone on this machine; chmod 600 closes it.`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(descriptor)).replace(/\r?\n$/, '');
    return text === '' ? { problem: `the file ${target} is empty` } : { text, source: target };
  } catch (error) {
    if (error instanceof TypeError) return { problem: `the file ${target} is not UTF-8 text` };
    return { problem: `the file ${target} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
