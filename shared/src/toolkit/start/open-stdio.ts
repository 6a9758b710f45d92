import { isUtf8 } from 'node:buffer';
import type { Readable, Writable } from 'node:stream';
import type { Listing } from './listing.ts';
import { Opening } from './opening.ts';

export interface OpenStdioOptions {
  listing: Listing;
  input: Readable;
  output: Writable;
  /** Milliseconds without a message after which the whole server is wanted anyway. */
  patience: number;
  /** Ends the opening as if the client had left. */
  signal?: AbortSignal;
}

/** How an opening ended: the client has left, or the whole server must go on, which gets every byte of the input anew. */
export type Opened = { left: true } | { left: false; answered: ReadonlySet<string | number> };

const NEWLINE = 0x0a;
/** Openings are short; what is longer is not one. */
const MAX_BYTES = 1024 * 1024;

/** Answers a client's opening over stdio. It settles at the first message that the whole server must see, or when the client pauses. */
export function openStdio({ listing, input, output, patience, signal }: OpenStdioOptions): Promise<Opened> {
  const opening = new Opening(listing);
  return new Promise((resolve) => {
    const seen: Buffer[] = [];
    let [size, begun] = [0, 0];
    let idle: NodeJS.Timeout | undefined;
    let over = false;

    const settle = (opened: Opened): void => {
      // what goes wrong later is for whoever reads then
      if (over) return;
      over = true;
      clearTimeout(idle);
      signal?.removeEventListener('abort', left);
      input.off('data', read).off('end', left).off('close', left).pause();
      resolve(opened);
    };
    const left = (): void => settle({ left: true });
    const handOver = (): void => {
      settle({ left: false, answered: opening.answered });
      // the server must know what was said; it does not repeat what has been answered
      input.unshift(Buffer.concat(seen));
    };
    /** False if the line is not for the opening to answer. */
    const hear = (line: Buffer): boolean => {
      const answer = isUtf8(line) ? opening.answer(parsed(line.toString('utf8'))) : 'unsure';
      if (answer === 'unsure') return false;
      if (answer !== 'nothing') output.write(`${JSON.stringify({ result: answer.result, jsonrpc: '2.0', id: answer.id })}\n`);
      return true;
    };
    const read = (chunk: Buffer): void => {
      seen.push(chunk);
      size += chunk.length;
      clearTimeout(idle);
      if (chunk.includes(NEWLINE)) {
        const all = Buffer.concat(seen.splice(0));
        seen.push(all);
        for (let end = all.indexOf(NEWLINE, begun); end !== -1; end = all.indexOf(NEWLINE, begun)) {
          if (!hear(all.subarray(begun, end))) return handOver();
          begun = end + 1;
        }
      }
      if (size > MAX_BYTES) return handOver();
      // one that has said nothing yet may be a probe: it waits at no cost
      idle = setTimeout(handOver, patience);
    };
    signal?.addEventListener('abort', left);
    // a client may go away while the server is loaded, too: the listeners of errors stay
    input.on('data', read).on('end', left).on('close', left).on('error', left);
    output.on('error', left);
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
