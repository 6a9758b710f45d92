import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { parseJsonText } from './json-text.ts';
import { nearest } from './nearest.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';
import { resolveReferences } from './references.ts';
import { knownNames, unknownNames } from './schema-walk.ts';
import { MASK } from './secret.ts';
import { isTree, merge, printPath, startsWith, valueAt, withValue, type Path } from './tree.ts';

const LARGEST_FILE = 4 * 1024 * 1024;

export interface LoadConfigOptions<T> {
  schema: z.ZodType<T>;
  /** A JSON file; undefined for none. One that is named must exist. */
  file?: string | undefined;
  env?: Readonly<Record<string, string | undefined>>;
  /** Variables and the place of their value, such as `{ DEPLOYMENT_ENGINE_PORT: 'hub.port' }`. An empty variable counts as unset. */
  envMap?: Readonly<Record<string, string>>;
  /** What the command line said; undefined members are left out. */
  flags?: object;
  /** Laid under everything else. */
  defaults?: object;
  /** Told about what is unwise but not wrong, such as a secret file that everyone can read. */
  warn?: (message: string) => void;
}

interface Text {
  path: Path;
  text: string;
  source: string;
}

/**
 * Loads one typed configuration: defaults, then the file, then the environment, then flags; the later wins. `{ "$env": "NAME" }` and
 * `{ "$file": "path" }` (relative to the file) stand for texts kept elsewhere. Texts from variables become numbers, booleans or lists
 * where the schema wants them. Names that the schema does not have are problems, whether it is strict or not.
 *
 * @throws ConfigError with all problems at once
 */
export function loadConfig<T>(options: LoadConfigOptions<T>): T {
  const { schema, file, env = process.env, envMap = {}, flags = {}, defaults = {}, warn = () => undefined } = options;
  const content = file === undefined ? {} : readConfigFile(file);
  const variables = textsOfVariables(env, envMap);
  let layered = merge(defaults, content);
  for (const { path, text } of variables) layered = withValue(layered, path, text);
  layered = merge(layered, flags);

  const resolved = resolveReferences(layered, { env, folder: file === undefined ? process.cwd() : dirname(resolve(file)), warn });
  const texts = [...variables.filter(({ path, text }) => valueAt(resolved.tree, path) === text), ...resolved.texts];
  const parsed = parseWithTexts(schema, resolved.tree, texts);

  const sourceOf = (path: Path) =>
    texts.find((one) => startsWith(path, one.path))?.source ??
    (valueAt(flags, path) !== undefined
      ? 'command line'
      : file !== undefined && valueAt(content, path) !== undefined
        ? basename(file)
        : undefined);
  const report = (path: Path, message: string): ConfigProblem => {
    const source = sourceOf(path);
    return { path: printPath(path), message: withoutSecrets(message, resolved.texts), ...(source === undefined ? {} : { source }) };
  };

  const problems = resolved.problems.map(({ path, message }) => report(path, message));
  const strangers = unknownNames(schema, parsed.tree);
  for (const { path, known } of strangers) problems.push(report(path, unknownMessage(String(path.at(-1)), known)));
  for (const { path, message, unknown } of parsed.issues) {
    if (unknown && strangers.some((one) => printPath(one.path) === printPath(path))) continue;
    if (resolved.problems.some((one) => startsWith(path, one.path))) continue;
    problems.push(report(path, message));
  }
  if (problems.length > 0 || !parsed.ok) throw new ConfigError(problems);
  return parsed.value;
}

