/** Plain data with names: what a configuration is before it has a type. */
export type Tree = { [name: string]: unknown };
export type Path = readonly PropertyKey[];

export function isTree(value: unknown): value is Tree {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)
  );
}

/** `{ "$env": … }` or `{ "$file": … }`: a leaf, however it looks. */
export function isReference(value: unknown): boolean {
  return isTree(value) && ('$env' in value || '$file' in value);
}

/** A copy of `under` with `over` laid on it: objects merge, everything else is replaced, undefined leaves what was there. */
export function merge(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (!isTree(over) || isReference(over)) return over;
  const result: Tree = isTree(under) && !isReference(under) ? { ...under } : {};
  for (const [name, value] of Object.entries(over)) {
    const merged = merge(Object.hasOwn(result, name) ? result[name] : undefined, value);
    if (merged !== undefined) define(result, name, merged);
  }
  return result;
}

/** A copy of the tree with one value set; missing folders on the way are made. */
export function withValue(tree: unknown, path: Path, value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(tree)) {
    const copy: unknown[] = [...tree];
    copy[Number(name)] = withValue(copy[Number(name)], rest, value);
    return copy;
  }
  const copy: Tree = isTree(tree) ? { ...tree } : {};
  define(copy, String(name), withValue(copy[String(name)], rest, value));
  return copy;
}

export function valueAt(tree: unknown, path: Path): unknown {
  let at = tree;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[name];
  }
  return at;
}

// Plain assignment to __proto__ would change the object's kind instead of adding a member.
function define(target: Tree, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

/** `servers.git.hosts[0]["a.b"]`, as a person would write it. */
export function printPath(path: Path): string {
  let text = '';
  for (const name of path) {
    if (typeof name === 'number') text += `[${name}]`;
    else if (/^[\w$-]+$/.test(String(name))) text += text === '' ? String(name) : `.${String(name)}`;
    else text += `[${JSON.stringify(String(name))}]`;
  }
  return text;
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((name, at) => String(path[at]) === String(name)) && prefix.length <= path.length;
}
