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

/** Whole results, for 15 minutes and within 128 MiB; each for its own caller. */
export class KeptResults {
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  /** The whole result, or undefined where there is none for this principal. */
  find(uri: string, principal: string): Buffer | undefined {
    const found = this.#kept.get(uri);
    return found?.principal === principal && found.expires >= Date.now() ? found.bytes : undefined;
  }

  /** Returns the URI under which it is found. */
  add(bytes: Buffer, principal: string): string {
    const now = Date.now();
    for (const [uri, { expires, bytes: old }] of this.#kept) {
      if (expires >= now && this.#size + bytes.length <= MAX_KEPT_BYTES) break;
      this.#kept.delete(uri);
      this.#size -= old.length;
    }
    const uri = `result://${randomUUID()}`;
    this.#kept.set(uri, { bytes, principal, expires: now + KEEP_MS });
    this.#size += bytes.length;
    return uri;
  }
}

/** Results that are too large to pass on: their beginning is passed, the whole stays readable for its caller. */
export class LargeResults {
  readonly #limit: number;
  readonly #kept: KeptResults;

  constructor(limitBytes: number, kept = new KeptResults()) {
    this.#limit = limitBytes;
    this.#kept = kept;
  }

  fit(body: ResultBody, caller: Caller): ResultBody {
    const { bytes } = body;
    if (bytes.length <= this.#limit) return body;
    const uri = `hub+${this.#kept.add(bytes, caller.principal.id)}`;
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
    const bytes = this.#kept.find(uri, caller.principal.id);
    if (bytes === undefined)
      throw new ToolError('not_found', 'There is no such result, or its 15 minutes are over.', {
        hint: 'Call the tool again, and ask it for less.',
      });
    return [{ uri: `hub+${uri}`, mimeType: 'application/json', text: bytes.toString('utf8') }];
  }
}
