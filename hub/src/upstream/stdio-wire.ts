import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { ToolError } from '@deployment-engine/shared/contracts';
import { type Exec, redactText, type StreamingProcess } from '@deployment-engine/shared/platform';
import { FORWARD_PREFIX, readMessage } from './envelope.ts';
import { LineReader } from './line-reader.ts';
import type { ForwardOptions, RawReply, Wire } from './wire.ts';

export interface StdioWireOptions {
  exec: Exec;
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string | undefined;
}

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const TAIL_LINES = 20;

interface Pending {
  settle: PromiseWithResolvers<RawReply>;
  onProgress: ForwardOptions['onProgress'];
}

/** A child process that speaks MCP on its standard streams. Its whole process tree ends with the wire. */
export class StdioWire implements Wire {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Wire['onmessage'];
  readonly #options: StdioWireOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #tail: string[] = [];
  #child: StreamingProcess | undefined;
  #outgoing = batch();
  #next = 0;
  #closed = false;

  constructor(options: StdioWireOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { exec, command, args, env, cwd } = this.#options;
    const output = new LineReader(MAX_MESSAGE_BYTES, (line) => this.#receive(line));
    const errors = new LineReader(64 * 1024, (line) => this.#remember(line));
    this.#child = await exec.spawnPipe(command, args, {
      env,
      ...(cwd === undefined ? {} : { cwd }),
      onStdout: (chunk) => {
        if (!output.push(chunk)) void this.close();
      },
      onStderr: (chunk) => void errors.push(chunk),
    });
    void this.#child.done.then(
      () => this.#gone(),
      () => this.#gone(),
    );
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#write(`${JSON.stringify(message)}\n`);
  }

  async forward(method: string, params: Record<string, unknown>, { signal, onProgress }: ForwardOptions): Promise<RawReply> {
    const id = `${FORWARD_PREFIX}${this.#next++}`;
    const settle = Promise.withResolvers<RawReply>();
    this.#pending.set(id, { settle, onProgress });
    const cancel = (): void => {
      if (!this.#pending.delete(id)) return;
      void this.#write(
        `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'cancelled by the caller' } })}\n`,
      ).catch(() => undefined);
      settle.reject(signal.reason);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      if (signal.aborted) throw signal.reason;
      const meta = onProgress === undefined ? params['_meta'] : { ...(params['_meta'] as object | undefined), progressToken: id };
      // not awaited: a child that does not read must not keep the deadline from being noticed
      void this.#write(
        `${JSON.stringify({ jsonrpc: '2.0', id, method, params: meta === undefined ? params : { ...params, _meta: meta } })}\n`,
      ).catch(settle.reject);
      return await settle.promise;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#pending.delete(id);
      settle.promise.catch(() => undefined);
    }
  }

  tail(): string[] {
    return [...this.#tail];
  }

  async close(): Promise<void> {
    await this.#child?.stop();
    this.#gone();
  }

  /** Lines of one turn of the event loop leave together: under load a system call for each would be the largest cost of a call. */
  #write(line: string): Promise<void> {
    if (!this.#child || this.#closed) return Promise.reject(gone());
    this.#outgoing.lines.push(line);
    if (this.#outgoing.lines.length === 1) {
      const { lines, sent } = this.#outgoing;
      setImmediate(() => {
        this.#outgoing = batch();
        if (!this.#child || this.#closed) sent.reject(gone());
        else this.#child.write(lines.join('')).then(sent.resolve, sent.reject);
      });
    }
    return this.#outgoing.sent.promise;
  }

  #receive(line: Buffer): void {
    const incoming = readMessage(line);
    if (!incoming) {
      this.onerror?.(new Error('the server wrote a line to stdout that is not JSON-RPC'));
      return;
    }
    if (incoming.kind === 'reply') {
      this.#pending.get(incoming.id)?.settle.resolve(incoming.reply);
      return;
    }
    const { method, params } = incoming.message as { method?: unknown; params?: { progressToken?: unknown; progress?: unknown } };
    if (method === 'notifications/progress' && typeof params?.progressToken === 'string' && typeof params.progress === 'number') {
      const { progressToken: _token, ...progress } = params;
      this.#pending.get(params.progressToken)?.onProgress?.(progress as { progress: number });
      return;
    }
    this.onmessage?.(incoming.message as JSONRPCMessage);
  }

  #remember(line: Buffer): void {
    this.#tail.push(redactText(line.toString('utf8').slice(0, 500)));
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
  }

  #gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { settle } of this.#pending.values()) settle.reject(gone());
    this.#pending.clear();
    this.onclose?.();
  }
}

function batch(): { lines: string[]; sent: PromiseWithResolvers<void> } {
  return { lines: [], sent: Promise.withResolvers<void>() };
}

function gone(): ToolError {
  return new ToolError('unavailable', 'The server ended before it answered.', {
    hint: 'It is being started again. The call was not repeated: check whether it took effect.',
  });
}
