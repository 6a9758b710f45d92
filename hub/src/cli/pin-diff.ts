/** One value that differs between two definitions; absent on a side: not there. */
export interface PinChange {
  /** Such as `inputSchema.properties.path`. */
  path: string;
  before?: unknown;
  now?: unknown;
}

/** What differs between a pinned definition and the one that a server shows now, leaf by leaf. */
export function changesBetween(before: unknown, now: unknown): PinChange[] {
  const [old, fresh] = [leaves(before), leaves(now)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])];
  return paths
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(fresh.get(path)))
    .map((path) => ({ path, ...(old.has(path) ? { before: old.get(path) } : {}), ...(fresh.has(path) ? { now: fresh.get(path) } : {}) }));
}

function leaves(value: unknown, path = '', found = new Map<string, unknown>()): Map<string, unknown> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  // an empty object is a leaf: it may have become one
  if (entries.length === 0) found.set(path, value);
  for (const [name, inner] of entries) leaves(inner, path === '' ? name : `${path}.${name}`, found);
  return found;
}
