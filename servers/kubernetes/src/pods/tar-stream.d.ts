// What is used of the archive package, which carries no types of its own.
declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';
  export interface Header {
    name: string;
    type?: string;
    size?: number;
    mode?: number;
    mtime?: Date;
    linkname?: string | null;
  }
  export interface Pack extends Readable {
    entry(header: Header, bytes: Buffer, done?: (error?: Error | null) => void): unknown;
    finalize(): void;
  }
  export interface Extract extends Writable {
    on(event: 'entry', listener: (header: Header, stream: Readable, next: (error?: unknown) => void) => void): this;
    on(event: string | symbol, listener: (...args: never[]) => void): this;
  }
  export function pack(): Pack;
  export function extract(): Extract;
}
