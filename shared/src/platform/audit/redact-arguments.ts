import { createHash } from 'node:crypto';
import { MASK, Secret } from '../config/secret.ts';
import { maskedByName, redactText } from '../log/redact.ts';

const LONGEST_TEXT = 256;
const MOST_MEMBERS = 50;
const DEEPEST = 8;
const LARGEST = 16 * 1024;

/** Stands for a text too long to keep: enough to tell whether it was a certain one. */
export interface Shortened {
  sha256: string;
  /** Of a text in UTF-16 units, of bytes in bytes. */
  length: number;
}

/**
 * A call's arguments as they may be kept: secrets masked by name and by look, long texts replaced by hash and length, lists and depth
 * capped. More than 16 KiB in all becomes one hash.
 */
export function redactArguments(value: unknown): unknown {
  const kept = copy(value, 0);
  const text = JSON.stringify(kept);
  return text !== undefined && text.length > LARGEST ? shortened(text) : kept;
}

function shortened(data: string | Uint8Array): Shortened {
  return { sha256: createHash('sha256').update(data).digest('hex'), length: data.length };
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? shortened(value) : redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString();
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return shortened(value);
  if (value instanceof Secret) return MASK;
  if (depth >= DEEPEST) return '[deep]';
  if (Array.isArray(value)) {
    const kept = value.slice(0, MOST_MEMBERS).map((one) => copy(one, depth + 1));
    return value.length > MOST_MEMBERS ? [...kept, `[${value.length - MOST_MEMBERS} more]`] : kept;
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, MOST_MEMBERS).map(([name, one]) => {
    return [redactText(name.slice(0, LONGEST_TEXT)), maskedByName(name, one) ? MASK : copy(one, depth + 1)];
  });
  if (entries.length > MOST_MEMBERS) kept.push(['…', `[${entries.length - MOST_MEMBERS} more]`]);
  return Object.fromEntries(kept);
}
