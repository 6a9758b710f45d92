import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ensureStateFolder, readTextFile, writeAtomic } from '@deployment-engine/shared/platform';

const FILE = 'fingerprint-key';
/** Shorter values are words of everyday life: to take them out of a log would tell what they are. */
const SHORTEST = 6;
/** Values that are remembered for one namespace. */
const MOST = 2_000;
const MOST_NAMESPACES = 500;

/** Names of contexts may hold slashes. */
const keyOf = (context: string, namespace: string): string => JSON.stringify([context, namespace]);

/**
 * Stands in for secret values: `[masked 1a2b3c4d]`. The eight characters are an HMAC-SHA-256 of the value under a key of this
 * installation, so equal values can be told from different ones, and nobody without the key can try guesses.
 */
export class SecretMarks {
  readonly #key: Buffer;
  readonly #seen = new Map<string, Map<string, string>>();

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** With the key of this installation: read, or made on the first use. Where nothing may be written, one of this process. */
  static async open(folder: string, { readOnly }: { readOnly: boolean }): Promise<SecretMarks> {
    const file = join(folder, FILE);
    const read = await readTextFile(file).catch(() => undefined);
    const known = Buffer.from(read?.text.trim() ?? '', 'base64url');
    if (known.length === 32) return new SecretMarks(known);
    const fresh = randomBytes(32);
    if (!readOnly) {
      try {
        await ensureStateFolder(folder);
        await writeAtomic(file, `${fresh.toString('base64url')}\n`, 0o600);
      } catch {
        // marks then hold for this process only, which is safe
      }
    }
    return new SecretMarks(fresh);
  }

  /** What is shown in place of a value. */
  mark(value: string | Buffer): string {
    return `[masked ${createHmac('sha256', this.#key).update(value).digest('hex').slice(0, 8)}]`;
  }

  /** Keeps the values of a Secret in mind, so that they are taken out of logs and of what programs print. */
  remember(context: string, namespace: string, values: Iterable<string | Buffer>): void {
    const key = keyOf(context, namespace);
    const known = this.#seen.get(key) ?? new Map<string, string>();
    // set anew, so that the one that was longest not read stands first
    this.#seen.delete(key);
    if (this.#seen.size >= MOST_NAMESPACES) this.#seen.delete(this.#seen.keys().next().value ?? '');
    this.#seen.set(key, known);
    for (const value of values) {
      const text = typeof value === 'string' ? value : value.toString('utf8');
      for (const one of [text, ...(text.includes('\n') ? text.split('\n') : [])])
        if (one.trim().length >= SHORTEST && known.size < MOST) known.set(one.trim(), this.mark(one.trim()));
    }
  }

  /** A text without the values that were read in its namespace. Best effort: a value that a program encodes is not known again. */
  scrub(context: string, namespace: string, text: string): string {
    const known = this.#seen.get(keyOf(context, namespace));
    if (known === undefined) return text;
    let clean = text;
    // the longest first: one value may hold another
    for (const [value, mark] of [...known].toSorted((a, b) => b[0].length - a[0].length))
      if (clean.includes(value)) clean = clean.replaceAll(value, mark);
    return clean;
  }
}
