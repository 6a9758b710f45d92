// The API server past every MCP server: to prepare the cluster, and as the floor of what a request costs.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { ControlPlane } from '@deployment-engine/shared/testing/control-plane';
import { percentile } from '../command.ts';

export class Api {
  readonly #agent: Agent;
  readonly #server: string;
  readonly #token: string;

  constructor({ url, caFile, token }: ControlPlane) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, ca: readFileSync(caFile) });
    this.#server = url;
    this.#token = token;
  }

  ask(
    method: string,
    path: string,
    body?: unknown,
    accept = 'application/json',
    contentType = 'application/json',
  ): Promise<{ status: number; text: string }> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${this.#server}${path}`,
        {
          agent: this.#agent,
          method,
          headers: {
            authorization: `Bearer ${this.#token}`,
            accept,
            ...(sent === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(sent) }),
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(sent);
    });
  }

  /** Creates an object; one that is there already stays. */
  async make(path: string, body: unknown): Promise<void> {
    const { status, text } = await this.ask('POST', path, body);
    if (status >= 300 && status !== 409) throw new Error(`${path}: ${status} ${text.slice(0, 300)}`);
  }

  /** Milliseconds of the median of so many requests, and the size of the answer. */
  async time(path: string, accept: string, times: number): Promise<{ ms: number; bytes: number }> {
    const taken: number[] = [];
    let bytes = 0;
    for (let turn = 0; turn < times; turn += 1) {
      const begun = performance.now();
      const { text } = await this.ask('GET', path, undefined, accept);
      taken.push(performance.now() - begun);
      bytes = Buffer.byteLength(text);
    }
    return { ms: percentile(taken, 50), bytes };
  }

  close(): void {
    this.#agent.destroy();
  }
}
