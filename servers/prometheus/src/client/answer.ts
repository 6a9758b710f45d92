import { ToolError, type ErrorCode } from '@deployment-engine/shared/contracts';
import { statusError, type HttpResponse } from '@deployment-engine/shared/platform';
import { oneLine } from '../words/text.ts';
import { record, texts } from './read.ts';
import type { Answer } from './types.ts';

/** `error` and `errorType` of a failed answer (Prometheus HTTP API, "Format overview"). */
interface Failure {
  status: number;
  type: string;
  message: string;
}

interface Reading {
  code: ErrorCode;
  says: string;
  hint?: string;
}

const MAX_NOTICES = 10;

/** Position and words of a PromQL parse error: `invalid parameter "query": 1:6: parse error: unclosed left parenthesis`. */
const PARSE_ERROR = /(\d+):(\d+): parse error: ([\s\S]*)$/;

const BY_TYPE: Readonly<Record<string, Reading>> = {
  bad_data: { code: 'invalid_input', says: 'refused the request', hint: 'Correct the arguments.' },
  execution: {
    code: 'invalid_input',
    says: 'could not evaluate the expression',
    hint: 'Correct the expression, for example its label matching or the types it combines.',
  },
  timeout: {
    code: 'timeout',
    says: 'gave up on the query',
    hint: 'Ask for a shorter span, a larger step or fewer series, or raise timeout.',
  },
  canceled: { code: 'unavailable', says: 'broke the query off', hint: 'Try again.' },
  unavailable: { code: 'unavailable', says: 'is not available now', hint: 'Try again in a moment.' },
  internal: { code: 'upstream_error', says: 'failed inside' },
  not_found: { code: 'not_found', says: 'found nothing of that name' },
  too_many_requests: { code: 'rate_limited', says: 'limits how often it is asked', hint: 'Wait, then try again.' },
};

const TOO_MUCH =
  /too many samples|too many chunks|exceed(?:s|ed) (?:the )?(?:maximum|max|limit)|max(?:imum)? (?:number|query|samples|series)|limit.*(?:exceeded|hit)|-search\.max/i;

/** The data of an answer; throws a ToolError for everything that is not a success. `endpoint` is the path's own words, for messages. */
export function readAnswer(response: HttpResponse, endpoint: string): Answer<unknown> {
  const { status, headers } = response;
  if (status >= 300 && status < 400) throw redirectError(headers['location']);
  const body = jsonOf(response);
  if (body?.['status'] === 'success') {
    return { data: body['data'], warnings: notices(body['warnings']), infos: notices(body['infos']) };
  }
  if (body?.['status'] === 'error') {
    throw failure({
      status,
      type: typeof body['errorType'] === 'string' ? body['errorType'] : '',
      message: typeof body['error'] === 'string' ? body['error'] : '',
    });
  }
  throw notTheApi(response, endpoint, body !== undefined);
}

/** True where the server does not know the endpoint: another version, or another program that speaks most of the API. */
export function isMissingEndpoint(error: unknown): boolean {
  return error instanceof ToolError && error.code === 'unsupported';
}

function notices(value: unknown): string[] {
  const all = texts(value, 'warnings');
  const shown = all.slice(0, MAX_NOTICES).map((one) => oneLine(one));
  return all.length > shown.length ? [...shown, `${all.length - shown.length} more`] : shown;
}

function jsonOf(response: HttpResponse): Record<string, unknown> | undefined {
  const type = response.headers['content-type'] ?? '';
  if (/html/i.test(type)) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(response.text());
  } catch {
    return undefined;
  }
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? record(parsed, 'the answer') : undefined;
}

function failure({ status, type, message }: Failure): ToolError {
  const parse = PARSE_ERROR.exec(message);
  if (parse) {
    const [, line, column, words] = parse;
    return new ToolError('invalid_input', `The PromQL does not parse at line ${line}, column ${column}: ${oneLine(words ?? '')}.`, {
      hint: 'Correct the expression there; query_check tries one without evaluating it.',
      details: { reason: 'parse_error', line: Number(line), column: Number(column), message: oneLine(words ?? '') },
    });
  }
  const known = BY_TYPE[type] ?? byStatus(status, message);
  const tooMuch = (known.code === 'invalid_input' || known.code === 'rate_limited') && TOO_MUCH.test(message);
  const reading: Reading = tooMuch
    ? {
        code: 'too_large',
        says: 'refused the query as too expensive',
        hint: 'Ask for a shorter span or a larger step, select fewer series, or aggregate with sum by (…).',
      }
    : known;
  const said = oneLine(message);
  return new ToolError(reading.code, `The source ${reading.says}${said === '' ? '' : `: "${said}"`}.`, {
    hint: reading.hint,
    details: { status, ...(type === '' ? {} : { error_type: oneLine(type, 40) }) },
  });
}

/** Other programs put their own words, or the status itself, where Prometheus has its error types. */
function byStatus(status: number, message: string): Reading {
  if (status === 400 || status === 422) {
    const unparsed = /parse|syntax|unexpected token|cannot/i.test(message);
    return unparsed
      ? { code: 'invalid_input', says: 'could not read the expression', hint: 'Correct the expression.' }
      : BY_TYPE['execution']!;
  }
  const error = statusError({ status, headers: {} }, 'It');
  return { code: error.code, says: 'refused the request', ...(error.hint === undefined ? {} : { hint: error.hint }) };
}

function redirectError(location: string | undefined): ToolError {
  const where = location !== undefined && URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
  return new ToolError('upstream_error', `The source redirects${where} instead of answering.`, {
    hint: "A sign-in page or another scheme is in between: set the final url of the API, and its auth, in the source's configuration.",
  });
}

function notTheApi(response: HttpResponse, endpoint: string, isJson: boolean): ToolError {
  const { status, headers } = response;
  if (status === 401 || status === 403) return credentialError(status);
  if (status === 404 || status === 405 || status === 501) {
    return new ToolError('unsupported', `The source does not offer ${endpoint} (HTTP ${status}).`, {
      hint: 'Its version may be older or it may be another program with a part of the API; if nothing works, its url may lack a path prefix such as /prometheus.',
      details: { status },
    });
  }
  if (status >= 400) return statusError(response, 'The source');
  const html = /html/i.test(headers['content-type'] ?? '') || /^\s*</.test(response.text().slice(0, 200));
  return new ToolError(
    'upstream_error',
    `The source answers with ${html ? 'a web page' : isJson ? 'JSON of another kind' : 'something else'}, not with the Prometheus HTTP API.`,
    {
      hint: "Check the source's url: it must be the base of the API (without /graph or /api/v1), behind no sign-in page, with its path prefix if there is one.",
      details: { status },
    },
  );
}

function credentialError(status: 401 | 403): ToolError {
  return status === 401
    ? new ToolError('unauthenticated', 'The source wants a credential, or does not accept the configured one (HTTP 401).', {
        hint: 'Set auth.bearer, or auth.username and auth.password, of this source in the configuration.',
        details: { status },
      })
    : new ToolError('forbidden', 'The source does not allow this with the configured credential (HTTP 403).', {
        hint: 'Give the credential the right to read, or choose another source.',
        details: { status },
      });
}
