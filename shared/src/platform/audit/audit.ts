import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEvent } from '../../contracts/audit.ts';
import { ToolError } from '../../contracts/error.ts';
import { ensureStateFolder } from '../state/index.ts';
import { syncFolder } from '../state/write-atomic.ts';
import { chainLine, GENESIS, readChainLine } from './chain.ts';

export const AUDIT_FILE = /^\d{8}T\d{9}Z-[0-9a-f]{12}\.jsonl$/;

const BATCH_RECORDS = 50;
const BATCH_MS = 20;
const MOST_WAITING = 10_000;
const LONGEST_RECORD = 256 * 1024;

/**
 * When records reach the disk for good:
 * - `batch`: written together and synced at every 50 records or 20 ms, whichever is first, and on close. A power cut or a kill loses at
 *   most that; a crash of the process alone loses what was not written yet, at most as much.
 * - `each`: every record is synced by itself before its `append` settles.
 * - `none`: written like `batch`, synced by the operating system when it likes.
 */
export type AuditSync = 'batch' | 'each' | 'none';

export interface AuditOptions {
  /** Made on the first record, mode 0700. */
  dir: string;
  fsync?: AuditSync;
  /** Told once each time that writing begins to fail. */
  onError?: (error: unknown) => void;
}

/** An append-only record of calls: one hash-chained file a process, opened at the first record. */
export interface Audit {
  /**
   * Takes the record in at once, in order; no file is touched before it returns. The promise settles when the record is on disk as the
   * policy says and may be ignored.
   *
   * @throws (rejects) ToolError `unavailable` when it could not be written
   */
  append(event: AuditEvent): Promise<void>;
  /** Writes what waits and syncs it (unless the policy is `none`). */
  flush(): Promise<void>;
  /** Flushes, marks the file as complete and closes it. Later records are refused. */
  close(): Promise<void>;
  /** The file in use; undefined before the first record. */
  file(): string | undefined;
  /** Why the last write failed; undefined while all is well. Writing is tried again with every batch. */
  failure(): unknown;
}

interface Waiting {
  line: Buffer;
  settle: PromiseWithResolvers<void>;
}

/** Makes an audit log in a folder. Touches nothing until the first record. */
export function createAudit(options: AuditOptions): Audit {
  return new FileAudit(options);
}

class FileAudit implements Audit {
  readonly #dir: string;
  readonly #sync: AuditSync;
  readonly #onError: (error: unknown) => void;
  #opened: Promise<void> | undefined;
  #handle: FileHandle | undefined;
  #file: string | undefined;
  #seq = 0;
  #hash = GENESIS;
  #size = 0;
  #records: { text: string; settle: PromiseWithResolvers<void> }[] = [];
  #lines: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #inFlight = false;
  #failure: unknown;
  #closed: Promise<void> | undefined;
  readonly #atExit = () => this.#writeRest();

  constructor({ dir, fsync = 'batch', onError = () => undefined }: AuditOptions) {
    this.#dir = dir;
    this.#sync = fsync;
    this.#onError = onError;
  }

  file(): string | undefined {
    return this.#file;
  }

  failure(): unknown {
    return this.#failure;
  }

