import { setTimeout as delay } from 'node:timers/promises';
import { ToolError, type WireError } from '@deployment-engine/shared/contracts';
import { resourceName } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';
import { presentable } from '../report/mask.ts';
import type { ClusterContext } from '../tools/define.ts';
import { isDefinition, isNamespace, type Target } from './bundle.ts';
import { conflictsOf, type Conflict } from './conflicts.ts';
import { difference } from './difference.ts';
import { settled } from './wait.ts';

/** What became of one object of a manifest. A type, not an interface, so that it fits a schema that lets further fields pass. */
export type Applied = {
  kind: string;
  name: string;
  namespace?: string;
  result: 'created' | 'changed' | 'unchanged' | 'conflict' | 'failed' | 'skipped';
  diff?: string;
  /** Fields that others own: nothing of this object has been changed. */
  conflicts?: Conflict[];
  error?: Pick<WireError, 'code' | 'message' | 'hint'>;
  /** Why an object was skipped, or could not be tried. */
  note?: string;
};

export interface ApplyOptions {
  dryRun: boolean;
  /** Take fields over from their owners. */
  force: boolean;
  /** What policy and rules see; apply unless given. */
  verb?: 'apply' | 'diff';
}

/** How long a new definition may take until its kind is served. */
const DEFINED_MS = 20_000;
const AGAIN_MS = 150;

/**
 * Applies objects one after the other (server-side apply, KEP-555). One that fails does not stop the others, but for those that lie in
 * its namespace or are of the kind that it defines.
 *
 * @throws ToolError the first failure when not one object could be applied or compared
 */
