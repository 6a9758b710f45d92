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
  if (!reply.result.includes('"input_required"')) return onOneLine(reply.result);
  const result = parsed(reply.result) as { resultType?: unknown; inputRequests?: Record<string, InputRequest>; requestState?: string };
  if (result.resultType !== 'input_required') return onOneLine(reply.result);
  const requests = result.inputRequests ?? {};
  throw new InputRequired(requests, { keys: Object.keys(requests), requestState: result.requestState });
}

/** A line break would end a message on stdio or an event over HTTP: what follows it would pass for a message of ours. */
function onOneLine(bytes: Buffer): Buffer {
  return bytes.includes(0x0a) || bytes.includes(0x0d) ? Buffer.from(JSON.stringify(parsed(bytes))) : bytes;
}

/** The value in the bytes of a result. Throws `upstream_error` where they are not JSON: nobody has looked at them before. */
export function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (cause) {
    throw new ToolError('upstream_error', 'The server answered with something that is not JSON.', { cause });
  }
}

const CAPABILITIES = ['elicitation', 'sampling', 'roots'] as const;

/** A protocol error of the upstream, as a result that says whose it is. */
function errorFrom({ code, message, data }: { code: number; message: string; data?: unknown }): ToolError {
  const { requiredCapabilities, uri } = (data ?? {}) as { requiredCapabilities?: unknown; uri?: unknown };
  const required = typeof requiredCapabilities === 'object' ? (requiredCapabilities ?? {}) : {};
  const capability = CAPABILITIES.find((name) => Object.hasOwn(required, name));
  if (code === -32_021 && capability !== undefined) return new MissingCapability(capability);
  // 2026-07-28 tells a missing resource from other bad parameters only by its URI
  const kind =
    code === -32_002 || (code === -32_602 && uri !== undefined) ? 'not_found' : code === -32_602 ? 'invalid_input' : 'upstream_error';
  return new ToolError(kind, message, { details: { jsonrpc_code: code, ...(data === undefined ? {} : { data }) } });
}
