const COLOURS: Readonly<Record<string, string>> = { trace: '90', debug: '36', info: '32', warn: '33', error: '31' };

/** Turns one JSON log line into a line for a person at a terminal. Control characters are shown, not sent: a log line moves no cursor. */
export function prettyLine(json: string, colour: boolean): string {
  const { level, time, name, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const label = String(level).toUpperCase().padEnd(5);
  const painted = colour ? `\u001b[${COLOURS[String(level)] ?? '0'}m${label}\u001b[0m` : label;
  const text = [name === undefined ? '' : `${show(name)}:`, msg === undefined ? '' : show(msg)];
  const rest = Object.entries(fields).map(
    ([key, value]) => `${show(key)}=${typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : show(JSON.stringify(value))}`,
  );
  return `${[clock, painted, ...text, ...rest].filter((part) => part !== '').join(' ')}\n`;
}

function show(value: unknown): string {
  return String(value).replace(
    // Control characters are exactly what is looked for.
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
