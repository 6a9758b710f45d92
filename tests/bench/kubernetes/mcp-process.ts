// One MCP server as a child process, asked over stdio.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { percentile } from '../command.ts';
import { usageOf } from '../process-stats.ts';

/** An answer as it came: its bytes are what a client would hand to a model. */
export interface Answer {
  bytes: number;
  isError: boolean;
  text: string;
  ms: number;
}

export interface ListedTool {
  name: string;
  [field: string]: unknown;
}

/** Tokens by the usual rule of thumb: four bytes each. */
export const tokens = (bytes: number): number => Math.round(bytes / 4);

export class McpProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    number,
    (message: { result?: Record<string, unknown>; error?: { message?: string } }, bytes: number) => void
  >();
  readonly tools: ListedTool[] = [];
  /** Bytes of the list of tools. */
  listBytes = 0;
  /** From the start of the process to its complete list of tools. */
  startMs = 0;
  /** Resident memory once the list is there, MiB. */
  startRss = 0;
  #id = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    let rest = '';
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        // not every server keeps its standard output to the protocol
        if (!line.startsWith('{')) continue;
        const message = JSON.parse(line) as { id?: number; result?: Record<string, unknown> };
        if (message.id === undefined || !('result' in message || 'error' in message)) continue;
        this.#waiting.get(message.id)?.(message, Buffer.byteLength(line));
        this.#waiting.delete(message.id);
      }
    });
  }

  static async start(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<McpProcess> {
    const begun = performance.now();
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } });
    const server = new McpProcess(child);
    await server.#ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } });
    child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    let cursor: unknown;
    do {
      const { result, bytes } = await server.#ask('tools/list', cursor === undefined ? {} : { cursor });
      server.tools.push(...((result?.['tools'] as ListedTool[] | undefined) ?? []));
      server.listBytes += bytes;
      cursor = result?.['nextCursor'];
    } while (cursor !== undefined);
    server.startMs = performance.now() - begun;
    server.startRss = server.rss();
    return server;
  }

  /** MiB. */
  rss(): number {
    return usageOf(this.#child.pid!).rssMiB;
  }

  async call(name: string, args: object): Promise<Answer> {
    const begun = performance.now();
    const { result, error } = await this.#ask('tools/call', { name, arguments: args });
    const ms = performance.now() - begun;
    if (error !== undefined) return { bytes: Buffer.byteLength(JSON.stringify(error)), isError: true, text: error.message ?? '', ms };
    const content = (result?.['content'] as { text?: string }[] | undefined) ?? [];
    return {
      bytes: Buffer.byteLength(JSON.stringify(result)),
      isError: result?.['isError'] === true,
      text: content.map(({ text = '' }) => text).join('\n'),
      ms,
    };
  }

  /** The same call several times: the last answer, and the median of the times. */
  async repeat(name: string, args: object, times: number): Promise<Answer> {
    const answers: Answer[] = [];
    for (let turn = 0; turn < times; turn += 1) answers.push(await this.call(name, args));
    return {
      ...answers.at(-1)!,
      ms: percentile(
        answers.map(({ ms }) => ms),
        50,
      ),
    };
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin!.end();
    this.#child.kill('SIGTERM');
    await ended;
  }

  #ask(method: string, params: object): Promise<{ result?: Record<string, unknown>; error?: { message?: string }; bytes: number }> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error(`the server ended while it was asked ${method}`));
      this.#child.once('exit', onExit);
      this.#waiting.set(id, (message, bytes) => {
        this.#child.off('exit', onExit);
        resolve({ ...message, bytes });
      });
      this.#child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }
}
