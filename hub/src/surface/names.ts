/** Between a server and its tool or prompt. */
const SEPARATOR = '__';

/** A server's name as it appears in tool names and URIs: lower-case letters, digits and hyphens, beginning with a letter. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return /^[a-z]/.test(slug) ? slug : `s-${slug || 'server'}`;
}

export function qualify(server: string, name: string): string {
  return `${server}${SEPARATOR}${name}`;
}

/** The server and the name behind a qualified one. A server's own names may hold the separator: the first one counts. */
export function unqualify(qualified: string): { server: string; name: string } | undefined {
  const at = qualified.indexOf(SEPARATOR);
  return at <= 0 || at + SEPARATOR.length >= qualified.length
    ? undefined
    : { server: qualified.slice(0, at), name: qualified.slice(at + SEPARATOR.length) };
}

/** A resource's URI (or template) through the hub: the server goes before the scheme, `git+git://…`, and comes off again unchanged. */
export function qualifyUri(server: string, uri: string): string {
  return `${server}+${uri}`;
}

export function unqualifyUri(qualified: string): { server: string; uri: string } | undefined {
  const at = qualified.indexOf('+');
  return at <= 0 || at + 1 >= qualified.length ? undefined : { server: qualified.slice(0, at), uri: qualified.slice(at + 1) };
}
