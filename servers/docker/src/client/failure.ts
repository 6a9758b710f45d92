import { ToolError, type ErrorCode } from '@deployment-engine/shared/contracts';

interface EngineFailure {
  statusCode?: number;
  json?: unknown;
  code?: string;
  message?: string;
}

/** An engine's words on one line of bounded length, without what could change how a terminal or a model reads them. */
export function plain(text: unknown, limit = 400): string {
  // Control characters are exactly what is looked for.
  // oxlint-disable-next-line no-control-regex
  const line = String(text)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

function wordsOf(failure: EngineFailure): string {
  const { json } = failure;
  if (typeof json === 'object' && json !== null && !Buffer.isBuffer(json)) {
    const { message, error } = json as { message?: unknown; error?: unknown };
    if (typeof message === 'string') return plain(message);
    if (typeof error === 'string') return plain(error);
  }
  if (Buffer.isBuffer(json) && json.length > 0) return plain(json.toString());
  return plain(failure.message ?? 'no reason given');
}

/** What the engine's words mean where its status does not say: many of its failures are a bare 500. */
const MEANINGS: [RegExp, ErrorCode, string | undefined][] = [
  [
    /no such image|manifest unknown|does not exist locally|manifest for .* not found|repository does not exist|pull access denied/i,
    'not_found',
    'Check the name and tag, or pull it with image_pull; a private registry needs a sign-in in the settings (registries).',
  ],
  [/no such (container|volume|network|exec)|not found: network|network .* not found/i, 'not_found', 'List what is there first.'],
  [
    /unauthorized|authentication required|no basic auth credentials|denied: requested access/i,
    'unauthenticated',
    'The operator gives the sign-in in the settings: registries["<host>"] = { username, password }.',
  ],
  [/port is already allocated|address already in use/i, 'conflict', 'Choose another host port, or stop what uses it.'],
  [
    /already in use|already exists|is in use|being used|has active endpoints|is paused|is not paused|is not running|is restarting/i,
    'conflict',
    undefined,
  ],
  [/no space left on device/i, 'unavailable', 'The engine’s disk is full; see system_df.'],
  [/toomanyrequests|rate limit/i, 'rate_limited', 'The registry limits pulls; wait, or sign in.'],
  [
    /no such host|connection refused|i\/o timeout|network is unreachable|TLS handshake/i,
    'unavailable',
    'The engine could not reach the other side; check its network and the name.',
  ],
  [/permission denied/i, 'forbidden', undefined],
];

const BY_STATUS: Record<number, ErrorCode> = {
  400: 'invalid_input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  406: 'invalid_input',
  409: 'conflict',
  413: 'too_large',
  429: 'rate_limited',
  501: 'unsupported',
  503: 'unavailable',
};

/** A ToolError from words that came inside a stream (pull, push, build), where no status can tell. */
export function failureFromWords(words: string, what: string): ToolError {
  const meaning = MEANINGS.find(([pattern]) => pattern.test(words));
  return new ToolError(meaning?.[1] ?? 'upstream_error', `${what}: ${plain(words)}`, { hint: meaning?.[2] });
}

const UNREACHABLE: Record<string, string> = {
  ENOENT: 'Start the Docker engine, or name another in the settings (hosts) or DOCKER_HOST.',
  ECONNREFUSED: 'Start the Docker engine, or name another in the settings (hosts) or DOCKER_HOST.',
  EACCES: 'This user may not open the socket: join the group docker, or use a rootless engine.',
  EPERM: 'This user may not open the socket: join the group docker, or use a rootless engine.',
  ENOTFOUND: 'The host name does not resolve.',
  ENOTSOCK: 'What lies at that path is not a socket.',
};

/** Turns what dockerode rejects with into a ToolError. */
export function engineFailure(error: unknown, host: string, address: string, signal?: AbortSignal): ToolError {
  if (error instanceof ToolError) return error;
  if (signal?.aborted) {
    return signal.reason instanceof ToolError ? signal.reason : new ToolError('cancelled', 'The call was cancelled.', { cause: error });
  }
  const failure = (error ?? {}) as EngineFailure;
  if (failure.statusCode === undefined) {
    const hint = UNREACHABLE[failure.code ?? ''] ?? 'Check that the engine runs and listens there.';
    const reason = failure.code ?? plain(failure.message ?? 'no answer', 120);
    return new ToolError('unavailable', `The Docker engine "${host}" at ${address} does not answer (${reason}).`, { hint, cause: error });
  }
  const words = wordsOf(failure);
  const byStatus = BY_STATUS[failure.statusCode];
  const meaning = MEANINGS.find(([pattern]) => pattern.test(words));
  const code = byStatus ?? meaning?.[1] ?? 'upstream_error';
  return new ToolError(code, `The engine answered: ${words}`, {
    hint: meaning?.[2] ?? (code === 'not_found' ? 'List what is there first.' : undefined),
    cause: error,
  });
}
