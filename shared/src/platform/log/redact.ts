import { MASK } from '../config/secret.ts';

const LONGEST_TEXT = 8 * 1024;
const MOST_MEMBERS = 100;
const DEEPEST = 6;

const SECRET_NAME =
  /(?:authorization|cookies?|passw(?:or)?ds?|passwd|pwd|passphrase|secrets?|tokens?|credentials?|(?:api|access|private|secret|signing|encryption|account|shared)keys?(?:id)?|connectionstring|webhookurl)$|^(?:auth|dsn|otp|jwt|bearer)$/;

/** Whether a member, header or variable of this name holds a secret, by its ending: `X-Api-Key`, `DB_PASSWORD`, `planToken`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

// Each is linear in the text: no nested or overlapping repetition.
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g, MASK],
  [/\b(bearer|basic|digest|token)(\s+)[\w.~+/=-]{8,}/gi, `$1$2${MASK}`],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{0,256}:[^\s/@]{1,512}@/gi, `$1${MASK}@`],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{20,512}@/gi, `$1${MASK}@`],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, MASK],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, MASK],
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{30,}|hf_\w{20,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{35}|SG\.[\w-]{16,}\.[\w-]{16,})/g,
    MASK,
  ],
  [/\bsk-[\w-]{20,}/g, MASK],
  [/\b(hooks\.slack\.com\/services\/)[\w/]+/g, `$1${MASK}`],
  [
    /((?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)\w{0,20}["']?\s{0,3}[=:]\s{0,3})("[^"\n]*"|'[^'\n]*'|[^\s"',;&}\]]+)/gi,
    `$1${MASK}`,
  ],
];

/** The text with what looks like a credential replaced by `[masked]`; long texts are cut. */
export function redactText(text: string): string {
  let result = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)` : text;
  for (const [pattern, replacement] of SECRET_TEXT) result = result.replace(pattern, replacement);
  return result;
}

/** A copy fit to be written down: secrets masked by name and by look, errors unfolded, everything bounded in size and depth. */
export function redactValue(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, above: Set<object>): unknown {
  switch (typeof value) {
    case 'string':
      return redactText(value);
    case 'bigint':
      return String(value);
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (above.has(value)) return '[circular]';
  if (depth > DEEPEST) return '[deep]';
  above.add(value);
  try {
    return copyObject(value, depth, above);
  } catch {
    // A getter or toJSON that throws must not make a log line throw.
    return '[unreadable]';
  } finally {
    above.delete(value);
  }
}

function copyObject(value: object, depth: number, above: Set<object>): unknown {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return copyError(value, depth, above);
  if (value instanceof Map) return copyObject(Object.fromEntries(value), depth, above);
  if (value instanceof Set) return copyObject([...value], depth, above);
  if (Array.isArray(value)) {
    const kept = value.slice(0, MOST_MEMBERS).map((one) => copy(one, depth + 1, above));
    return value.length > MOST_MEMBERS ? [...kept, `[${value.length - MOST_MEMBERS} more]`] : kept;
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return copy((value.toJSON as () => unknown)(), depth + 1, above);
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, MOST_MEMBERS)
    .map(([name, one]) => [redactText(name), maskedByName(name, one) ? MASK : copy(one, depth + 1, above)]);
  if (entries.length > MOST_MEMBERS) kept.push(['…', `[${entries.length - MOST_MEMBERS} more]`]);
  return Object.fromEntries(kept);
}

/** Numbers and flags stay: `max_tokens: 100` is no secret. */
export function maskedByName(name: string, value: unknown): boolean {
  return isSecretName(name) && value !== null && value !== undefined && typeof value !== 'number' && typeof value !== 'boolean';
}

function copyError(error: Error, depth: number, above: Set<object>): unknown {
  const { name, message, stack, cause, ...rest } = error;
  const own = copy(rest, depth + 1, above) as object;
  return {
    type: name,
    message: redactText(message),
    ...(stack === undefined ? {} : { stack: redactText(stack) }),
    ...own,
    ...(cause === undefined ? {} : { cause: copy(cause, depth + 1, above) }),
  };
}
