import type { Transport } from '@modelcontextprotocol/client';

/** A reply as it came: the bytes of its `result`, or its error. */
export type RawReply = { ok: true; result: Buffer } | { ok: false; error: { code: number; message: string; data?: unknown } };

export interface ForwardOptions {
  signal: AbortSignal;
  /** Progress of this very request. */
  onProgress?: (progress: { progress: number; total?: number; message?: string }) => void;
  /** Headers that the modern HTTP transport needs for this request. */
  headers?: Record<string, string>;
}

/** A connection to an upstream: the SDK's transport, and beside it a way for requests whose results are not parsed. */
export interface Wire extends Transport {
  /** Sends one request, once. Aborting tells the upstream that it is cancelled. */
  forward(method: string, params: Record<string, unknown>, options: ForwardOptions): Promise<RawReply>;
  /** The last lines the upstream wrote to stderr, for people; secrets masked. */
  tail(): string[];
}
