import { MASK } from '../config/secret.ts';

/** Words that make the value of a variable, label or option a secret more often than not. */
const SECRET_WORD =
  /^(?:pass|pwd|pat|dsn|salt|otp|auth|authorization|cookie|creds|.*(?:password|passwd|passphrase|secrets?|tokens?|credentials?|apikey|accesskey|privatekey))\d*$/;
/** Only as the last word: `MY_KEY` is one, `KEY_COUNT` is not. */
const SECRET_END = /(?:^|[_.-])(?:key|connection[_.-]?string)s?\d*$/i;
/** Where a file or a property is named instead of the secret itself. */
const HARMLESS = /[_.-](?:file|path|dir|ttl|expiry|header|name|type)$/i;

/** Whether a name such as `DB_PASSWORD`, `apiToken` or `auth.key` stands for a secret. */
export function isSecretVariable(name: string): boolean {
  const parted = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  if (HARMLESS.test(parted)) return false;
  return (
    SECRET_END.test(parted) ||
    parted
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .some((word) => SECRET_WORD.test(word))
  );
}

/** A value with the password of a URL and what is plainly a secret taken out, whatever its name. */
export function maskText(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${MASK}@`)
    .replace(/(--?[\w.-]*?)([\w.-]+)([= ])("[^"]*"|'[^']*'|[^\s"']+)/g, (whole, dashes: string, name: string, gap: string) =>
      isSecretVariable(name) ? `${dashes}${name}${gap}${MASK}` : whole,
    )
    .replace(/\b([A-Za-z_][\w.-]*)=("[^"]*"|'[^']*'|[^\s"']+)/g, (whole, name: string) =>
      isSecretVariable(name) ? `${name}=${MASK}` : whole,
    )
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`);
}

/** `NAME=value` entries of an environment. */
export function maskEnv(entries: readonly string[] | null | undefined): string[] {
  return (entries ?? []).map((entry) => {
    const at = entry.indexOf('=');
    if (at < 0) return entry;
    const name = entry.slice(0, at);
    return isSecretVariable(name) ? `${name}=${MASK}` : `${name}=${maskText(entry.slice(at + 1))}`;
  });
}

/** Arguments of a command: `--password x` in two words, `--token=x` in one. */
export function maskArgs(args: readonly string[] | null | undefined): string[] {
  let hide = false;
  return (args ?? []).map((arg) => {
    if (hide && !arg.startsWith('-')) {
      hide = false;
      return MASK;
    }
    hide = /^--?[\w.-]+$/.test(arg) && isSecretVariable(arg.replace(/^-+/, ''));
    return maskText(arg);
  });
}

/** A dictionary such as labels or driver options. */
export function maskEntries(entries: Readonly<Record<string, string>> | null | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(entries ?? {}).map(([name, value]) => [name, isSecretVariable(name) ? MASK : maskText(value)]));
}
