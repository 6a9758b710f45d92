import { randomUUID } from 'node:crypto';
import { type Caller, ResultBody, type ResourceContent } from '@deployment-engine/shared/toolkit';
import { ToolError } from '@deployment-engine/shared/contracts';

const KEEP_MS = 15 * 60_000;
const MAX_KEPT_BYTES = 128 * 1024 * 1024;
const SHOWN_BYTES = 16 * 1024;

interface Kept {
  bytes: Buffer;
  principal: string;
  expires: number;
}

/** Results that are too large to pass on: their beginning is passed, the whole stays readable for its caller for 15 minutes. */
export class LargeResults {
  readonly #limit: number;
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  fit(body: ResultBody, caller: Caller): ResultBody {
    const { bytes } = body;
    if (bytes.length <= this.#limit) return body;
    const uri = this.#keep(bytes, caller.principal.id);
    const start = bytes.subarray(0, Math.min(SHOWN_BYTES, this.#limit)).toString('utf8');
    const note = `The result has ${bytes.length} bytes; ${this.#limit} are passed on at most. The whole of it can be read for 15 minutes at ${uri}. It begins:`;
    return ResultBody.of({
      ...(body.isError ? { isError: true } : {}),
      content: [
        { type: 'text', text: note },
        { type: 'text', text: start },
        { type: 'resource_link', uri, name: 'whole result', mimeType: 'application/json' },
      ],
    });
  }

  /** `uri` without the hub's prefix. */
  read(uri: string, caller: Caller): ResourceContent[] {
    const found = this.#kept.get(uri);
    if (!found || found.principal !== caller.principal.id || found.expires < Date.now())
      throw new ToolError('not_found', 'There is no such result, or its 15 minutes are over.', {
        hint: 'Call the tool again, and ask it for less.',
      });
    return [{ uri: `hub+${uri}`, mimeType: 'application/json', text: found.bytes.toString('utf8') }];
  }

  #keep(bytes: Buffer, principal: string): string {
    const now = Date.now();
    for (const [uri, { expires, bytes: old }] of this.#kept) {
      if (expires >= now && this.#size + bytes.length <= MAX_KEPT_BYTES) break;
      this.#kept.delete(uri);
      this.#size -= old.length;
    }
    const uri = `result://${randomUUID()}`;
    this.#kept.set(uri, { bytes, principal, expires: now + KEEP_MS });
    this.#size += bytes.length;
    return `hub+${uri}`;
  }
}
