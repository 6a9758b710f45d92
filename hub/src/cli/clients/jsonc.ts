/**
 * JSON with comments and commas before closing brackets, as editors read it, turned into JSON: both become blanks, so that every place
 * keeps its line and column.
 */
export function withoutComments(text: string): string {
  const blanked = text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : found.replace(/[^\r\n]/g, ' '),
  );
  return blanked.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])/g, (found) => (found === ',' ? ' ' : found));
}
