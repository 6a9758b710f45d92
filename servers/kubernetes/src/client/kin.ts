import { ToolError } from '@deployment-engine/shared/contracts';
import { eachOf } from './at-once.ts';
import type { Cluster, Selection } from './cluster.ts';
import { resourceName, type Kind } from './discovery.ts';
import type { KubeObject, OwnerReference } from './wire.ts';

/** An object and the kind it is of. */
export interface Kin {
  kind: Kind;
  object: KubeObject;
}

export interface KinFound {
  kin: Kin[];
  /** Kinds whose objects could not be looked through. */
  unseen: string[];
}

/** An owner, nearest first. */
export interface Owner extends Pick<OwnerReference, 'kind' | 'name'> {
  controls: boolean;
  gone: boolean;
}

/** Objects of one kind that are looked through. */
const MOST = 5_000;
const HIGHEST = 5;
/** What looking through every kind may take before it is told as far as it came. */
export const PATIENCE_MS = 10_000;
/** Kinds that own nothing and are owned by nothing worth telling, or are other kinds under another name. */
const PASSED_OVER = new Set(['events', 'events.events.k8s.io', 'componentstatuses']);

/** Who owns an object, up to the one that nobody owns. */
export async function ownersOf(cluster: Cluster, object: KubeObject, signal: AbortSignal): Promise<Owner[]> {
  const owners: Owner[] = [];
  let at: KubeObject | undefined = object;
  for (let height = 0; at !== undefined && height < HIGHEST; height += 1) {
    const references: OwnerReference[] = at.metadata.ownerReferences ?? [];
    const next: OwnerReference | undefined = references.find(({ controller }) => controller === true) ?? references[0];
    const { namespace }: { namespace?: string } = at.metadata;
    at = next && (await ownerOf(cluster, next, namespace, signal));
    for (const one of references)
      owners.push({ kind: one.kind, name: one.name, controls: one.controller === true, gone: one === next && at === undefined });
  }
  return owners;
}

async function ownerOf(cluster: Cluster, reference: OwnerReference, namespace: string | undefined, signal: AbortSignal) {
  try {
    const kind = await cluster.kindOf(reference, signal);
    const found = await cluster.find(kind, { name: reference.name, ...(kind.namespaced ? { namespace } : {}) }, signal);
    return found?.metadata.uid === reference.uid ? found : undefined;
  } catch (error) {
    if (!(error instanceof ToolError) || signal.aborted) throw error;
    return undefined;
  }
}

/** Every object that is owned by one of these, or by what they own (kubernetes.io, "Owners and Dependents"). */
export async function dependantsOf(cluster: Cluster, roots: readonly Kin[], signal: AbortSignal): Promise<KinFound> {
  const spaces = new Set(roots.map(({ kind, object }) => (kind.namespaced ? object.metadata.namespace : undefined)));
  const one = spaces.size === 1 ? [...spaces][0] : undefined;
  // what lives in a namespace cannot own anything outside of it
  const found = await objectsIn(cluster, { namespace: one }, (kind) => kind.namespaced || one === undefined, signal);
  return { kin: ownedBy(roots, found.kin), unseen: found.unseen };
}

/** Those of the objects that are owned by one of the roots, or by what they own; nearest first. */
export function ownedBy(roots: readonly Kin[], among: readonly Kin[]): Kin[] {
  const children = new Map<string, Kin[]>();
  for (const kin of among)
    for (const { uid } of kin.object.metadata.ownerReferences ?? []) {
      const siblings = children.get(uid);
      if (siblings === undefined) children.set(uid, [kin]);
      else siblings.push(kin);
    }
  const seen = new Set(roots.map(({ object }) => object.metadata.uid ?? ''));
  const all: Kin[] = [];
  const pending = [...seen];
  for (let uid = pending.shift(); uid !== undefined; uid = pending.shift())
    for (const kin of children.get(uid) ?? []) {
      const own = kin.object.metadata.uid ?? '';
      if (seen.has(own)) continue;
      seen.add(own);
      pending.push(own);
      all.push(kin);
    }
  return all;
}

/** Everything that lies in a namespace, and so goes with it. */
export function contentsOf(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<KinFound> {
  return objectsIn(cluster, { namespace }, (kind) => kind.namespaced, signal);
}

async function objectsIn(cluster: Cluster, selection: Selection, wanted: (kind: Kind) => boolean, signal: AbortSignal): Promise<KinFound> {
  const kinds = (await keptKinds(cluster, signal)).filter(wanted);
  return objectsOf(cluster, kinds, () => selection, AbortSignal.timeout(PATIENCE_MS), signal);
}

/** The kinds whose objects are kept, each once. */
export async function keptKinds(cluster: Cluster, signal: AbortSignal): Promise<Kind[]> {
  const seen = new Set<string>();
  return (await cluster.kinds(signal)).filter((kind) => {
    const name = resourceName(kind);
    // of several versions the preferred one, which comes first; what cannot be deleted is computed, not kept
    const isNew = !seen.has(name) && !PASSED_OVER.has(name);
    seen.add(name);
    return isNew && kind.verbs.includes('list') && kind.verbs.includes('delete');
  });
}

/** The objects of these kinds; those of a kind that may not be listed, or not while patience lasts, are unseen. */
export async function objectsOf(
  cluster: Cluster,
  kinds: readonly Kind[],
  selectionOf: (kind: Kind) => Selection,
  patience: AbortSignal,
  signal: AbortSignal,
): Promise<KinFound> {
  const unseen: string[] = [];
  const lists = await eachOf(kinds, async (kind): Promise<Kin[]> => {
    try {
      const objects = await namesOf(cluster, kind, selectionOf(kind), AbortSignal.any([signal, patience]));
      return objects.map((object) => ({ kind, object }));
    } catch (error) {
      if (signal.aborted || (!(error instanceof ToolError) && !patience.aborted)) throw error;
      unseen.push(resourceName(kind));
      return [];
    }
  });
  return { kin: lists.flat(), unseen: unseen.toSorted() };
}

async function namesOf(cluster: Cluster, kind: Kind, selection: Selection, signal: AbortSignal): Promise<KubeObject[]> {
  const items: KubeObject[] = [];
  let next: string | undefined;
  do {
    const page = await cluster.names(kind, { ...selection, limit: 1_000, continue: next }, signal);
    items.push(...page.items);
    next = page.metadata.continue || undefined;
  } while (next !== undefined && items.length < MOST);
  return items;
}

/** How many of each kind, the most first. */
export function countsOf(kin: readonly Kin[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of kin) counts.set(resourceName(kind), (counts.get(resourceName(kind)) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}
