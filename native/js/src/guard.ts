import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface GuardAddon {
  guardText(bytes: Uint8Array, json: boolean): { bytes: Uint8Array; findings: string; total: number } | null;
}

export interface Finding {
  /** A word such as `github_token` or `bidi_control`; a secret was replaced by `[masked:<kind>]`. */
  readonly kind: string;
  /** How it was recognised, in words. */
  readonly reason: string;
  /** A secret; otherwise text that people do not see, which was taken out. */
  readonly secret: boolean;
  /** Half-open range of bytes in the source. */
  readonly start: number;
  readonly end: number;
}

export type Guarded =
  | { readonly clean: true }
  | {
      readonly clean: false;
      /** The source without what was found, every other byte as it was. Well-formed JSON stays well-formed. */
      readonly bytes: Uint8Array;
      /** The first thousand, in order. */
      readonly findings: readonly Finding[];
      /** How many there were. */
      readonly total: number;
    };

const clean = { clean: true } as const;

/**
 * Looks for secrets, control characters, terminal sequences, direction controls, invisible and tag characters in UTF-8
 * text, and takes them out. With `json`, escapes in strings (`\u0041KIA…`) are seen for what they stand for. Linear time.
 */
export function guardText(bytes: Uint8Array, options: { readonly json: boolean }): Guarded {
  const masked = binding().guardText(bytes, options.json);
  if (masked === null) return clean;
  return { clean: false, bytes: masked.bytes, findings: JSON.parse(masked.findings) as Finding[], total: masked.total };
}
