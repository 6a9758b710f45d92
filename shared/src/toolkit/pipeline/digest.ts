import { createHash } from 'node:crypto';

/** SHA-256 (base64url) of a JSON value with object keys sorted, so that equal values have equal digests. */
export function digest(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('base64url');
}

/** JSON text with sorted keys (the idea of RFC 8785; numbers as JavaScript prints them). */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'null'
  );
}
