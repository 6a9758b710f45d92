import { localhostAllowedHostnames, validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';
import type { IncomingMessage, ServerResponse } from '../../platform/listen/index.ts';

/** Stops DNS rebinding: the Host, and the Origin if there is one, must be names of this machine. True if the request may go on. */
export function guardHostAndOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: readonly string[] = localhostAllowedHostnames(),
): boolean {
  const host = validateHostHeader(request.headers.host, [...allowed]);
  if (!host.ok) {
    answerError(response, 403, -32_000, `Host refused: ${host.message}`);
    return false;
  }
  const origin = validateOriginHeader(request.headers.origin, [...allowed]);
  if (!origin.ok) {
    answerError(response, 403, -32_000, `Origin refused: ${origin.message}`);
    return false;
  }
  return true;
}

/** A JSON-RPC error for a request whose id is not known or does not matter. */
export function answerError(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }));
}
