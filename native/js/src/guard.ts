import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface GuardAddon {
  guardText(bytes: Uint8Array, json: boolean, personal: string | null): { bytes: Uint8Array; findings: string; total: number } | null;
}

/** Personal data that can be looked for: each has a form that is checked. */
export const PERSONAL_DATA = ['email', 'phone_number', 'card_number', 'iban', 'us_ssn'] as const;

export type PersonalData = (typeof PERSONAL_DATA)[number];

export interface Finding {
  /** A word such as `github_token` or `bidi_control`; secrets and personal data were replaced by `[masked:<kind>]`. */
  readonly kind: string;
  /** How it was recognised, in words. */
  readonly reason: string;
  readonly secret: boolean;
  /** Personal data. What is neither this nor a secret is text that people do not see, and was taken out. */
  readonly personal: boolean;
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
 * text, and takes them out; personal data where it is asked for. With `json`, escapes in strings (`\u0041KIA…`) are seen for
 * what they stand for, a secret cut over two `text` members is masked in both, and a bare number becomes a string. Linear time.
 */
export function guardText(bytes: Uint8Array, options: { readonly json: boolean; readonly personal?: readonly PersonalData[] }): Guarded {
  const masked = binding().guardText(bytes, options.json, options.personal?.join(',') ?? null);
  if (masked === null) return clean;
  return { clean: false, bytes: masked.bytes, findings: JSON.parse(masked.findings) as Finding[], total: masked.total };
}
