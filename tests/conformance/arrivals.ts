import type { IncomingMessage } from 'node:http';

/** What has arrived at a server: `method` or `method name-or-uri`, in order. */
export class Arrivals {
  readonly entries: string[] = [];

  /** Reads a request's body beside the server, without taking it away. */
  readonly observe = (request: IncomingMessage): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const entry = entryOf(Buffer.concat(chunks).toString('utf8'));
      if (entry !== undefined) this.entries.push(entry);
    });
  };
}

function entryOf(text: string): string | undefined {
  let message: { method?: unknown; params?: { name?: unknown; uri?: unknown } };
  try {
    message = JSON.parse(text) as typeof message;
  } catch {
    return undefined;
  }
  const { method, params } = message;
  if (typeof method !== 'string') return undefined;
  const subject = params?.name ?? params?.uri;
  return typeof subject === 'string' ? `${method} ${subject}` : method;
}
