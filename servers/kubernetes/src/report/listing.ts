import { ToolError } from '@deployment-engine/shared/contracts';
import type { Kind } from '../client/discovery.ts';
import type { KubeObject, Table } from '../client/wire.ts';
import type { ClusterContext } from '../tools/define.ts';
import { selected } from '../tools/fields.ts';
import { fit, sizeOf } from './budget.ts';
import { readCursor, writeCursor, type Cursor } from './cursor.ts';
import { FieldPath } from './fields.ts';
import { presentable } from './mask.ts';
import { statusOf } from './status.ts';
import { oneLine, textOf } from './text.ts';
import { toYaml } from './yaml.ts';

export const LISTING_VIEWS = ['table', 'names', 'status', 'yaml', 'json'] as const;

export interface ListingInput {
  kind: string;
  namespace?: string | undefined;
  labels?: string | undefined;
  field_selector?: string | undefined;
  view: (typeof LISTING_VIEWS)[number];
  fields?: string[] | undefined;
  limit: number;
  continue?: string | undefined;
}

export interface Listing {
  kind: string;
  total?: number;
  left?: number;
  continue?: string;
  columns?: string[];
  rows?: string[][];
  names?: Record<string, string[]>;
  counts?: Record<string, number>;
  objects?: unknown[];
}

/** The least that one object takes in a view, bytes: more than fit are not asked for. */
const LEAST: Record<ListingInput['view'], number> = { table: 40, names: 12, status: 0, yaml: 250, json: 250 };
/** Objects whose status is counted. */
const COUNTED = 20_000;

interface Page<T> {
  items: T[];
  remaining: number | undefined;
  next: string | undefined;
  version: string | undefined;
}

interface Ask {
  kind: Kind;
  namespace: string | undefined;
  input: ListingInput;
  context: ClusterContext;
}

/** A list of objects within the budget of the answer. */
export async function listing(input: ListingInput, context: ClusterContext): Promise<Listing> {
  const { cluster, signal } = context;
  const kind = await cluster.kind(input.kind, signal);
  if (!kind.verbs.includes('list'))
    throw new ToolError('unsupported', `${kind.resource} cannot be listed.`, { hint: 'Get one by name with resources_get.' });
  if (input.fields !== undefined && input.view !== 'yaml' && input.view !== 'json')
    throw new ToolError('invalid_input', 'fields goes with the views yaml and json.', { hint: 'Set view to json.' });
  const ask: Ask = { kind, namespace: selected(input.namespace, kind, cluster.namespace), input, context };
  switch (input.view) {
    case 'table':
      return tableOf(ask);
    case 'names':
      return namesOf(ask);
    case 'status':
      return statusesOf(ask);
    default:
      return objectsOf(ask);
  }
}

/**
 * Where a list goes on behind what was shown of a page. The API server has cursors for the ends of its pages only, so the names of what
 * was shown are read as a page of their own; read whole again, it would be longer with every call.
 */
async function behind(ask: Ask): Promise<Cursor | undefined> {
  const at = readCursor(ask.input.continue);
  if (at.skip === 0) return at;
  const { kind, context } = ask;
  const again = {
    ...selectionOf(ask),
    limit: at.skip,
    continue: at.token,
    resourceVersion: at.token === undefined ? at.version : undefined,
  };
  const { metadata } = await context.cluster.names(kind, again, context.signal);
  return metadata.continue ? { token: metadata.continue, skip: 0, shown: at.shown } : undefined;
}

/** Reads the page that a cursor stands in, and takes what fits of it. */
async function page<T, R>(
  ask: Ask,
  read: (selection: { limit: number; continue?: string | undefined }) => Promise<Page<T>>,
  show: (items: T[]) => R[] | Promise<R[]>,
): Promise<Omit<Listing, 'kind'> & { shown: R[] }> {
  const { input, context } = ask;
  const at = await behind(ask);
  if (at === undefined) return { shown: [] };
  const capacity = Math.max(1, Math.ceil(context.bytes / LEAST[input.view]));
  const { items, remaining, next, version } = await read({ limit: Math.min(input.limit, capacity), continue: at.token });
  // a text takes more as JSON than as it is, by its line ends and quotes
  const fitting = fit(await show(items), context.bytes, (item) => sizeOf(JSON.stringify(item)));
  const shown = at.shown + fitting.items.length;
  const total = next === undefined ? at.shown + items.length : remaining === undefined ? undefined : at.shown + items.length + remaining;
  const follow: Cursor | undefined =
    fitting.left > 0
      ? { token: at.token, version: at.token === undefined ? version : undefined, skip: fitting.items.length, shown }
      : next === undefined
        ? undefined
        : { token: next, skip: 0, shown };
  return {
    shown: fitting.items,
    ...(total === undefined ? {} : { total, ...(total > shown ? { left: total - shown } : {}) }),
    ...(follow === undefined ? {} : { continue: writeCursor(follow) }),
  };
}

const selectionOf = ({ input, namespace }: Ask) => ({ namespace, labelSelector: input.labels, fieldSelector: input.field_selector });

