import type { Readable } from 'node:stream';

export interface Chunk {
  stream: 'stdout' | 'stderr';
  bytes: Buffer;
}

const HEADER = 8;

/**
 * Splits a container's output. Without a terminal the engine sends frames: a byte that names the stream (0 stdin, 1 stdout, 2 stderr),
 * three zero bytes, a big-endian 32-bit length, the bytes (Engine API, "Stream format"). A frame is passed on as it comes, so that a large
 * one is never held whole. With a terminal everything is stdout.
 */
export async function* chunksOf(stream: Readable, tty: boolean): AsyncGenerator<Chunk> {
  let header = Buffer.alloc(0);
  let left = 0;
  let kind: Chunk['stream'] = 'stdout';
  for await (const part of stream) {
    let bytes = part as Buffer;
    if (tty) {
      yield { stream: 'stdout', bytes };
      continue;
    }
    while (bytes.length > 0) {
      if (left === 0) {
        const taken = Math.min(HEADER - header.length, bytes.length);
        header = Buffer.concat([header, bytes.subarray(0, taken)]);
        bytes = bytes.subarray(taken);
        if (header.length < HEADER) break;
        kind = header[0] === 2 ? 'stderr' : 'stdout';
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const taken = Math.min(left, bytes.length);
      yield { stream: kind, bytes: bytes.subarray(0, taken) };
      left -= taken;
      bytes = bytes.subarray(taken);
    }
  }
}

/** Newline-separated JSON records; what does not parse is left out. */
export async function* recordsOf<T>(stream: Readable): AsyncGenerator<T> {
  let rest = '';
  const decoder = new TextDecoder();
  const parse = (line: string): T[] => {
    try {
      return line.trim() === '' ? [] : [JSON.parse(line) as T];
    } catch {
      return [];
    }
  };
  for await (const part of stream) {
    const lines = (rest + decoder.decode(part as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield* parse(line);
  }
  yield* parse(rest);
}
