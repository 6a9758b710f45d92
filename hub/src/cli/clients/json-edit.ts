import { ToolError } from '@deployment-engine/shared/contracts';

interface Member {
  name: string;
  /** Offsets in the text: of the name's quote, of the value, and behind the value. */
  start: number;
  value: number;
  end: number;
}

interface ObjectSpan {
  /** Offsets of the braces. */
  open: number;
  close: number;
  members: Member[];
}

/**
 * Sets `section.name` in the text of a JSON object and leaves every other byte as it is. The text must be valid JSON without members that
 * are named twice. New lines follow the indentation and the line ends of the rest.
 */
export function setMember(text: string, section: string, name: string, value: unknown): string {
  const root = objectAt(text, text.search(/[^\s\uFEFF]/));
  const found = root.members.find((member) => member.name === section);
  const layout = layoutOf(text, root);
  if (!found) return insert(text, root, section, { [name]: value }, 1, layout);
  const inner = sectionAt(text, found);
  const old = inner.members.find((member) => member.name === name);
  if (!old) return insert(text, inner, name, value, 2, layout);
  return text.slice(0, old.value) + render(value, 2, layout) + text.slice(old.end);
}

/** Takes `section.name` out again. The text itself comes back when it has no such member. */
export function removeMember(text: string, section: string, name: string): string {
  const found = objectAt(text, text.search(/[^\s\uFEFF]/)).members.find((member) => member.name === section);
  if (!found) return text;
  const { open, close, members } = sectionAt(text, found);
  const at = members.findIndex((member) => member.name === name);
  const member = members[at];
  if (!member) return text;
  const [before, after] = [members[at - 1], members[at + 1]];
  if (before) return text.slice(0, before.end) + text.slice(member.end);
  if (after) return text.slice(0, member.start) + text.slice(after.start);
  return text.slice(0, open + 1) + text.slice(close);
}

function sectionAt(text: string, { name, value }: Member): ObjectSpan {
  if (text[value] !== '{')
    throw new ToolError('invalid_input', `"${name}" in the file is not an object.`, {
      hint: 'Correct it by hand; the file is left as it is.',
    });
  return objectAt(text, value);
}

interface Layout {
  /** One step of indentation; undefined: everything stands on one line. */
  unit: string | undefined;
  newline: string;
}

function layoutOf(text: string, root: ObjectSpan): Layout {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  if (root.members.length > 0 && !text.slice(root.open, root.close).includes('\n')) return { unit: undefined, newline };
  return { unit: /\n([ \t]+)"/.exec(text)?.[1] ?? '  ', newline };
}

function render(value: unknown, depth: number, { unit, newline }: Layout): string {
  if (unit === undefined) return JSON.stringify(value);
  return JSON.stringify(value, undefined, unit).replaceAll('\n', newline + unit.repeat(depth));
}

function insert(text: string, { open, close, members }: ObjectSpan, name: string, value: unknown, depth: number, layout: Layout): string {
  const { unit, newline } = layout;
  const member = `${JSON.stringify(name)}:${unit === undefined ? '' : ' '}${render(value, depth, layout)}`;
  const lead = unit === undefined ? '' : newline + unit.repeat(depth);
  const last = members.at(-1);
  if (last) return `${text.slice(0, last.end)},${lead}${member}${text.slice(last.end)}`;
  const tail = unit === undefined ? '' : newline + unit.repeat(depth - 1);
  return text.slice(0, open + 1) + lead + member + tail + text.slice(close);
}

function objectAt(text: string, open: number): ObjectSpan {
  const members: Member[] = [];
  let at = blank(text, open + 1);
  while (text[at] !== '}') {
    const start = at;
    const nameEnd = stringEnd(text, start);
    const value = blank(text, blank(text, nameEnd) + 1);
    const end = valueEnd(text, value);
    members.push({ name: JSON.parse(text.slice(start, nameEnd)) as string, start, value, end });
    at = blank(text, end);
    if (text[at] === ',') at = blank(text, at + 1);
  }
  return { open, close: at, members };
}

function blank(text: string, from: number): number {
  let at = from;
  while (' \t\r\n'.includes(text[at] ?? 'x')) at += 1;
  return at;
}

/** Behind the closing quote. */
function stringEnd(text: string, open: number): number {
  let at = open + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function valueEnd(text: string, start: number): number {
  if (text[start] === '"') return stringEnd(text, start);
  if (text[start] !== '{' && text[start] !== '[') return start + (/^[^\s,\]}]+/.exec(text.slice(start))?.[0].length ?? 0);
  let depth = 0;
  for (let at = start; ;) {
    const one = text[at];
    if (one === '"') {
      at = stringEnd(text, at);
      continue;
    }
    at += 1;
    if (one === '{' || one === '[') depth += 1;
    if ((one === '}' || one === ']') && --depth === 0) return at;
  }
}
