import { ToolError } from '../../contracts/error.ts';
import { type OutgoingHeaders, travellingHeaders } from './header-fields.ts';
import { parseTarget } from './target.ts';

/** One message on its way, before credentials are added. */
export interface Outgoing {
  url: URL;
  method: string;
  headers: OutgoingHeaders;
  body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** False once a redirect has left the origin that was asked for; it stays false, so coming back brings no credential with it. */
  sameOrigin: boolean;
}

const STATUSES = new Set([301, 302, 303, 307, 308]);

export const isRedirect = (status: number): boolean => STATUSES.has(status);

const refused = (origin: string, why: string): ToolError =>
  new ToolError('forbidden', `${origin} redirects ${why}.`, { hint: 'Use the final address directly, if it is the one you mean.' });

/** Whether the next request is a GET without a body (RFC 9110 §15.4: 303 always, 301 and 302 after a POST). */
const becomesGet = (status: number, method: string): boolean =>
  (status === 303 && method !== 'GET' && method !== 'HEAD') || ((status === 301 || status === 302) && method === 'POST');

/**
 * The message that follows a redirect. Across origins it keeps only harmless header fields, no credential and no body; from https to
 * http it goes only to an origin that the operator named. Throws `forbidden`.
 */
export const redirected = (message: Outgoing, status: number, location: string, isListed: (origin: string) => boolean): Outgoing => {
  const from = message.url.origin;
  if (!URL.canParse(location, message.url.href)) throw new ToolError('upstream_error', `${from} redirects to something that is not a URL.`);
  let url: URL;
  try {
    url = parseTarget(new URL(location, message.url));
  } catch (error) {
    throw new ToolError('forbidden', `${from} redirects to a URL that is not allowed.`, {
      cause: error,
      hint: 'Only http and https URLs without a user name are followed.',
    });
  }
  const stays = url.origin === from;
  const toGet = becomesGet(status, message.method);
  const body = toGet ? undefined : message.body;
  if (message.url.protocol === 'https:' && url.protocol === 'http:' && !isListed(url.origin)) throw refused(from, 'from https to http');
  if (body !== undefined && !stays) throw refused(from, 'a request with a body to another origin');
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array))
    throw refused(from, 'a streamed request, which cannot be sent twice');
  const { 'content-type': _type, ...withoutType } = message.headers;
  const headers = stays ? (toGet ? withoutType : message.headers) : travellingHeaders(message.headers);
  return { url, method: toGet ? 'GET' : message.method, headers, body, sameOrigin: message.sameOrigin && stays };
};
