import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { Readable } from 'node:stream';

export interface Answer {
  status: number;
  text: string;
}

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Readable;
  timeoutMs?: number;
  /** The authority, a PEM file, that an https address is checked by. */
  caFile?: string | undefined;
}

/** Asks `http://…`, `https://…` or `unix:/path/to.sock:/request/path`. */
export function ask(address: string, { method = 'GET', headers = {}, body, timeoutMs = 60_000, caFile }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const unix = /^unix:(.*?\.sock):(\/.*)$/.exec(address);
    const where = unix ? { socketPath: unix[1], path: unix[2], host: 'localhost' } : urlOptions(address);
    const secure = address.startsWith('https:');
    const options = { ...where, method, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) } as const;
    const ca = secure && caFile !== undefined ? { ca: readFileSync(caFile) } : {};
    const outgoing = (secure ? requestSecurely : request)({ ...options, ...ca }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    if (body === undefined || typeof body === 'string') outgoing.end(body);
    else {
      body.on('error', (error) => outgoing.destroy(error));
      body.pipe(outgoing);
    }
  });
}

function urlOptions(address: string): { hostname: string; port: string; path: string } {
  const url = new URL(address);
  return { hostname: url.hostname, port: url.port, path: url.pathname + url.search };
}

/** True when the address answers 2xx soon. */
export async function isHealthy(address: string, caFile?: string): Promise<boolean> {
  try {
    const { status } = await ask(address, { timeoutMs: 2000, caFile });
    return status >= 200 && status < 300;
  } catch {
    return false;
  }
}
