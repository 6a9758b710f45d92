import { ToolError } from '@deployment-engine/shared/contracts';

/** Where a list goes on. A page of the API server may hold more than an answer: then it is read again, and what was shown is skipped. */
export interface Cursor {
  /** `continue` of the API server that gave the page; undefined for the first. */
  token?: string | undefined;
  /** The version of the first page, so that it is the same when it is read again. */
  version?: string | undefined;
  /** Objects of the page that were shown. */
  skip: number;
  /** Objects that were shown on all pages before. */
  shown: number;
}

/** A page of the API server that is shown in parts is no longer. */
const MOST_SKIPPED = 10_000;

export function writeCursor({ token, version, skip, shown }: Cursor): string {
  return Buffer.from(JSON.stringify([token ?? '', version ?? '', skip, shown])).toString('base64url');
}

/** @throws ToolError `invalid_input` for what is no cursor of ours */
export function readCursor(text: string | undefined): Cursor {
  if (text === undefined) return { skip: 0, shown: 0 };
  try {
    const [token, version, skip, shown] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
    if (typeof token === 'string' && typeof version === 'string' && isCount(skip) && skip <= MOST_SKIPPED && isCount(shown))
      return { ...(token === '' ? {} : { token }), ...(version === '' ? {} : { version }), skip, shown };
  } catch {
    // falls through: whatever it is, it is not ours
  }
  throw new ToolError('invalid_input', 'This is no cursor of a page before.', { hint: 'Take continue from the answer, or leave it out.' });
}
