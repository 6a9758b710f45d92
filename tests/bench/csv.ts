// The little of CSV that public data sets use: a header line, commas, quotes (RFC 4180).
import { UsageError } from './command.ts';

/**
 * The rows of a CSV text, only the named columns, in the order in which they are named. Fields may be quoted; what surrounds unquoted ones is trimmed.
 * @throws UsageError when a named column is missing or a row is shorter than it
 */
export function readCsv(file: string, text: string, columns: readonly string[]): string[][] {
  const [header = [], ...rows] = parse(text.replace(/^\uFEFF/u, ''));
  const places = columns.map((column) => {
    const place = header.indexOf(column);
    if (place === -1) throw new UsageError(`${file} has no column ${column}: its first line is ${header.join(',')}`);
    return place;
  });
  return rows.map((row, index) =>
    places.map((place) => {
      const field = row[place];
      if (field === undefined) throw new UsageError(`${file}: record ${index + 2} has ${row.length} fields`);
      return field;
    }),
  );
}

/** All records; empty lines are passed over. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  // A quoted field, or all up to the next comma or end of line; then what ended it.
  const field = /[^\S\r\n]*"((?:[^"]|"")*)"[^\S\r\n]*(,|\r?\n|$)|([^,\r\n]*)(,|\r?\n|$)/gu;
  for (const [matched, quoted, afterQuoted, plain = '', afterPlain] of text.matchAll(field)) {
    const end = afterQuoted ?? afterPlain;
    // Past the last line end there is one empty match more.
    if (matched === '' && record.length === 0) break;
    record.push(quoted?.replaceAll('""', '"') ?? plain.trim());
    if (end === ',') continue;
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  }
  return records;
}
