import { ToolError } from '@deployment-engine/shared/contracts';
import { statusError, type HttpResponse } from '@deployment-engine/shared/platform';
import { oneLine } from '../words/text.ts';
import type { Door } from './door.ts';
import { labels, list, record, text, texts } from './read.ts';
import type { Labels, RequestOptions } from './types.ts';

/** One condition of a silence on a label (Alertmanager API v2, `matcher`). */
export interface Matcher {
  name: string;
  value: string;
  isRegex: boolean;
  isEqual: boolean;
}

export interface Silence {
  id: string;
  state: string;
  matchers: Matcher[];
  /** RFC 3339. */
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
}

/** What the Alertmanager makes of an alert. */
export interface RoutedAlert {
  labels: Labels;
  state: string;
  silencedBy: string[];
  inhibitedBy: string[];
  receivers: string[];
}

/** The Alertmanager API v2 of one source. Every method throws ToolError. */
export interface AlertmanagerApi {
  alerts(options: RequestOptions): Promise<RoutedAlert[]>;
  silences(options: RequestOptions): Promise<Silence[]>;
  /** `not_found` for an id that is not there. */
  silence(id: string, options: RequestOptions): Promise<Silence>;
  /** Returns the new silence's id. */
  createSilence(silence: Omit<Silence, 'id' | 'state'>, options: RequestOptions): Promise<string>;
  expireSilence(id: string, options: RequestOptions): Promise<void>;
}

export function alertmanagerApi(door: Door): AlertmanagerApi {
  const read = async (path: string, options: RequestOptions): Promise<unknown> =>
    jsonOf(checked(await door.read(`/api/v2/${path}`, {}, options)));
  return {
    alerts: async (options) => list(await read('alerts', options), 'the alerts').map(readAlert),
    silences: async (options) => list(await read('silences', options), 'the silences').map(readSilence),
    silence: async (id, options) => readSilence(await read(`silence/${encodeURIComponent(id)}`, options)),
    async createSilence(silence, options) {
      const made = record(jsonOf(checked(await door.write('POST', '/api/v2/silences', silence, options))), 'the new silence');
      return text(made['silenceID']);
    },
    async expireSilence(id, options) {
      checked(await door.write('DELETE', `/api/v2/silence/${encodeURIComponent(id)}`, undefined, options));
    },
  };
}

function checked(response: HttpResponse): HttpResponse {
  const { status } = response;
  if (status >= 200 && status < 300) return response;
  if (status >= 300 && status < 400) {
    throw new ToolError('upstream_error', 'The Alertmanager redirects instead of answering.', {
      hint: 'Set its final url, and its auth, in alertmanager of this source.',
    });
  }
  const said = messageOf(response);
  // Alertmanager before 0.27 answers 500 for an id that it does not know
  if (status === 404 || /silence not found/i.test(said))
    throw new ToolError('not_found', 'The Alertmanager has no such silence.', { hint: 'silence_list shows the ids.', details: { status } });
  const error = statusError(response, 'The Alertmanager');
  throw new ToolError(error.code, said === '' ? error.message : `The Alertmanager refused this: "${said}".`, {
    hint: error.hint,
    retryAfterMs: error.retryAfterMs,
    details: { status },
  });
}

function messageOf(response: HttpResponse): string {
  if (!/json/i.test(response.headers['content-type'] ?? '')) return '';
  try {
    const body = response.json();
    return oneLine(typeof body === 'string' ? body : text((body as { message?: unknown } | null)?.message));
  } catch {
    return '';
  }
}

function jsonOf(response: HttpResponse): unknown {
  try {
    return response.json();
  } catch (cause) {
    throw new ToolError('upstream_error', 'The answer is not one of the Alertmanager API.', {
      cause,
      hint: 'Check the url in alertmanager of this source: the base, without /api/v2, with its path prefix if there is one.',
    });
  }
}

function readAlert(value: unknown): RoutedAlert {
  const raw = record(value, 'an alert');
  const status = record(raw['status'] ?? {}, 'the status of an alert');
  const receivers = list(raw['receivers'], 'receivers').map((one) => text(record(one, 'a receiver')['name']));
  return {
    labels: labels(raw['labels']),
    state: text(status['state']),
    silencedBy: texts(status['silencedBy'], 'silencedBy'),
    inhibitedBy: texts(status['inhibitedBy'], 'inhibitedBy'),
    receivers,
  };
}

function readSilence(value: unknown): Silence {
  const raw = record(value, 'a silence');
  const matchers = list(raw['matchers'], 'matchers').map((one): Matcher => {
    const matcher = record(one, 'a matcher');
    return {
      name: text(matcher['name']),
      value: text(matcher['value']),
      isRegex: matcher['isRegex'] === true,
      isEqual: matcher['isEqual'] !== false,
    };
  });
  return {
    id: text(raw['id']),
    state: text(record(raw['status'] ?? {}, 'the status of a silence')['state']),
    matchers,
    startsAt: text(raw['startsAt']),
    endsAt: text(raw['endsAt']),
    createdBy: text(raw['createdBy']),
    comment: text(raw['comment']),
  };
}