async function tableOf(ask: Ask): Promise<Listing> {
  const { kind, namespace, context } = ask;
  const spans = kind.namespaced && namespace === undefined;
  let columns: string[] = [];
  const read = async (more: object): Promise<Page<string[]>> => {
    const table = await context.cluster.table(kind, { ...selectionOf(ask), ...more }, spans, context.signal);
    const wide = table.columnDefinitions.map(({ priority }) => (priority ?? 0) === 0);
    columns = [
      ...(spans ? ['NAMESPACE'] : []),
      ...table.columnDefinitions.filter((_, at) => wide[at]).map(({ name }) => name.toUpperCase()),
    ];
    return { items: rowsOf(table, wide, spans), ...pageOf(table.metadata) };
  };
  const { shown, ...rest } = await page(ask, read, (rows) => rows);
  return { kind: kind.resource, ...rest, columns, rows: shown };
}

function rowsOf(table: Table, wide: readonly boolean[], spans: boolean): string[][] {
  return (table.rows ?? []).map(({ cells, object }) => [
    ...(spans ? [object?.metadata?.namespace ?? ''] : []),
    ...cells.filter((_, at) => wide[at]).map((cell) => oneLine(textOf(cell), 200)),
  ]);
}

const pageOf = (metadata: Table['metadata']) => ({
  remaining: metadata?.remainingItemCount,
  next: metadata?.continue || undefined,
  version: metadata?.resourceVersion,
});

async function namesOf(ask: Ask): Promise<Listing> {
  const { kind, context } = ask;
  const read = async (more: object): Promise<Page<KubeObject>> => {
    const list = await context.cluster.names(kind, { ...selectionOf(ask), ...more }, context.signal);
    return { items: list.items, ...pageOf(list.metadata) };
  };
  let last = '';
  const { shown, ...rest } = await page(ask, read, (items) =>
    items.map(({ metadata }): Named => {
      const { namespace = '', name } = metadata;
      const heading = namespace === last ? '' : namespace;
      last = namespace;
      return { namespace, name, toJSON: () => `${name}${heading}` };
    }),
  );
  const names: Record<string, string[]> = {};
  for (const { namespace, name } of shown) (names[namespace] ??= []).push(name);
  return { kind: kind.resource, ...rest, names };
}

interface Named {
  namespace: string;
  name: string;
  /** What it takes in the answer: the namespace stands once. */
  toJSON(): string;
}

async function statusesOf(ask: Ask): Promise<Listing> {
  const { kind, namespace, context, input } = ask;
  const all = await context.cluster.listAll(kind, selectionOf(ask), context.signal, COUNTED);
  const counts: Record<string, number> = {};
  const rows: string[][] = [];
  for (const object of all) {
    const { status, detail = '', well } = statusOf({ kind: kind.kind, ...object });
    const word = well && /^\d+\/\d+ ready$/.test(status) ? 'ready' : status;
    counts[word] = (counts[word] ?? 0) + 1;
    const { name, namespace: space = '' } = object.metadata;
    if (!well) rows.push([...(kind.namespaced && namespace === undefined ? [space] : []), name, status, oneLine(detail, 120)]);
  }
  const { items, left } = fit(rows.slice(0, input.limit), context.bytes - sizeOf(counts));
  return {
    kind: kind.resource,
    total: all.length,
    ...(left > 0 ? { left } : {}),
    counts,
    columns: [...(kind.namespaced && namespace === undefined ? ['NAMESPACE'] : []), 'NAME', 'STATUS', 'DETAIL'],
    rows: items,
  };
}

async function objectsOf(ask: Ask): Promise<Listing> {
  const { kind, context, input } = ask;
  const { cluster, marks, signal } = context;
  const paths = input.fields?.map((one) => new FieldPath(one));
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const read = async (more: object): Promise<Page<KubeObject>> => {
    const list = await cluster.list(kind, { ...selectionOf(ask), ...more }, signal);
    return { items: list.items, ...pageOf(list.metadata) };
  };
  const present = async (object: KubeObject): Promise<unknown> => {
    const clean = presentable({ apiVersion, kind: kind.kind, ...object }, { marks, context: cluster.name });
    const value = paths === undefined ? clean : pick(clean, paths);
    const shown = input.view === 'yaml' ? `---\n${toYaml(value)}`.trimEnd() : value;
    const size = sizeOf(JSON.stringify(shown));
    // one that is larger than a whole answer must neither break the budget nor hold up the cursor
    return size <= context.bytes ? shown : tooLarge(clean, size, input.view);
  };
  const { shown, ...rest } = await page(ask, read, (items) => Promise.all(items.map(present)));
  return { kind: kind.resource, ...rest, objects: shown };
}

function tooLarge({ metadata: { name, namespace } }: KubeObject, size: number, view: ListingInput['view']): unknown {
  const left_out = `${size} bytes: resources_get shows it, or set fields or max_tokens`;
  return view === 'yaml'
    ? `--- # ${namespace ?? ''}/${name}, ${left_out}`
    : { ...(namespace === undefined ? {} : { namespace }), name, left_out };
}

/** The values of some paths beside the object's name: one value, or a list where a path leads to several. */
export function pick(object: KubeObject, paths: readonly FieldPath[]): Record<string, unknown> {
  const { name, namespace } = object.metadata;
  return {
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...Object.fromEntries(
      paths.map((path) => {
        const values = path.read(object);
        return [path.text, values.length > 1 ? values : (values[0] ?? null)];
      }),
    ),
  };
}
