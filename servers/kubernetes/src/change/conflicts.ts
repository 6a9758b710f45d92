import { ToolError } from '@deployment-engine/shared/contracts';
import type { KubeObject } from '../client/wire.ts';

/** A field that somebody else owns (kubernetes.io, "Server-Side Apply", Conflicts). */
export interface Conflict {
  field: string;
  /** Its field manager. */
  owner: string;
  /** What is there; left out where it cannot be told. */
  live?: unknown;
  /** What the manifest wants. */
  wanted?: unknown;
}

/** The conflicts that a refused apply tells of, with both values from objects that are masked already; undefined for any other failure. */
export function conflictsOf(failure: unknown, live: KubeObject | undefined, wanted: KubeObject): Conflict[] | undefined {
  if (!(failure instanceof ToolError) || failure.code !== 'conflict') return undefined;
  const { causes = [] } = (failure.details ?? {}) as { causes?: { field: string; message: string }[] };
  const conflicts = causes.flatMap(({ field, message }): Conflict[] => {
    const owner = /^conflict with "((?:[^"\\]|\\.)*)"/.exec(message)?.[1]?.replace(/\\(["\\])/g, '$1');
    if (owner === undefined) return [];
    const [there, ours] = [valueAt(live, field), valueAt(wanted, field)];
    return [{ field, owner, ...(there === undefined ? {} : { live: there }), ...(ours === undefined ? {} : { wanted: ours }) }];
  });
  return conflicts.length > 0 ? conflicts : undefined;
}

/**
 * The value at a field path of a conflict, such as `.spec.containers[name="web"].image` or `.metadata.labels.app.kubernetes.io/name`: names
 * are not quoted there, so the longest one that the object has is taken.
 */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  const item = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(path);
  if (item) {
    const rest = path.slice(item[0].length);
    return Array.isArray(value) ? valueAt(itemOf(value, item[1] ?? ''), rest) : undefined;
  }
  if (!path.startsWith('.') || value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const fields = value as Record<string, unknown>;
  const key = Object.keys(fields)
    .filter((one) => path.startsWith(one, 1) && ['', '.', '['].includes(path.charAt(one.length + 1)))
    .reduce<string | undefined>((longest, one) => (longest === undefined || one.length > longest.length ? one : longest), undefined);
  return key === undefined ? undefined : valueAt(fields[key], path.slice(key.length + 1));
}

/** `3`, `="value"` of a set, or `name="web",port=80` of a list by its keys. */
function itemOf(items: readonly unknown[], text: string): unknown {
  if (/^\d+$/.test(text)) return items[Number(text)];
  if (text.startsWith('=')) return items.find((one) => JSON.stringify(one) === text.slice(1));
  const keys = [...text.matchAll(/([^=,]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, key = '', wanted = '']) => ({ key, wanted }));
  return items.find(
    (one) =>
      one !== null &&
      typeof one === 'object' &&
      keys.every(({ key, wanted }) => {
        const there = (one as Record<string, unknown>)[key];
        // the API server fills in the protocol of a port, and the manifest may leave it out
        return there === undefined ? key === 'protocol' && wanted === '"TCP"' : JSON.stringify(there) === wanted;
      }),
  );
}