export async function applyAll(targets: readonly Target[], options: ApplyOptions, context: ClusterContext): Promise<Applied[]> {
  const results: Applied[] = [];
  const failures: ToolError[] = [];
  const made: Made = { failed: new Set(), fresh: new Set() };
  for (const [index, target] of targets.entries()) {
    context.signal.throwIfAborted();
    const applied = await applyOne(target, options, made, context).catch((error: unknown) => {
      if (!(error instanceof ToolError) || context.signal.aborted) throw error;
      failures.push(error);
      const { code, message, hint } = error.toWire();
      return { ...nameOf(target), result: 'failed' as const, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
    });
    if (applied.result === 'created') made.fresh.add(keyOf(target));
    else if (applied.result !== 'changed' && applied.result !== 'unchanged') made.failed.add(keyOf(target));
    results.push(applied);
    if (targets.length > 1)
      context.progress({ progress: index + 1, total: targets.length, message: `${applied.kind} ${applied.name}: ${applied.result}` });
  }
  const first = failures[0];
  if (first && results.every(({ result }) => result === 'failed' || result === 'skipped'))
    throw results.length === 1 ? first : new ToolError(first.code, first.message, { hint: first.hint, details: { objects: results } });
  return results;
}

/** What earlier objects of the same manifest came to. */
interface Made {
  failed: Set<string>;
  fresh: Set<string>;
}

const namespaceKey = (name: string): string => `namespaces/${name}`;
const definitionKey = (name: string): string => `definitions/${name}`;

const keyOf = ({ kind, place }: Target): string =>
  isNamespace(kind) ? namespaceKey(place.name) : isDefinition(kind) ? definitionKey(place.name) : '';

const nameOf = ({ kind, place }: Target) => ({
  kind: resourceName(kind),
  name: place.name,
  ...(place.namespace === undefined ? {} : { namespace: place.namespace }),
});

async function applyOne(target: Target, options: ApplyOptions, made: Made, context: ClusterContext): Promise<Applied> {
  const { kind, place, definition } = target;
  const { cluster, marks, signal } = context;
  const needs = [
    ...(place.namespace === undefined ? [] : [namespaceKey(place.namespace)]),
    ...(definition === undefined ? [] : [definitionKey(definition)]),
  ];
  if (needs.some((one) => made.failed.has(one)))
    return { ...nameOf(target), result: 'skipped', note: 'Its namespace or its kind could not be made.' };
  const mask = { marks, context: cluster.name };
  if (options.dryRun && needs.some((one) => made.fresh.has(one)))
    return {
      ...nameOf(target),
      ...compact(difference(undefined, target.object, mask)),
      note: 'Not checked by the API server: its namespace or its kind is not there yet.',
    };
  const live = await cluster.find(kind, place, signal);
  try {
    const isNewKind = definition !== undefined && made.fresh.has(definitionKey(definition));
    const apply = (): Promise<KubeObject> => send(target, options, context);
    const after = await (isNewKind ? untilServed(apply, signal) : apply());
    if (isDefinition(kind) && !options.dryRun) await definitionServed(target, context);
    return { ...nameOf(target), ...compact(difference(live, after, mask)) };
  } catch (error) {
    const conflicts = conflictsOf(error, live && presentable(live, mask), presentable(asStored(target.object), mask));
    if (conflicts === undefined) throw hinted(error, target);
    return { ...nameOf(target), result: 'conflict', conflicts };
  }
}

/** The version of an object that was read a while ago is a condition to the API server, and few mean it as one. */
function hinted(error: unknown, { object }: Target): unknown {
  if (!(error instanceof ToolError) || error.code !== 'conflict' || object.metadata.resourceVersion === undefined) return error;
  return new ToolError('conflict', error.message, {
    hint: 'The object has changed since it was read. Leave metadata.resourceVersion out, or read it again.',
    details: error.details,
    cause: error,
  });
}

const compact = ({ result, diff }: Awaited<ReturnType<typeof difference>>): Pick<Applied, 'result' | 'diff'> => ({
  result: result === 'created' || result === 'unchanged' ? result : 'changed',
  ...(diff === '' ? {} : { diff }),
});

async function send(
  { object, kind, place }: Target,
  { dryRun, force, verb }: ApplyOptions,
  { cluster, signal }: ClusterContext,
): Promise<KubeObject> {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  const body = { ...object, metadata: { ...metadata, ...(place.namespace === undefined ? {} : { namespace: place.namespace }) } };
  return cluster.patch(kind, place, body, { type: 'apply', force, dryRun, verb }, signal);
}

/** stringData as the API server keeps it, so that values can be compared. */
function asStored(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.kind !== 'Secret' || stringData === null || typeof stringData !== 'object') return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  return { ...rest, data: { ...(object['data'] as object | undefined), ...Object.fromEntries(encoded) } };
}

async function definitionServed({ kind, place }: Target, { cluster, signal }: ClusterContext): Promise<void> {
  const established = ({ status }: KubeObject): boolean => {
    // null until the API server has looked at it
    const { conditions } = (status ?? {}) as { conditions?: { type: string; status: string }[] | null };
    return conditions?.some((one) => one.type === 'Established' && one.status === 'True') === true;
  };
  const outcome = await settled({
    cluster,
    kind,
    selection: { fieldSelector: `metadata.name=${place.name}` },
    met: (objects) => objects.some(established),
    timeoutMs: DEFINED_MS,
    signal,
  });
  if (!outcome.met)
    throw new ToolError('timeout', `The definition ${place.name} was applied, and its kind is not served after ${DEFINED_MS / 1000} s.`, {
      hint: 'Look at its conditions with resources_describe.',
    });
  cluster.forgetKinds();
}

/** An API server may answer 404 for a moment for a kind whose definition is established already. */
async function untilServed<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const end = Date.now() + DEFINED_MS;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      // without a reason it is the path that is not known; with one, the namespace
      const isPath =
        error instanceof ToolError && error.code === 'not_found' && !(error.details as { reason?: string } | undefined)?.reason;
      if (!isPath || Date.now() > end) throw error;
      await delay(AGAIN_MS, undefined, { signal });
    }
  }
}
