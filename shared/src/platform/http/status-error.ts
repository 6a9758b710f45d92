import { type ErrorCode, ToolError } from '../../contracts/error.ts';
import type { ResponseHeaders } from './header-fields.ts';

const MAX_RETRY_AFTER = 24 * 3_600_000;

/** Reads a Retry-After field (RFC 9110 §10.2.3): seconds or a date. Milliseconds from now, at most a day; undefined when it says neither. */
export const retryAfterMs = (value: string | undefined, now: number = Date.now()): number | undefined => {
  const text = value?.trim() ?? '';
  if (text === '') return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER);
};

interface Reading {
  code: ErrorCode;
  says: string;
  hint?: string;
}

const BY_STATUS: Readonly<Record<number, Reading>> = {
  400: { code: 'invalid_input', says: 'refused the request as not valid', hint: 'Check the arguments.' },
  401: { code: 'unauthenticated', says: 'does not accept the credential', hint: 'Set a valid credential for it in the configuration.' },
  402: { code: 'forbidden', says: 'asks for payment' },
  403: { code: 'forbidden', says: 'does not allow this', hint: 'The credential lacks the right for it.' },
  404: { code: 'not_found', says: 'has nothing of that name' },
  405: { code: 'unsupported', says: 'does not offer this operation' },
  408: { code: 'timeout', says: 'gave up waiting for the request' },
  409: { code: 'conflict', says: 'reports a conflict', hint: 'Read the current state and try again.' },
  410: { code: 'not_found', says: 'no longer has it' },
  412: { code: 'conflict', says: 'reports that the state has changed', hint: 'Read the current state and try again.' },
  413: { code: 'too_large', says: 'refused the request as too large', hint: 'Send less.' },
  414: { code: 'too_large', says: 'refused the request as too long', hint: 'Send less.' },
  415: { code: 'unsupported', says: 'does not take this kind of content' },
  422: { code: 'invalid_input', says: 'refused the request as not valid', hint: 'Check the arguments.' },
  423: { code: 'conflict', says: 'reports that it is locked' },
  428: { code: 'conflict', says: 'asks for a condition on the current state' },
  429: { code: 'rate_limited', says: 'limits how often it is asked', hint: 'Wait, then try again.' },
  451: { code: 'forbidden', says: 'withholds this for legal reasons' },
  500: { code: 'upstream_error', says: 'failed inside' },
  501: { code: 'unsupported', says: 'does not offer this operation' },
  502: { code: 'unavailable', says: 'cannot be reached behind its gateway', hint: 'Try again in a moment.' },
  503: { code: 'unavailable', says: 'is not available now', hint: 'Try again in a moment.' },
  504: { code: 'timeout', says: 'did not answer its gateway in time', hint: 'Try again, or ask for less.' },
};

/**
 * The ToolError that an HTTP status means.
 * @param what names the backend in our own words, for example `Prometheus`; the backend's text stays out of the message.
 */
export const statusError = (response: { status: number; headers: ResponseHeaders }, what: string): ToolError => {
  const { status, headers } = response;
  const reading = BY_STATUS[status] ?? {
    code: 'upstream_error' as const,
    says: status >= 500 ? 'failed inside' : status >= 400 ? 'refused the request' : 'answered in a way that was not expected',
  };
  const wait = reading.code === 'rate_limited' || reading.code === 'unavailable' ? retryAfterMs(headers['retry-after']) : undefined;
  return new ToolError(reading.code, `${what} ${reading.says} (HTTP ${status}).`, {
    hint: reading.hint,
    retryAfterMs: wait,
    details: { status },
  });
};
