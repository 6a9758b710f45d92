// The little of CSV that public data sets use: a header line, commas, quotes (RFC 4180).
import { UsageError } from './command.ts';

/**
 * Calls `take` with the named columns of each row of a CSV text, in the order in which they are named; the array is used again for the next row. Fields may be quoted;
 * what surrounds unquoted ones is trimmed. Empty lines are passed over.
 * @throws UsageError when a named column is missing or a row is shorter than it
 */
export function eachRow(file: string, text: string, columns: readonly string[], take: (fields: readonly string[]) => void): void {
  let places: readonly number[] | undefined;
  let records = 0;
  const fields = columns.map(() => '');
  eachRecord(text.replace(/^\uFEFF/u, ''), (record, length) => {
    records += 1;
    if (places === undefined) {
      places = columns.map((column) => placeOf(file, column, record.slice(0, length)));
      return;
    }
    let at = 0;
    for (const place of places) {
      const field = record[place];
      if (field === undefined || place >= length) throw new UsageError(`${file}: record ${records} has ${length} fields`);
      fields[at] = field;
      at += 1;
    }
    take(fields);
  });
  if (places === undefined) columns.map((column) => placeOf(file, column, []));
}

function placeOf(file: string, column: string, header: readonly string[]): number {
  const place = header.indexOf(column);
  if (place === -1) throw new UsageError(`${file} has no column ${column}: its first line is ${header.join(',')}`);
  return place;
}

// A quoted field and what ends it, from where the field begins.
const quoted = /[^\S\r\n]*"((?:[^"]|"")*)"[^\S\r\n]*(?:,|\r?\n|$)/uy;

/** Calls `take` with each record that is not an empty line and how many fields it has; the array is used again and may be longer. */
function eachRecord(text: string, take: (record: readonly string[], length: number) => void): void {
  const record: string[] = [];
  let length = 0;
  let at = 0;
  // The next of each, looked for again only once it is behind, so that a text is walked through once.
  let [comma, line] = [text.indexOf(','), text.indexOf('\n')];
  while (at < text.length || length > 0) {
    if (comma !== -1 && comma < at) comma = text.indexOf(',', at);
    if (line !== -1 && line < at) line = text.indexOf('\n', at);
    let end = comma !== -1 && (line === -1 || comma < line) ? comma : line === -1 ? text.length : line;
    const plain = text.slice(at, end).trim();
    quoted.lastIndex = at;
    const match = plain.startsWith('"') ? quoted.exec(text) : null;
    if (match === null) record[length] = plain;
    else {
      record[length] = (match[1] ?? '').replaceAll('""', '"');
      const last = text[quoted.lastIndex - 1];
      end = last === ',' || last === '\n' ? quoted.lastIndex - 1 : text.length;
    }
    length += 1;
    at = end + 1;
    if (text[end] === ',') continue;
    if (length > 1 || record[0] !== '') take(record, length);
    length = 0;
  }
}
