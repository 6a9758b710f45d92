import { ToolError } from '@deployment-engine/shared/contracts';
import type { KubeObject } from '../client/wire.ts';
import { namespaceName, objectName } from '../tools/fields.ts';

/** Characters of one manifest. The API server takes 3 MB a request. */
export const LONGEST_MANIFEST = 1_000_000;
const MOST_OBJECTS = 200;
const API_VERSION = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?v[0-9][a-z0-9]*$/;
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;
/** What stands in for a secret in an answer of this server. */
const MASK = /\[masked(?: [0-9a-f]{8}|:\w+)?\]/;

/**
 * The objects of a manifest: YAML documents or JSON, items of a List one by one. Numbers such as 0644 are octal, as kubectl reads them;
 * yes and no are words.
 *
 * @throws ToolError `invalid_input` for what is no manifest, for names that no path may hold, for values that were masked
 */
export async function readManifest(text: string): Promise<KubeObject[]> {
  const objects = (await documentsOf(text)).flatMap(itemsOf);
  if (objects.length === 0) throw new ToolError('invalid_input', 'The manifest holds no object.', { hint: 'Give YAML or JSON documents.' });
  if (objects.length > MOST_OBJECTS)
    throw new ToolError('too_large', `The manifest holds ${objects.length} objects, more than ${MOST_OBJECTS}.`, {
      hint: 'Apply it in parts.',
    });
  const all = objects.map(checked);
  const seen = new Set<string>();
  for (const { apiVersion, kind, metadata } of all) {
    const key = JSON.stringify([apiVersion, kind, metadata.namespace ?? '', metadata.name]);
    if (seen.has(key)) refuse(`${kind} "${metadata.name}" stands there twice.`, 'Keep one of them.');
    seen.add(key);
  }
  return all;
}

function refuse(message: string, hint: string): never {
  throw new ToolError('invalid_input', message, { hint });
}

async function documentsOf(text: string): Promise<unknown[]> {
  const { parseAllDocuments } = await import('yaml');
  const octal = {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^[-+]?0[0-7]+$/,
    resolve: (digits: string) => Number.parseInt(digits, 8),
  } as const;
  const documents = parseAllDocuments(text, {
    merge: true,
    prettyErrors: false,
    logLevel: 'silent',
    customTags: (tags) => [octal, ...tags],
  });
  return [...documents].flatMap((document, index) => {
    // a tag that nobody knows is only a warning to the library: its value would be taken for something else than it says
    const problem = document.errors[0] ?? document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
    // the library's own words may repeat a line of the manifest, which may be a secret
    if (problem) refuse(`Document ${index + 1} of the manifest is not YAML (${problem.code}, at character ${problem.pos[0]}).`, 'Mend it.');
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      // aliases written out; one that leads into itself fails here
      return value === null || value === undefined ? [] : [JSON.parse(JSON.stringify(value)) as unknown];
    } catch {
      return refuse(`Document ${index + 1} of the manifest has aliases that cannot be followed.`, 'Write it without them.');
    }
  });
}

function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(itemsOf);
  const { kind, items } = (value ?? {}) as { kind?: unknown; items?: unknown };
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? items.flatMap(itemsOf) : [value];
}

function checked(value: unknown, index: number): KubeObject {
  const where = `Object ${index + 1} of the manifest`;
  if (value === null || typeof value !== 'object') refuse(`${where} is not an object.`, 'It needs apiVersion, kind and metadata.');
  const { apiVersion, kind, metadata } = value as { apiVersion?: unknown; kind?: unknown; metadata?: unknown };
  if (typeof apiVersion !== 'string' || !API_VERSION.test(apiVersion)) refuse(`${where} has no valid apiVersion.`, 'For example apps/v1.');
  if (typeof kind !== 'string' || !KIND.test(kind)) refuse(`${where} has no valid kind.`, 'For example Deployment.');
  const { name, namespace } = (metadata ?? {}) as { name?: unknown; namespace?: unknown };
  if (!objectName.safeParse(name).success)
    refuse(`${where} (${kind}) has no valid metadata.name.`, 'Server-side apply needs a name; generateName does not do.');
  if (namespace !== undefined && !namespaceName.safeParse(namespace).success)
    refuse(`${where} (${kind}) has no valid metadata.namespace.`, 'A namespace is a word such as web-1.');
  refuseMasked(value, `${where} (${kind})`);
  return value as KubeObject;
}

/** What was masked on its way out would overwrite the secret on its way in. */
export function refuseMasked(value: unknown, where: string): void {
  const pending: { value: unknown; path: string }[] = [{ value, path: '' }];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (typeof one.value === 'string' && MASK.test(one.value))
      refuse(
        `${where} holds a masked value at ${one.path}: it stands for a secret and is not it.`,
        'Leave that field out, or give the real value.',
      );
    if (one.value === null || typeof one.value !== 'object') continue;
    for (const [key, inner] of Object.entries(one.value)) pending.push({ value: inner, path: `${one.path}.${key}` });
  }
}
