import { classifyInboundRequest, isJsonContentType } from '@modelcontextprotocol/server';

/**
 * Whether the 2026-07-28 road answers this request. It is the SDK's own classification, fed with the body that has been
 * read already; what has no readable JSON body belongs to the handshake road, whose transport words the error.
 */
export function isModern(request: Request, body: unknown): boolean {
  if (request.method !== 'POST' || !isJsonContentType(request.headers.get('content-type')) || body === undefined) return false;
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
  const [protocolVersionHeader, mcpMethodHeader, mcpNameHeader] = [
    header('mcp-protocol-version'),
    header('mcp-method'),
    header('mcp-name'),
  ];
  const outcome = classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(protocolVersionHeader === undefined ? {} : { protocolVersionHeader }),
    ...(mcpMethodHeader === undefined ? {} : { mcpMethodHeader }),
    ...(mcpNameHeader === undefined ? {} : { mcpNameHeader }),
  });
  return outcome.kind !== 'legacy';
}
