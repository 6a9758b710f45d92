import { ToolError } from '@deployment-engine/shared/contracts';
import { InputRequired, type InputRequest, MissingCapability } from '@deployment-engine/shared/toolkit';
import type { RawReply } from './wire.ts';

const OPENING_BRACE = 0x7b;

/** The bytes of a result. A result that asks for input first is thrown as that. */
export function resultOf(reply: RawReply): Buffer {
  if (!reply.ok) throw errorFrom(reply.error);
  // it is put into a message of ours as it is
  if (reply.result[0] !== OPENING_BRACE) throw new ToolError('upstream_error', 'The server answered with something that is no result.');
  // looking for the word is cheaper than parsing every result
  if (!reply.result.includes('"input_required"')) return reply.result;
  const result = JSON.parse(reply.result.toString('utf8')) as { resultType?: unknown; inputRequests?: Record<string, InputRequest>; requestState?: string };
  if (result.resultType !== 'input_required') return reply.result;
  const requests = result.inputRequests ?? {};
  throw new InputRequired(requests, { keys: Object.keys(requests), requestState: result.requestState });
}

const CAPABILITIES = ['elicitation', 'sampling', 'roots'] as const;

/** A protocol error of the upstream, as a result that says whose it is. */
function errorFrom({ code, message, data }: { code: number; message: string; data?: unknown }): ToolError {
  const { requiredCapabilities, uri } = (data ?? {}) as { requiredCapabilities?: object; uri?: unknown };
  const capability = CAPABILITIES.find((name) => name in (requiredCapabilities ?? {}));
  if (code === -32_021 && capability !== undefined) return new MissingCapability(capability);
  // 2026-07-28 tells a missing resource from other bad parameters only by its URI
  const kind = code === -32_002 || (code === -32_602 && uri !== undefined) ? 'not_found' : code === -32_602 ? 'invalid_input' : 'upstream_error';
  return new ToolError(kind, message, { details: { jsonrpc_code: code, ...(data === undefined ? {} : { data }) } });
}