  append(event: AuditEvent): Promise<void> {
    const settle = Promise.withResolvers<void>();
    // Whoever does not wait is not to be struck down by an unhandled rejection; `failure` tells.
    settle.promise.catch(() => undefined);
    if (this.#closed !== undefined) {
      settle.reject(new ToolError('unavailable', 'The audit log is closed.'));
    } else if (this.#records.length + this.#lines.length >= MOST_WAITING) {
      settle.reject(
        new ToolError('unavailable', 'The audit log cannot be written and its queue is full.', {
          hint: `Free some space for ${this.#dir}.`,
        }),
      );
    } else {
      this.#records.push({ text: recordText(event), settle });
      this.#schedule();
    }
    return settle.promise;
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#records.length + this.#lines.length > 0 || this.#writing !== undefined) {
      await (this.#writing ?? this.#start());
      if (this.#failure !== undefined && this.#writing === undefined) throw unwritable(this.#dir, this.#failure);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    try {
      await this.flush();
    } finally {
      if (this.#handle !== undefined && this.#failure === undefined) {
        this.#records.push({ text: JSON.stringify({ type: 'close', time: Date.now() }), settle: Promise.withResolvers<void>() });
        await this.flush();
      }
      process.removeListener('exit', this.#atExit);
      await this.#handle?.close();
      this.#handle = undefined;
    }
  }

  #schedule(): void {
    if (this.#writing !== undefined) return;
    if (this.#sync === 'each' || this.#records.length >= BATCH_RECORDS) void this.#start();
    else this.#timer ??= setTimeout(() => void this.#start(), BATCH_MS);
  }

  #start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeBatch().finally(() => {
      this.#writing = undefined;
      if (this.#records.length > 0 && this.#failure === undefined) this.#schedule();
    });
    return this.#writing;
  }

  async #writeBatch(): Promise<void> {
    try {
      await (this.#opened ??= this.#open());
      // Chained once: a batch that is tried again keeps its place and its hashes.
      const take = this.#sync === 'each' ? 1 - this.#lines.length : Infinity;
      for (const { text, settle } of this.#records.splice(0, take)) this.#lines.push({ line: this.#chain(text), settle });
      await this.#put(Buffer.concat(this.#lines.map((one) => one.line)));
    } catch (error) {
      if (this.#handle === undefined) this.#opened = undefined;
      const first = this.#failure === undefined;
      this.#failure = error;
      const failed = unwritable(this.#dir, error);
      // They stay in the queue and are tried again, but nobody is left waiting for a disk.
      for (const { settle } of [...this.#lines, ...this.#records]) settle.reject(failed);
      if (first) this.#onError(error);
    }
  }

  async #put(bytes: Buffer): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined || bytes.length === 0) return;
    this.#inFlight = true;
    try {
      for (let done = 0; done < bytes.length;)
        done += (await handle.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten;
      if (this.#sync !== 'none') await handle.datasync();
    } catch (error) {
      // Half a batch must not stay: it would come again with the next try.
      await handle.truncate(this.#size).catch(() => undefined);
      throw error;
    } finally {
      this.#inFlight = false;
    }
    this.#size += bytes.length;
    this.#failure = undefined;
    for (const { settle } of this.#lines.splice(0)) settle.resolve();
  }

  #chain(text: string): Buffer {
    const { line, hash } = chainLine(this.#seq, this.#hash, text);
    this.#seq++;
    this.#hash = hash;
    return Buffer.from(line);
  }

  async #open(): Promise<void> {
    await ensureStateFolder(this.#dir);
    const started = new Date();
    const name = `${started.toISOString().replace(/[-:.]/g, '')}-${randomBytes(6).toString('hex')}.jsonl`;
    const previous = await lastRecordOfNewest(this.#dir);
    const path = join(this.#dir, name);
    const handle = await open(path, 'wx', 0o600);
    await syncFolder(this.#dir);
    this.#handle = handle;
    this.#file = path;
    const header = { type: 'open', time: started.getTime(), file: name, pid: process.pid, ...(previous === undefined ? {} : { previous }) };
    this.#lines.unshift({ line: this.#chain(JSON.stringify(header)), settle: Promise.withResolvers<void>() });
    process.once('exit', this.#atExit);
  }

  /** The process ends without `close`: what waits is written at once, unless a write is under way whose end nobody will see. */
  #writeRest(): void {
    if (this.#handle === undefined || this.#inFlight) return;
    const bytes = Buffer.concat([...this.#lines.map((one) => one.line), ...this.#records.map((one) => this.#chain(one.text))]);
    try {
      if (bytes.length > 0) writeSync(this.#handle.fd, bytes, 0, bytes.length, this.#size);
    } catch {
      // The process is ending; there is nobody left to tell.
    }
  }
}

function recordText(event: AuditEvent): string {
  let text: string;
  try {
    text = JSON.stringify(event, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    if (text.length <= LONGEST_RECORD) return text;
  } catch {
    // Arguments that cannot be written down (a circle) must not keep the call itself out of the record.
  }
  return JSON.stringify({ ...event, arguments: '[too large or unreadable]', reason: event.reason?.slice(0, 1000) });
}

function unwritable(dir: string, cause: unknown): ToolError {
  return new ToolError('unavailable', 'The audit log cannot be written.', { hint: `Check the space and permissions of ${dir}.`, cause });
}

interface PreviousFile {
  file: string;
  hash: string;
}

/** Each file names the newest record that was there when it began, so that a file that vanishes or loses its end is missed. */
async function lastRecordOfNewest(dir: string): Promise<PreviousFile | undefined> {
  const names = (await readdir(dir)).filter((name) => AUDIT_FILE.test(name)).toSorted();
  for (const file of names.toReversed()) {
    const hash = await lastHash(join(dir, file));
    if (hash !== undefined) return { file, hash };
  }
  return undefined;
}

async function lastHash(path: string): Promise<string | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - 2 * LONGEST_RECORD);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    // What follows the last line feed is nothing, or a line that is not finished.
    const end = buffer.lastIndexOf(10, bytesRead);
    if (end <= 0) return undefined;
    return readChainLine(buffer.subarray(buffer.lastIndexOf(10, end - 1) + 1, end))?.hash;
  } catch {
    // A file that cannot be read is for `verifyAudit` to report; it keeps nobody from recording.
    return undefined;
  } finally {
    await handle.close();
  }
}
