import type { IncomingMessage } from 'node:http';
import { ToolError } from '../../contracts/index.ts';

/** Reads a request's body up to `limit` bytes; `too_large` beyond, and the rest is not read. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) {
    request.resume();
    return Promise.reject(tooLarge(limit));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.pause();
        request.removeAllListeners('data');
        request.resume();
        reject(tooLarge(limit));
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.once('error', (cause) => reject(new ToolError('cancelled', 'The request ended before its body was complete.', { cause })));
    request.once('aborted', () => reject(new ToolError('cancelled', 'The request ended before its body was complete.')));
  });
}

function tooLarge(limit: number): ToolError {
  return new ToolError('too_large', `The request body is larger than ${limit} bytes.`);
}
