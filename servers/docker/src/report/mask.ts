import { MASK } from '@deployment-engine/shared/platform';

/** Names of variables, labels and options whose values are secrets more often than not. */
const SECRET_NAME =
  /pass(?:word|wd|phrase)?(?:$|[_.-])|password|passwd|secret|token|api[_.-]?key|apikey|access[_.-]?key|private[_.-]?key|signing[_.-]?key|encryption[_.-]?key|credential|(?:^|[_.-])auth(?:$|[_.-])|(?:^|[_.-])(?:key|pwd|pat|dsn|salt|otp)(?:$|[_.-]?\d*$)|connection[_.-]?string|cookie/i;
/** Where a file or a flag is named instead of the secret itself. */
const HARMLESS = /(?:_FILE|_PATH|_DIR|_URL_PREFIX|_TTL|_EXPIRY|_HEADER|_NAME)$/i;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name) && !HARMLESS.test(name);

/** A value with the password of a URL and what is plainly a secret taken out, whatever its name. */
export function maskText(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${MASK}@`)
    .replace(/(--?[\w.-]*?)([\w.-]+)([= ])("[^"]*"|'[^']*'|[^\s"']+)/g, (whole, dashes: string, name: string, gap: string) =>
      isSecretName(name) ? `${dashes}${name}${gap}${MASK}` : whole,
    )
    .replace(/\b([A-Za-z_][\w.-]*)=("[^"]*"|'[^']*'|[^\s"']+)/g, (whole, name: string) => (isSecretName(name) ? `${name}=${MASK}` : whole))
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`);
}

/** `NAME=value` entries of an environment. */
export function maskEnv(entries: readonly string[] | null | undefined): string[] {
  return (entries ?? []).map((entry) => {
    const at = entry.indexOf('=');
    if (at < 0) return entry;
    const name = entry.slice(0, at);
    return isSecretName(name) ? `${name}=${MASK}` : `${name}=${maskText(entry.slice(at + 1))}`;
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
    hide = /^--?[\w.-]+$/.test(arg) && isSecretName(arg.replace(/^-+/, ''));
    return maskText(arg);
  });
}

/** A dictionary such as labels or driver options. */
export function maskEntries(entries: Readonly<Record<string, string>> | null | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(entries ?? {}).map(([name, value]) => [name, isSecretName(name) ? MASK : maskText(value)]));
}
