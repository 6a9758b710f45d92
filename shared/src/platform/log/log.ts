import { writeSync } from 'node:fs';
import type { Logger } from 'pino';
import { prettyLine } from './pretty.ts';
import { redactText, redactValue } from './redact.ts';
import { type StderrDestination, stderrDestination } from './stderr.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

interface LogMethod {
  (message: string): void;
  (fields: object, message?: string): void;
}

/** Where the program says what it does. Fields and messages are redacted before they are written. */
export interface Log {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  /** A log whose lines also carry these fields. */
  child(bindings: object): Log;
  isEnabled(level: LogLevel): boolean;
}

export interface RootLog extends Log {
  /** Settles when what was logged so far is written. */
  flush(): Promise<void>;
}

export interface LogOptions {
  /** The least level that is written; default `info`. */
  level?: LogLevel | 'silent';
  name?: string;
  /** Default: whether stderr is a terminal. */
  pretty?: boolean;
  /** Takes the finished lines in place of stderr. */
  write?: (line: string) => void;
}

/**
 * A log to stderr: one JSON object a line, or one readable line at a terminal; stdout belongs to the protocol and is never written.
 * pino is loaded with the first line that is enabled, so that a quiet start does not pay for it; lines logged meanwhile wait, in order,
 * and are written synchronously should the process exit first.
 */
export function createLog(options: LogOptions = {}): RootLog {
  const { level = 'info', name, pretty = options.write === undefined && process.stderr.isTTY === true } = options;
  const least = level === 'silent' ? Infinity : LOG_LEVELS.indexOf(level);
  const output = new LogOutput({ level, name, pretty, write: options.write });

  function build(bindings: object): Log {
    const method = (at: LogLevel): LogMethod => {
      if (LOG_LEVELS.indexOf(at) < least) return () => undefined;
      return (first: string | object, message?: string) => {
        const [fields, text] = typeof first === 'string' ? [{}, first] : [fieldsOf(first), message];
        output.put({ level: at, fields: { ...bindings, ...fields }, message: text === undefined ? undefined : redactText(text) });
      };
    };
    return {
      trace: method('trace'),
      debug: method('debug'),
      info: method('info'),
      warn: method('warn'),
      error: method('error'),
      child: (more) => build({ ...bindings, ...fieldsOf(more) }),
      isEnabled: (at) => LOG_LEVELS.indexOf(at) >= least,
    };
  }

  return { ...build({}), flush: () => output.flush() };
}

const OWN_NAMES = new Set(['level', 'time', 'name', 'msg']);

/** Redacted, and with no name that the line itself uses: a doubled member would let a field pose as the level or the message. */
function fieldsOf(value: object): object {
  const redacted = redactValue(value instanceof Error ? { err: value } : value);
  if (typeof redacted !== 'object' || redacted === null || Array.isArray(redacted)) return { value: redacted };
  return Object.fromEntries(Object.entries(redacted).map(([name, one]) => [OWN_NAMES.has(name) ? `${name}_` : name, one as unknown]));
}

interface Entry {
  level: LogLevel;
  fields: object;
  message: string | undefined;
}

interface OutputOptions {
  level: LogLevel | 'silent';
  name: string | undefined;
  pretty: boolean;
  write: ((line: string) => void) | undefined;
}

class LogOutput {
  readonly #options: OutputOptions;
  readonly #waiting: Entry[] = [];
  #logger: Logger | undefined;
  #loading: Promise<void> | undefined;
  #stderr: StderrDestination | undefined;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  put(entry: Entry): void {
    if (this.#logger !== undefined) {
      this.#logger[entry.level](entry.fields, entry.message);
      return;
    }
    this.#waiting.push(entry);
    this.#loading ??= this.#load();
  }

  async flush(): Promise<void> {
    await this.#loading;
    await this.#stderr?.flush();
  }

  async #load(): Promise<void> {
    const early = () => {
      for (const entry of this.#waiting.splice(0)) this.#writeNow(entry);
    };
    process.once('exit', early);
    const { pino } = await import('pino');
    process.removeListener('exit', early);
    const { level, name } = this.#options;
    this.#logger = pino(
      {
        level,
        base: name === undefined ? {} : { name },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        // Errors are unfolded and redacted before they come here.
        serializers: { err: (value: unknown) => value },
      },
      this.#lineTaker() ?? (this.#stderr = stderrDestination(pino)).stream,
    );
    for (const { level: at, fields, message } of this.#waiting.splice(0)) this.#logger[at](fields, message);
  }

  #lineTaker(): { write(line: string): void } | undefined {
    const { pretty, write } = this.#options;
    if (!pretty) return write === undefined ? undefined : { write };
    const colour = (process.env.NO_COLOR ?? '') === '' && write === undefined;
    const take = write ?? writeToStderr;
    return { write: (line) => take(prettyLine(line, colour)) };
  }

  #writeNow({ level, fields, message }: Entry): void {
    const { name, pretty, write } = this.#options;
    const line = `${JSON.stringify({ level, time: new Date().toISOString(), ...(name === undefined ? {} : { name }), ...fields, msg: message })}\n`;
    (write ?? writeToStderr)(pretty ? prettyLine(line, false) : line);
  }
}

/** Nobody reads stderr any more, or it is full: the program goes on without it. */
function writeToStderr(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // There is no place left to tell it.
  }
}
