import type { Caller } from '@deployment-engine/shared/toolkit';

export type ForwardedParams = Record<string, unknown>;

/** What an upstream that asked for input gave us to keep until the answers come. */
interface Kept {
  keys: string[];
  requestState?: string;
}

const MODERN = '2026-07-28';
const ENVELOPE = 'io.modelcontextprotocol/';
const OURS = 'io.deployment-engine/';

/** The parameters of a forwarded request: ours and the envelope's `_meta` keys go, the upstream's own come. */
export function forwardable(
  method: string,
  params: ForwardedParams,
  caller: Caller,
  era: 'legacy' | 'modern',
  extra: Record<string, unknown> = {},
): { body: ForwardedParams; headers: Record<string, string> } {
  const passed = Object.entries(caller.meta).filter(
    ([key]) => !key.startsWith(ENVELOPE) && !key.startsWith(OURS) && key !== 'progressToken',
  );
  const meta: Record<string, unknown> = { ...Object.fromEntries(passed), ...extra };
  const kept = caller.kept as Kept | undefined;
  const answers = kept?.keys.filter((key) => key in caller.answers).map((key) => [key, caller.answers[key]]) ?? [];
  const rounds =
    kept === undefined
      ? {}
      : { inputResponses: Object.fromEntries(answers), ...(kept.requestState === undefined ? {} : { requestState: kept.requestState }) };
  if (era === 'legacy') return { body: Object.keys(meta).length === 0 ? params : { ...params, _meta: meta }, headers: {} };
  meta[`${ENVELOPE}protocolVersion`] = MODERN;
  meta[`${ENVELOPE}clientInfo`] = { name: 'deployment-engine', version: '0.1.0' };
  meta[`${ENVELOPE}clientCapabilities`] = {
    ...(caller.can.elicitation ? { elicitation: { form: {} } } : {}),
    ...(caller.can.sampling ? { sampling: {} } : {}),
    ...(caller.can.roots ? { roots: {} } : {}),
  };
  if (caller.logLevel !== undefined) meta[`${ENVELOPE}logLevel`] = caller.logLevel;
  const name = params['name'] ?? params['uri'];
  return {
    body: { ...params, ...rounds, _meta: meta },
    headers: {
      'mcp-protocol-version': MODERN,
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': headerValue(name) } : {}),
    },
  };
}

/** 2026-07-28, Streamable HTTP: what does not fit a header is sent as Base64. */
function headerValue(text: string): string {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith('=?base64?')
    ? text
    : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}
