import { ToolError } from '../../contracts/error.ts';
import { tunnelRefused } from './connection.ts';

const codeOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return '';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

const NO_CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ENOTFOUND: 'has a host name that does not resolve',
  EAI_AGAIN: 'has a host name that could not be resolved now',
  ENETUNREACH: 'is on a network that cannot be reached',
  EHOSTUNREACH: 'cannot be reached',
  ECONNRESET: 'closed the connection',
  EPIPE: 'closed the connection',
  UND_ERR_SOCKET: 'closed the connection',
  ECONNABORTED: 'closed the connection',
};

const isTls = (code: string): boolean =>
  code.startsWith('ERR_TLS') ||
  code.startsWith('ERR_SSL') ||
  code.startsWith('CERT_') ||
  /SELF_SIGNED|UNABLE_TO_|SIGNATURE|EPROTO/.test(code);

/**
 * Turns whatever the network threw into a ToolError that names the origin only: a path or a query may hold a token.
 * `timeout`, `unavailable`, `upstream_error` or `invalid_input`.
 */
export const networkFailure = (error: unknown, origin: string): ToolError => {
  if (error instanceof ToolError) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
    return new ToolError('timeout', `${origin} did not accept a connection in time.`, {
      cause: error,
      hint: 'Check that it is running and that a firewall lets this host through.',
    });
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return new ToolError('timeout', `${origin} stopped answering.`, {
      cause: error,
      hint: 'Try again, ask for less, or raise the timeout.',
    });
  if (isTls(code))
    return new ToolError('unavailable', `The TLS connection to ${origin} failed (${code}).`, {
      cause: error,
      hint: 'Check its certificate; a private authority is added by the tls.ca setting of this origin.',
    });
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED')
    return new ToolError('cancelled', 'This server is closing its connections.', { cause: error });
  const why = NO_CONNECTION[code];
  if (why !== undefined)
    return new ToolError('unavailable', `${origin} ${why}.`, {
      cause: error,
      hint: 'Check that it is running and that the address is right.',
    });
  // undici reports a proxy's 407 to a forwarded request only by the text of the error.
  if (code === 'UND_ERR_INVALID_ARG' && /\(407\)/.test((error as Error).message)) return tunnelRefused(407);
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED' || code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH')
    return new ToolError('invalid_input', `The request to ${origin} is not valid HTTP.`, { cause: error });
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_FORMAT') || code.startsWith('ERR_BROTLI'))
    return new ToolError('upstream_error', `The compressed answer of ${origin} is broken.`, { cause: error });
  return new ToolError('upstream_error', `${origin} answered with something that is not valid HTTP.`, {
    cause: error,
    hint: 'Check that the address and the port are right.',
  });
};
