import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface EnvelopeAddon {
  scanEnvelope(bytes: Uint8Array, offsets: Int32Array): boolean;
}

/** A half-open range of bytes. A string's span covers its quotes too. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the parts of a JSON-RPC message lie. What is nested deeper than `params` is skipped, not validated. */
export interface Envelope {
  readonly id: Span | undefined;
  /** Only when it is a string. */
  readonly method: Span | undefined;
  readonly params: Span | undefined;
  /** `params.name`, `params.arguments`, `params._meta` */
  readonly name: Span | undefined;
  readonly arguments: Span | undefined;
  readonly meta: Span | undefined;
  readonly result: Span | undefined;
  readonly error: Span | undefined;
  /** Offset after the brace that opens the message, and the one that opens `params` when that is an object. */
  readonly messageOpen: number;
  readonly paramsOpen: number | undefined;
  readonly messageEmpty: boolean;
  readonly paramsEmpty: boolean;
  /** A key that is looked for occurs twice. Receivers differ on what that means: parse such a message in full. */
  readonly duplicate: boolean;
  /** The bytes hold a line feed or carriage return: not to be written to a line-framed stream as they are. */
  readonly multiline: boolean;
}

/** The addon's answer: flags, two offsets, eight spans. JavaScript reads it before the next scan. */
const offsets = new Int32Array(19);

/**
 * Reads where the parts of one message lie, without parsing it. Keys are compared after decoding their escapes.
 * Undefined when the bytes are not one JSON object (a batch is not): parsing in full then gives the batch or the error.
 */
export function scanEnvelope(bytes: Uint8Array): Envelope | undefined {
  if (!binding().scanEnvelope(bytes, offsets)) return undefined;
  const flags = at(0);
  const paramsOpen = at(2);
  return {
    id: span(3),
    method: span(5),
    params: span(7),
    name: span(9),
    arguments: span(11),
    meta: span(13),
    result: span(15),
    error: span(17),
    messageOpen: at(1),
    paramsOpen: paramsOpen < 0 ? undefined : paramsOpen,
    messageEmpty: (flags & 4) !== 0,
    paramsEmpty: (flags & 8) !== 0,
    duplicate: (flags & 1) !== 0,
    multiline: (flags & 2) !== 0,
  };
}

/** The value in a span, parsed. Throws SyntaxError where it is not JSON. */
export function readSpan(bytes: Uint8Array, { start, end }: Span): unknown {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
}

/** What to change in a message. */
export interface EnvelopeEdits {
  /** The new id, as JSON. */
  readonly id?: string;
  /** The new `params.name`. */
  readonly name?: string;
  /** The new `params._meta`, as JSON; put in when there is none. */
  readonly meta?: string;
}

/**
 * The message with some parts changed, as pieces to be written one after the other; what was not changed is not copied.
 * Undefined when the message has to be parsed in full instead: a key occurs twice, `params` is not an object, or there
 * is no id or name to change.
 */
export function editEnvelope(bytes: Uint8Array, envelope: Envelope, edits: EnvelopeEdits): Uint8Array[] | undefined {
  if (envelope.duplicate) return undefined;
  const changes: (Span & { text: string })[] = [];
  if (edits.id !== undefined) {
    if (envelope.id === undefined) return undefined;
    changes.push({ ...envelope.id, text: edits.id });
  }
  if (edits.name !== undefined) {
    if (envelope.name === undefined) return undefined;
    changes.push({ ...envelope.name, text: JSON.stringify(edits.name) });
  }
  if (edits.meta !== undefined) {
    const change = metaChange(envelope, edits.meta);
    if (change === undefined) return undefined;
    changes.push(change);
  }
  changes.sort((one, other) => one.start - other.start);
  const pieces: Uint8Array[] = [];
  let done = 0;
  for (const { start, end, text } of changes) {
    pieces.push(bytes.subarray(done, start), Buffer.from(text));
    done = end;
  }
  pieces.push(bytes.subarray(done));
  return pieces;
}

function metaChange(envelope: Envelope, meta: string): (Span & { text: string }) | undefined {
  if (envelope.meta !== undefined) return { ...envelope.meta, text: meta };
  if (envelope.paramsOpen !== undefined) return inserted(envelope.paramsOpen, `"_meta":${meta}`, envelope.paramsEmpty);
  if (envelope.params === undefined) return inserted(envelope.messageOpen, `"params":{"_meta":${meta}}`, envelope.messageEmpty);
  return undefined;
}

function inserted(place: number, member: string, alone: boolean): Span & { text: string } {
  return { start: place, end: place, text: alone ? member : `${member},` };
}

function at(index: number): number {
  return offsets[index] ?? -1;
}

function span(index: number): Span | undefined {
  const start = at(index);
  return start < 0 ? undefined : { start, end: at(index + 1) };
}