function readConfigFile(file: string): object {
  const name = basename(file);
  const fail = (message: string) => new ConfigError([{ path: '', message, source: name }]);
  let text: string;
  try {
    const facts = statSync(file);
    if (!facts.isFile()) throw fail('it is not a regular file');
    if (facts.size > LARGEST_FILE) throw fail(`it is larger than ${LARGEST_FILE} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw fail(code === 'ENOENT' ? `the file ${file} does not exist` : `the file ${file} cannot be read (${code ?? 'unknown'})`);
  }
  const parsed = parseJsonText(text);
  if ('problem' in parsed) {
    const { line, column, message } = parsed.problem;
    throw fail(`line ${line}, column ${column}: ${message}`);
  }
  if (!isTree(parsed.value)) throw fail('it must hold one object: { … }');
  return parsed.value;
}

function textsOfVariables(env: NonNullable<LoadConfigOptions<unknown>['env']>, envMap: Readonly<Record<string, string>>): Text[] {
  return Object.entries(envMap).flatMap(([name, path]) => {
    const text = env[name];
    return text === undefined || text === '' ? [] : [{ path: path.split('.'), text, source: name }];
  });
}

interface Issue {
  path: Path;
  message: string;
  unknown: boolean;
}

type Parsed<T> = { ok: true; value: T; tree: unknown; issues: Issue[] } | { ok: false; tree: unknown; issues: Issue[] };

/** Parses; where a text from outside is refused for its type, reads it as that type and parses again. */
function parseWithTexts<T>(schema: z.ZodType<T>, start: unknown, texts: readonly Text[]): Parsed<T> {
  let tree = start;
  const tried = new Set<Text>();
  for (;;) {
    const result = schema.safeParse(tree, { reportInput: false });
    if (result.success) return { ok: true, value: result.data, tree, issues: [] };
    let changed = false;
    for (const text of texts) {
      if (tried.has(text)) continue;
      const issue = allIssues(result.error.issues, []).find((one) => startsWith(one.path, text.path));
      if (issue === undefined) continue;
      tried.add(text);
      const read = readAs(text.text, issue.expected);
      if (read === undefined) continue;
      tree = withValue(tree, text.path, read);
      changed = true;
    }
    if (!changed) return { ok: false, tree, issues: flatIssues(result.error.issues, [], schema, tree) };
  }
}

function allIssues(issues: readonly z.core.$ZodIssue[], prefix: Path): { path: Path; expected: string }[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'invalid_union') return [...issue.errors.flatMap((branch) => allIssues(branch, path)), { path, expected: 'any' }];
    return issue.code === 'invalid_type' ? [{ path, expected: issue.expected }] : [];
  });
}

function readAs(text: string, expected: string): unknown {
  const trimmed = text.trim();
  switch (expected) {
    case 'boolean':
      return /^(?:true|1|yes|on)$/i.test(trimmed) ? true : /^(?:false|0|no|off)$/i.test(trimmed) ? false : undefined;
    case 'number':
    case 'int':
      return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : undefined;
    case 'array': {
      const parsed = trimmed.startsWith('[') ? parseJsonText(trimmed) : undefined;
      if (parsed !== undefined) return 'value' in parsed ? parsed.value : undefined;
      return trimmed.split(',').map((one) => one.trim());
    }
    case 'object':
    case 'record': {
      const parsed = parseJsonText(trimmed);
      return 'value' in parsed && isTree(parsed.value) ? parsed.value : undefined;
    }
    default: {
      const parsed = parseJsonText(trimmed);
      return 'value' in parsed && (typeof parsed.value === 'number' || typeof parsed.value === 'boolean') ? parsed.value : undefined;
    }
  }
}

function flatIssues(issues: readonly z.core.$ZodIssue[], prefix: Path, schema: z.core.$ZodType, tree: unknown): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const known = knownNames(schema, path);
      return issue.keys.map((name) => ({ path: [...path, name], message: unknownMessage(name, known), unknown: true }));
    }
    if (issue.code === 'invalid_union') {
      // What the value was most likely meant to be is what it misses by least.
      const [closest] = issue.errors.toSorted((one, other) => weight(one) - weight(other));
      if (closest !== undefined && closest.some((one) => one.path.length > 0 || one.code === 'unrecognized_keys'))
        return flatIssues(closest, path, schema, tree);
    }
    if (issue.code === 'invalid_value') {
      const given = valueAt(tree, path);
      const guess = typeof given === 'string' ? nearest(given, issue.values.map(String)) : undefined;
      return [{ path, message: `${tidy(issue.message)}${guess === undefined ? '' : `, did you mean "${guess}"?`}`, unknown: false }];
    }
    const missing = issue.code === 'invalid_type' && path.length > 0 && valueAt(tree, path) === undefined;
    return [{ path, message: missing ? `is required (${issue.expected})` : tidy(issue.message), unknown: false }];
  });
}

const weight = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, one) => sum + (one.code === 'unrecognized_keys' ? one.keys.length : one.path.length === 0 ? 10 : 1), 0);

function tidy(message: string): string {
  const text = message.replace(/^Invalid (?:input|option): /, '');
  return text === 'Invalid input' ? 'does not have an accepted form' : text;
}

function unknownMessage(name: string, known: readonly string[]): string {
  const guess = nearest(name, known);
  if (guess !== undefined) return `is not known, did you mean "${guess}"?`;
  return known.length === 0 || known.length > 20 ? 'is not known' : `is not known; known are ${known.join(', ')}`;
}

function withoutSecrets(message: string, secrets: readonly Text[]): string {
  return secrets.reduce((text, one) => (one.text.length < 4 ? text : text.replaceAll(one.text, MASK)), message);
}
