export type TokenKind = 'identifier' | 'string' | 'number' | 'variable' | 'punctuation';

export interface Token {
  kind: TokenKind;
  /** As written; for strings their value. */
  text: string;
  /** Offset in the expression. */
  at: number;
}

const TOKEN =
  /(?<space>\s+|#[^\n]*)|(?<string>"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`[^`]*`)|(?<variable>\$\{?\w+(?::\w+)?\}?)|(?<number>(?:\d+(?:ms|[smhdwy]))+|0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<identifier>[\p{L}_:][\p{L}\d_:]*)|(?<punctuation>=~|!~|!=|==|<=|>=|[^])/uy;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' };

/**
 * The tokens of an expression, roughly PromQL's own (Prometheus source, `promql/parser/lex.go`): good enough to find selectors in what the
 * server has accepted, never to judge whether it is valid.
 */
export function tokensOf(promql: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(promql); match !== null; match = TOKEN.exec(promql)) {
    const groups = match.groups ?? {};
    if (groups['space'] !== undefined) continue;
    const at = match.index;
    if (groups['string'] !== undefined) tokens.push({ kind: 'string', text: unquote(groups['string']), at });
    else if (groups['variable'] !== undefined) tokens.push({ kind: 'variable', text: groups['variable'], at });
    else if (groups['number'] !== undefined) tokens.push({ kind: 'number', text: groups['number'], at });
    else if (groups['identifier'] !== undefined) tokens.push({ kind: 'identifier', text: groups['identifier'], at });
    else tokens.push({ kind: 'punctuation', text: match[0], at });
  }
  return tokens;
}

function unquote(quoted: string): string {
  const body = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return body;
  return body.replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([\s\S]))/g, (_, hex?: string, unicode?: string, one?: string) =>
    one === undefined ? String.fromCharCode(Number.parseInt((hex ?? unicode)!, 16)) : (ESCAPES[one] ?? one),
  );
}
