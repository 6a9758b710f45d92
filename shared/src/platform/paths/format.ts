/**
 * What a report's bytes are, narrow enough that one report may replace an older one and never a hand-written file:
 * - `sarif`, `cyclonedx`, `spdx`: JSON documents that say so themselves;
 * - `json` with the names of its top-level members (an array has none);
 * - `xml` with the name of its root element;
 * - undefined: none of them (also JSON that does not parse).
 */
export type Format = { kind: 'sarif' | 'cyclonedx' | 'spdx' } | { kind: 'json'; members: string[] } | { kind: 'xml'; root: string };

export function formatOf(bytes: Uint8Array): Format | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trimStart();
  } catch {
    return undefined;
  }
  return text.startsWith('<') ? xmlFormat(text) : jsonFormat(text);
}

function jsonFormat(text: string): Format | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return { kind: 'json', members: [] };
  const members = new Map(Object.entries(value));
  if (Array.isArray(members.get('runs')) && typeof members.get('version') === 'string') return { kind: 'sarif' };
  if (members.get('bomFormat') === 'CycloneDX') return { kind: 'cyclonedx' };
  if (typeof members.get('spdxVersion') === 'string' || members.has('spdxId')) return { kind: 'spdx' };
  return { kind: 'json', members: [...members.keys()].toSorted() };
}

function xmlFormat(text: string): Format | undefined {
  // Prolog, comments and doctype before the root element.
  const root = /^(?:<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE[^>[]*>|\s)*<([A-Za-z_][\w.:-]*)/.exec(text)?.[1];
  return root === undefined ? undefined : { kind: 'xml', root };
}

/** Whether a file of the first format may be replaced by one of the second. Plain JSON: the members of one contain those of the other. */
export function sameFormat(existing: Format, fresh: Format): boolean {
  if (existing.kind === 'json' && fresh.kind === 'json') {
    const [small, large] =
      existing.members.length < fresh.members.length ? [existing.members, fresh.members] : [fresh.members, existing.members];
    return (small.length > 0 || large.length === 0) && small.every((one) => large.includes(one));
  }
  if (existing.kind === 'xml' && fresh.kind === 'xml') return existing.root === fresh.root;
  return existing.kind === fresh.kind;
}
