import { ToolError } from '../../contracts/error.ts';

export type QueryValue = string | number | boolean | undefined;
export type Query = Readonly<Record<string, QueryValue | readonly (string | number | boolean)[]>>;

const MAX_URL = 32_768;

/**
 * Reads a URL and adds query parameters. WHATWG parsing normalises odd spellings of an address (decimal, octal, hexadecimal, short), so
 * what is checked later is what is connected to.
 *
 * Throws `invalid_input` for what is not an absolute http or https URL, for a user name or password in it, and above 32,768 characters.
 * The message never repeats the URL: it may hold a token.
 */
export const parseTarget = (url: string | URL, query?: Query): URL => {
  const text = String(url);
  if (text.length > MAX_URL)
    throw new ToolError('invalid_input', `The URL is longer than ${MAX_URL} characters.`, { hint: 'Send large values in the body.' });
  if (!URL.canParse(text))
    throw new ToolError('invalid_input', 'The URL is not an absolute URL.', {
      hint: 'Give it with its scheme, for example https://example.com/path.',
    });
  const target = new URL(text);
  if (target.protocol !== 'http:' && target.protocol !== 'https:')
    throw new ToolError('invalid_input', `The scheme ${target.protocol} is not supported.`, { hint: 'Use an http or https URL.' });
  if (target.username !== '' || target.password !== '')
    throw new ToolError('invalid_input', 'The URL carries a user name or a password.', {
      hint: 'Leave them out; credentials belong in the configuration.',
    });
  target.hash = '';
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined) target.searchParams.append(name, String(item));
  }
  return target;
};

/** The origin of a URL that the operator wrote into the configuration; a path after it is ignored. Throws as {@link parseTarget}. */
export const parseOrigin = (url: string): string => parseTarget(url).origin;

/** A URL's host without the brackets of an IPv6 address. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
