import { createHash } from 'node:crypto';

/** The `prev` of a file's first record. */
export const GENESIS = '0'.repeat(64);

export interface ChainedLine {
  line: string;
  hash: string;
}

/**
 * One line of the chain. The hash covers the line's own bytes without the hash member, and so `seq`, the hash before, and every byte of
 * the record: nothing needs a canonical form, and an edit of white space shows too.
 *
 * @param record a JSON object that is not empty
 */
export function chainLine(seq: number, prev: string, record: string): ChainedLine {
  const rest = record.slice(1);
  const hash = digest(seq, prev, rest);
  return { line: `{"seq":${seq},"prev":"${prev}","hash":"${hash}",${rest}\n`, hash };
}

export interface ReadLine {
  seq: number;
  prev: string;
  hash: string;
  /** The members after the chain's own. */
  record: Record<string, unknown>;
  /** Whether the hash is that of the bytes. */
  intact: boolean;
}

const HEAD = /^\{"seq":(\d{1,15}),"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})",/;

/** Takes a line's bytes (without the line feed) apart; undefined when they have not the form of one. */
export function readChainLine(line: Buffer): ReadLine | undefined {
  const [head, number, prev, hash] = HEAD.exec(line.toString('latin1', 0, 256)) ?? [];
  if (head === undefined || number === undefined || prev === undefined || hash === undefined) return undefined;
  const rest = line.subarray(head.length);
  try {
    const record = JSON.parse(`{${rest.toString('utf8')}`) as Record<string, unknown>;
    return { seq: Number(number), prev, hash, record, intact: digest(Number(number), prev, rest) === hash };
  } catch {
    return undefined;
  }
}

function digest(seq: number, prev: string, rest: string | Buffer): string {
  return createHash('sha256').update(`{"seq":${seq},"prev":"${prev}",`).update(rest).digest('hex');
}
