/** Cuts NUL-separated output into records of `width` fields. git ends each record with a line feed where the format says so. */
export function records(output: string, width: number): string[][] {
  // what follows the last NUL is no field
  const fields = output.split('\0').slice(0, -1);
  const rows: string[][] = [];
  for (let at = 0; at + width <= fields.length; at += width) {
    const row = fields.slice(at, at + width);
    row[0] = (row[0] ?? '').replace(/^\n/, '');
    rows.push(row);
  }
  return rows;
}

/** Cuts NUL-ended output into its items. */
export function items(output: string): string[] {
  return output.split('\0').filter((item) => item !== '');
}

/** Text cut at a number of characters, at a line's end where one is near. */
export function cutText(text: string, most: number): { text: string; truncated: boolean } {
  if (text.length <= most) return { text, truncated: false };
  const cut = text.slice(0, most);
  const line = cut.lastIndexOf('\n');
  return { text: line > most / 2 ? cut.slice(0, line + 1) : cut, truncated: true };
}
