import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AUDIT_FILE } from './audit.ts';
import { GENESIS, readChainLine } from './chain.ts';

export interface AuditProblem {
  file: string;
  /** 1-based; 0 for the file as a whole. */
  line: number;
  reason: string;
}

export interface AuditVerification {
  files: number;
  /** Records of calls, without the marks that open and close a file. */
  records: number;
  /** No sign of tampering. */
  ok: boolean;
  problems: AuditProblem[];
  /** What a crash, a running process or pruning of the oldest files explains. */
  notes: AuditProblem[];
}

const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * Checks every chained file of a folder: an edited, removed, added or moved record breaks the chain; a file that vanished, or lost
 * records at its end that a later file knew of, is missed. A last line that was cut off is noted as an incomplete tail.
 *
 * What it cannot show: the end of the newest file cut at a whole line, and a chain rewritten from some point on in all files by somebody
 * who may write to the folder. Against those, copy the files elsewhere as they grow.
 */
export async function verifyAudit(dir: string): Promise<AuditVerification> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => AUDIT_FILE.test(name)).toSorted();
  const result: AuditVerification = { files: names.length, records: 0, ok: true, problems: [], notes: [] };
  // First what the files say of each other, so that each is read through only once and kept nowhere.
  const claims: { file: string; previous: PreviousRecord }[] = [];
  for (const file of names) {
    const previous = await claimOf(join(dir, file));
    if (previous !== undefined) claims.push({ file, previous });
  }
  const wanted = new Set(claims.map((one) => one.previous.hash));
  const seen = new Set<string>();
  for (const file of names) await verifyFile(dir, file, result, wanted, seen);
  for (const { file, previous } of claims) {
    if (seen.has(previous.hash)) continue;
    if (names.includes(previous.file)) {
      result.problems.push({
        file: previous.file,
        line: 0,
        reason: `a record is missing that ${file} knew of: the end of the file was removed`,
      });
    } else if (names.some((name) => name < previous.file)) {
      result.problems.push({ file: previous.file, line: 0, reason: `the file is missing; ${file} knew of it` });
    } else {
      result.notes.push({ file: previous.file, line: 0, reason: 'older files are gone (pruned)' });
    }
  }
  result.problems.sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line);
  result.ok = result.problems.length === 0;
  return result;
}

async function verifyFile(
  dir: string,
  file: string,
  result: AuditVerification,
  wanted: ReadonlySet<string>,
  seen: Set<string>,
): Promise<void> {
  let expectedSeq = 0;
  let expectedPrev: string | undefined = GENESIS;
  let number = 0;
  let closed = false;
  const problem = (reason: string) => result.problems.push({ file, line: number, reason });

  try {
    for await (const { bytes, complete } of linesOf(join(dir, file))) {
      number++;
      if (!complete) {
        result.notes.push({ file, line: number, reason: 'incomplete tail' });
        continue;
      }
      const line = readChainLine(bytes);
      if (line === undefined) {
        problem('the line has not the form of a record');
        // The next record's own word is all there is to go on from.
        expectedPrev = undefined;
        expectedSeq++;
        continue;
      }
      if (!line.intact) problem('the record was changed');
      else if (closed) problem('a record follows the closing mark');
      if (line.seq !== expectedSeq)
        problem(`record ${expectedSeq} was expected, ${line.seq} is here: records were removed, added or moved`);
      else if (expectedPrev !== undefined && line.prev !== expectedPrev) problem('the record does not follow the one before it');
      if (number === 1 && (line.record.type !== 'open' || line.record.file !== file))
        problem('the file does not begin with its own opening mark');
      closed = line.record.type === 'close';
      if (line.record.type === undefined) result.records++;
      if (wanted.has(line.hash)) seen.add(line.hash);
      expectedSeq = line.seq + 1;
      expectedPrev = line.hash;
    }
  } catch (error) {
    problem(`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    return;
  }
  if (number === 0) result.notes.push({ file, line: 0, reason: 'empty: its process ended before the first record was written' });
  else if (!closed) result.notes.push({ file, line: number, reason: 'not closed: its process still runs, or ended without closing' });
}

interface PreviousRecord {
  file: string;
  hash: string;
}

/** What the first line of a file says of the file before it. */
async function claimOf(path: string): Promise<PreviousRecord | undefined> {
  try {
    for await (const { bytes, complete } of linesOf(path)) {
      const value = complete ? readChainLine(bytes)?.record.previous : undefined;
      if (typeof value !== 'object' || value === null) return undefined;
      const { file, hash } = value as Record<string, unknown>;
      return typeof file === 'string' && typeof hash === 'string' ? { file, hash } : undefined;
    }
  } catch {
    // The reading of the whole file says what is wrong with it.
  }
  return undefined;
}

async function* linesOf(path: string): AsyncGenerator<{ bytes: Buffer; complete: boolean }> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      yield { bytes: Buffer.concat([...rest, chunk.subarray(from, at)]), complete: true };
      rest = [];
      length = 0;
      from = at + 1;
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST_LINE) throw Object.assign(new Error('line too long'), { code: 'line too long' });
  }
  if (length > 0) yield { bytes: Buffer.concat(rest), complete: false };
}
