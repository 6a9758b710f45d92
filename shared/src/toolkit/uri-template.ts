/** Matches URIs against a template of RFC 6570, level 1 to 3: `{name}`, `{+name}` (with slashes), `{/name}`, `{?a,b}`. */
export interface TemplateMatcher {
  match(uri: string): Record<string, string> | undefined;
  variables: string[];
}

const EXPRESSION = /\{([+/?#&]?)([A-Za-z0-9_,]+)\}/g;

export function compileTemplate(template: string): TemplateMatcher {
  const variables: string[] = [];
  const queries: string[] = [];
  let pattern = '';
  let last = 0;
  for (const found of template.matchAll(EXPRESSION)) {
    pattern += escape(template.slice(last, found.index));
    last = found.index + found[0].length;
    const operator = found[1] ?? '';
    const names = (found[2] ?? '').split(',');
    if (operator === '?' || operator === '&') {
      queries.push(...names);
      continue;
    }
    for (const name of names) {
      variables.push(name);
      pattern += operator === '/' ? '/([^/?#]+)' : operator === '+' ? '([^?#]+)' : '([^/?#]+)';
    }
  }
  pattern += escape(template.slice(last));
  const regex = new RegExp(`^${pattern}(?:\\?(.*))?$`);
  return {
    variables: [...variables, ...queries],
    match(uri) {
      const found = regex.exec(uri);
      if (!found) return undefined;
      const values: Record<string, string> = {};
      for (const [index, name] of variables.entries()) values[name] = decode(found[index + 1] ?? '');
      const query = new URLSearchParams(found[variables.length + 1] ?? '');
      for (const name of queries) if (query.has(name)) values[name] = query.get(name) ?? '';
      return values;
    },
  };
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
