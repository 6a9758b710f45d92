import { CLIENT_CAPABILITIES_META_KEY, type Server, type ServerContext } from '@modelcontextprotocol/server';
import type { AskCapabilities } from '../ask.ts';

/** What a client can be asked for, by the capabilities that it has declared. */
export function declaredCapabilities(declared: object = {}): AskCapabilities {
  const { elicitation, sampling, roots } = declared as Record<string, unknown>;
  return { elicitation: isObject(elicitation), sampling: isObject(sampling), roots: isObject(roots) };
}

/** The same for a request: in 2026-07-28 each says it anew, before that the handshake has said it. */
export function requestCapabilities(server: Server, ctx: ServerContext): AskCapabilities {
  const { envelope } = ctx.mcpReq;
  return envelope === undefined
    ? handshakeCapabilities(server)
    : declaredCapabilities((envelope as Record<string, object | undefined>)[CLIENT_CAPABILITIES_META_KEY]);
}

export function handshakeCapabilities(server: Server): AskCapabilities {
  return declaredCapabilities(server.getClientCapabilities());
}

function isObject(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
