import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** A result, to stdout. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** What goes with a result, to stderr. */
export function note(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Coloured at a terminal; NO_COLOR and its like are respected. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}

/**
 * Text of strangers, such as a server's description: control, bidi and invisible characters are shown, not sent, so that they move no
 * cursor and hide nothing.
 */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu,
    (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The same on one line. */
export function visibleLine(text: string): string {
  return visible(text.replaceAll(/\s+/g, ' ').trim());
}

/** Columns of a table, each as wide as its widest cell; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[], gap = '  '): string {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join(gap)).join('\n');
}

/** Cut to fit one line of the terminal; whole when stdout is none. */
export function fit(text: string, used: number): string {
  const width = process.stdout.isTTY ? Math.max(20, process.stdout.columns - used) : Infinity;
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** A line at a terminal's stderr that is overwritten by the next one, for what takes a while. */
export class Progress {
  #shown = false;

  show(text: string): void {
    if (process.stderr.isTTY !== true) return;
    process.stderr.write(`\r\u001b[2K${visibleLine(text).slice(0, Math.max(20, process.stderr.columns - 1))}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[2K');
    this.#shown = false;
  }
}
