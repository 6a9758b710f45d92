// What is used of dockerode's archive packages, which carry no types of their own.

declare module 'tar-fs' {
  interface PackTarget {
    entry(header: import('tar-stream').Header, done: (error?: Error | null) => void): void;
    finalize(): void;
    destroy(error?: Error): void;
  }
  interface PackOptions {
    /** Gets absolute paths; what it accepts is neither read nor walked. */
    ignore?: (path: string) => boolean;
    pack?: PackTarget;
    strict?: boolean;
    sort?: boolean;
  }
  export function pack(folder: string, options: PackOptions): void;
}

declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';
  export interface Header {
    name: string;
    type?: string;
    size?: number;
    mode?: number;
    mtime?: Date;
    uid?: number;
    gid?: number;
    linkname?: string | null;
  }
  export interface Pack extends Readable {
    entry(header: Header, done: (error?: Error | null) => void): unknown;
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
