/** What BuildKit says of a build's steps: `moby.buildkit.v1.StatusResponse` (moby/buildkit, api/services/control/control.proto). */
export interface BuildStatus {
  steps: { id: string; name: string; started: boolean; completed: boolean; cached: boolean; error: string }[];
  logs: { step: string; bytes: Buffer }[];
}

interface Field {
  number: number;
  /** Length-delimited fields; empty for numbers. */
  bytes: Buffer;
  value: bigint;
}

/** The fields of a protocol buffer message (protobuf.dev, "Encoding"). Ends where the bytes make no sense any more. */
function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; at < message.length && shift < 70n; shift += 7n) {
      const byte = message[at] ?? 0;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < message.length) {
    const key = varint();
    if (key === undefined) return;
    const number = Number(key >> 3n);
    const kind = Number(key & 7n);
    if (kind === 0) {
      const value = varint();
      if (value === undefined) return;
      yield { number, bytes: Buffer.alloc(0), value };
      continue;
    }
    const length = kind === 2 ? varint() : kind === 1 ? 8n : kind === 5 ? 4n : undefined;
    if (length === undefined || length > BigInt(message.length - at)) return;
    yield { number, bytes: message.subarray(at, at + Number(length)), value: 0n };
    at += Number(length);
  }
}

export function decodeStatus(message: Buffer): BuildStatus {
  const status: BuildStatus = { steps: [], logs: [] };
  for (const { number, bytes } of fieldsOf(message)) {
    if (number === 1) status.steps.push(stepOf(bytes));
    if (number === 3) status.logs.push(logOf(bytes));
  }
  return status;
}

function stepOf(message: Buffer): BuildStatus['steps'][number] {
  const step = { id: '', name: '', started: false, completed: false, cached: false, error: '' };
  for (const { number, bytes, value } of fieldsOf(message)) {
    if (number === 1) step.id = bytes.toString();
    if (number === 3) step.name = bytes.toString();
    if (number === 4) step.cached = value !== 0n;
    if (number === 5) step.started = true;
    if (number === 6) step.completed = true;
    if (number === 7) step.error = bytes.toString();
  }
  return step;
}

function logOf(message: Buffer): BuildStatus['logs'][number] {
  const log = { step: '', bytes: Buffer.alloc(0) as Buffer };
  for (const { number, bytes } of fieldsOf(message)) {
    if (number === 1) log.step = bytes.toString();
    if (number === 4) log.bytes = bytes;
  }
  return log;
}

/** Turns statuses, which repeat a step whenever it changes, into text that says each thing once. */
export class BuildTranscript {
  readonly #said = new Set<string>();

  /** New text, with its line ends. */
  add(message: Buffer): string {
    const { steps, logs } = decodeStatus(message);
    const lines = steps.flatMap((step) => [
      ...(step.started && step.name !== '' && this.#first(`${step.id} begun`) ? [`${step.name}\n`] : []),
      ...(step.cached && this.#first(`${step.id} cached`) ? [`CACHED ${step.name}\n`] : []),
      ...(step.error !== '' && this.#first(`${step.id} failed`) ? [`ERROR ${step.error}\n`] : []),
    ]);
    return [...lines, ...logs.map((log) => log.bytes.toString())].join('');
  }

  #first(what: string): boolean {
    if (this.#said.has(what)) return false;
    this.#said.add(what);
    return true;
  }
}
