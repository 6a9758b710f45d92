import { ToolError, type ErrorCode } from '@deployment-engine/shared/contracts';
import { retryAfterMs, type ResponseHeaders } from '@deployment-engine/shared/platform';
import { oneLine } from '../report/text.ts';

/** `Status` of the Kubernetes API (meta/v1), as far as it is read. */
interface WireStatus {
  message?: string;
  reason?: string;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    causes?: { reason?: string; message?: string; field?: string }[] | null;
    retryAfterSeconds?: number;
  } | null;
}

/** What a refused request would have needed (RBAC). */
export interface Permission {
  verb: string;
  resource: string;
  group: string;
  namespace?: string;
  user: string;
}

const BY_REASON: Record<string, ErrorCode> = {
  Unauthorized: 'unauthenticated',
  Forbidden: 'forbidden',
  NotFound: 'not_found',
  AlreadyExists: 'conflict',
  Conflict: 'conflict',
  Invalid: 'invalid_input',
  BadRequest: 'invalid_input',
  NotAcceptable: 'unsupported',
  UnsupportedMediaType: 'unsupported',
  MethodNotAllowed: 'unsupported',
  Timeout: 'timeout',
  ServerTimeout: 'timeout',
  TooManyRequests: 'rate_limited',
  ServiceUnavailable: 'unavailable',
  RequestEntityTooLarge: 'too_large',
  Expired: 'conflict',
  Gone: 'conflict',
};

const BY_STATUS: Record<number, ErrorCode> = {
  400: 'invalid_input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'unsupported',
  406: 'unsupported',
  409: 'conflict',
  410: 'conflict',
  413: 'too_large',
  415: 'unsupported',
  422: 'invalid_input',
  429: 'rate_limited',
  503: 'unavailable',
  504: 'timeout',
};

const HINTS: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'The credentials of this context are not accepted: sign in again, or correct the kubeconfig.',
  not_found: 'List what is there first (resources_list).',
  invalid_input: 'Correct the named fields; explain shows what a kind has.',
  timeout: 'Try again, or ask for less.',
  rate_limited: 'The API server is busy; wait, then try again.',
  unavailable: 'The API server, or what stands behind it, is not ready; try again in a moment.',
};

/** The HTTP status with which the API server refused, of an error that it caused. */
export const refusedWith = (error: unknown): number | undefined =>
  error instanceof ToolError ? (error.details as { status?: number } | undefined)?.status : undefined;

/** A failed answer of the API server as a ToolError. `context` names the cluster for people. */
export function statusFailure(status: number, body: string, headers: ResponseHeaders, context: string): ToolError {
  const wire = statusOf(body);
  const reason = wire?.reason ?? '';
  const code = BY_REASON[reason] ?? BY_STATUS[status] ?? 'upstream_error';
  const said = oneLine(wire?.message ?? body, 600);
  if (reason === 'Expired' || status === 410)
    return new ToolError('conflict', 'The cursor or version is too old: the API server has forgotten it.', {
      hint: 'Start again without continue.',
      details: { reason: 'expired' },
    });
  const permission = code === 'forbidden' ? permissionOf(said) : undefined;
  const budget = (wire?.details?.causes ?? []).some((one) => one.reason === 'DisruptionBudget');
  if (budget)
    return new ToolError('conflict', said, {
      hint: 'A disruption budget holds this back: wait until more pods are ready.',
      details: { reason: 'DisruptionBudget' },
    });
  const fields = (wire?.details?.causes ?? [])
    .slice(0, 20)
    .map(({ field = '', message = '' }) => ({ field: oneLine(field, 200), message: oneLine(message, 300) }));
  return new ToolError(
    code,
    permission ? refusal(permission) : said === '' ? `The API server of "${context}" answered with HTTP ${status}.` : said,
    {
      hint: permission
        ? `A role that grants it must be bound to ${permission.user}; rbac_check shows what is granted.`
        : /exceeded quota/.test(said)
          ? 'A ResourceQuota is used up: see capacity_report.'
          : HINTS[code],
      retryAfterMs:
        retryAfterMs(headers['retry-after']) ??
        (wire?.details?.retryAfterSeconds === undefined ? undefined : wire.details.retryAfterSeconds * 1000),
      details: {
        status,
        ...(reason === '' ? {} : { reason }),
        ...(permission ? { missing: permission } : {}),
        ...(fields.length > 0 ? { causes: fields } : {}),
      },
    },
  );
}

function statusOf(body: string): WireStatus | undefined {
  if (!body.startsWith('{')) return undefined;
  try {
    return JSON.parse(body) as WireStatus;
  } catch {
    return undefined;
  }
}

/** The words of the RBAC authorizer: `pods is forbidden: User "ada" cannot list resource "pods" in API group "" in the namespace "x"`. */
function permissionOf(message: string): Permission | undefined {
  const found =
    /User "([^"]*)" cannot (\S+) (?:resource "([^"]*)" in API group "([^"]*)"|path "([^"]*)")(?: in the namespace "([^"]*)")?/.exec(
      message,
    );
  if (found === null) return undefined;
  const [, user = '', verb = '', resource, group = '', path, namespace] = found;
  return { verb, resource: resource ?? path ?? '', group, ...(namespace === undefined ? {} : { namespace }), user };
}

function refusal({ verb, resource, group, namespace, user }: Permission): string {
  const where = namespace === undefined ? ' cluster-wide' : ` in the namespace ${namespace}`;
  return `${user} lacks the permission to ${verb} ${resource}${group === '' ? '' : `.${group}`}${where}.`;
}
