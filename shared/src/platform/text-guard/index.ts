import { guardText, PERSONAL_DATA, type PersonalData } from '@deployment-engine/native';

export { PERSONAL_DATA, type PersonalData };
export { isSecretVariable, maskArgs, maskEntries, maskEnv, maskText } from './secret-names.ts';

/** What the guard found and masked; nothing if the text left as it came. */
export interface Guarded {
  bytes: Buffer;
  /** Kinds of findings, each once. */
  masked: string[];
}

let personal: readonly PersonalData[] = [];

/** Which personal data is masked from now on, in everything that this process lets out; at first none. One process has one policy. */
export function maskPersonalData(kinds: readonly PersonalData[]): void {
  personal = [...kinds];
}

/**
 * Masks secrets and removes control, ANSI, bidi and invisible characters in a JSON text, also behind string
 * escapes, and the personal data that the policy names.
 * Undefined if it is clean: the caller keeps its bytes.
 */
export function guardJson(bytes: Buffer): Guarded | undefined {
  const found = guardText(bytes, { json: true, personal });
  if (found.clean) return undefined;
  return {
    bytes: Buffer.from(found.bytes.buffer, found.bytes.byteOffset, found.bytes.byteLength),
    masked: [...new Set(found.findings.map(({ kind }) => kind))],
  };
}

/** The same for a JSON value; the very value comes back when it is clean. */
export function guardValue<T>(value: T): T {
  const text = JSON.stringify(value);
  if (text === undefined) return value;
  const guarded = guardJson(Buffer.from(text));
  return guarded ? (JSON.parse(guarded.bytes.toString('utf8')) as T) : value;
}
