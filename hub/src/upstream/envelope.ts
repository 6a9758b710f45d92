import { scanEnvelope } from '@deployment-engine/native';
import type { RawReply } from './wire.ts';

interface ReplyMessage {
  id?: unknown;
  method?: unknown;
  result?: unknown;
  error?: unknown;
}

/** What a line is: the reply to a forwarded request, whose result stays bytes, or any other message, parsed. */
export type Incoming = { kind: 'reply'; id: string; reply: RawReply } | { kind: 'message'; message: unknown };

/** Ids of forwarded requests begin so; the SDK's own are numbers. */
export const FORWARD_PREFIX = 'fwd-';

const PREFIX = Buffer.from(`"${FORWARD_PREFIX}`);

/** Reads one message. Undefined if it is none: no JSON, or no object. */
export function readMessage(line: Buffer): Incoming | undefined {
  const spans = scanEnvelope(line);
  if (spans?.id && spans.result && !spans.duplicate) {
    const id = line.subarray(spans.id.start, spans.id.end);
    if (id.subarray(0, PREFIX.length).equals(PREFIX)) {
      return {
        kind: 'reply',
        id: id.subarray(1, -1).toString(),
        reply: { ok: true, result: line.subarray(spans.result.start, spans.result.end) },
      };
    }
  }
  let message: ReplyMessage | null;
  try {
    message = JSON.parse(line.toString('utf8')) as ReplyMessage | null;
  } catch {
    return undefined;
  }
  // a line such as "null" is JSON and yet no message
  if (message === null || typeof message !== 'object' || Array.isArray(message)) return undefined;
  if (typeof message.id === 'string' && message.id.startsWith(FORWARD_PREFIX) && message.method === undefined) {
    const reply: RawReply = message.error
      ? { ok: false, error: errorOf(message.error) }
      : { ok: true, result: Buffer.from(JSON.stringify(message.result ?? {})) };
    return { kind: 'reply', id: message.id, reply };
  }
  return { kind: 'message', message };
}

/** An error of any shape as one of JSON-RPC's. */
function errorOf(error: unknown): { code: number; message: string; data?: unknown } {
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown };
  return {
    code: typeof code === 'number' ? code : -32_603,
    message: typeof message === 'string' ? message : 'The server answered with an error without words.',
    ...(data === undefined ? {} : { data }),
  };
}
