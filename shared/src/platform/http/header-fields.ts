import { ToolError } from '../../contracts/error.ts';

/** A field given as a list is sent once for each item. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[]>>;
export type OutgoingHeaders = Record<string, string | string[]>;
export type ResponseHeaders = Readonly<Record<string, string>>;

/** Fields that decide how the message is framed, routed or who answers: this door sets them itself. */
const OWN_FIELDS = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'transfer-encoding',
  'content-length',
  'accept-encoding',
  'upgrade',
  'expect',
  'te',
  'trailer',
]);

/** What may follow a redirect to another origin. A list of what to keep, because a token can sit in a field of any name. */
const TRAVELLING_FIELDS = new Set([
  'accept',
  'accept-language',
  'user-agent',
  'cache-control',
  'if-none-match',
  'if-modified-since',
  'range',
]);

/** Lower-cases a caller's header names. Throws `invalid_input` for a field that this door sets itself, and for line breaks. */
export const cleanHeaders = (headers: RequestHeaders | undefined): OutgoingHeaders => {
  const clean: OutgoingHeaders = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const key = name.toLowerCase();
    if (OWN_FIELDS.has(key))
      throw new ToolError('invalid_input', `The header ${key} cannot be set by a caller.`, { hint: 'Leave it out.' });
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(key))
      throw new ToolError('invalid_input', 'A header name holds characters that HTTP does not allow.');
    // RFC 9110 §5.5: these are what a field value may not hold.
    const values = typeof value === 'string' ? [value] : [...value];
    if (values.some((one) => /[\u0000-\u0008\u000a-\u001f\u007f]/.test(one)))
      throw new ToolError('invalid_input', `The value of the header ${key} holds control characters.`);
    clean[key] = typeof value === 'string' ? value : values;
  }
  return clean;
};

export const travellingHeaders = (headers: OutgoingHeaders): OutgoingHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => TRAVELLING_FIELDS.has(name)));

/** Joins repeated fields as RFC 9110 §5.3 does. */
export const flattenHeaders = (raw: Readonly<Record<string, string | string[] | undefined>>): ResponseHeaders => {
  const flat: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(raw))
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
};
