import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { ToolError } from '../../contracts/error.ts';

/** What a request offers; {@link decodeBody} reads exactly these. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

const MAX_LAYERS = 3;

const tooLarge = (origin: string, maxBytes: number): ToolError =>
  new ToolError('too_large', `The answer of ${origin} is larger than ${maxBytes} bytes.`, {
    hint: 'Ask for less: a narrower filter, a shorter range or a smaller page.',
  });

type Decode = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

const through = (decoderFor: (firstByte: number) => Transform): Decode =>
  async function* (source) {
    const chunks = source[Symbol.asyncIterator]();
    const first = await chunks.next();
    // An empty body may carry the field all the same; a decoder would call it truncated.
    if (first.done === true) return;
    const rejoined = async function* (): AsyncGenerator<Uint8Array> {
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => chunks };
    };
    const decoder = decoderFor(first.value[0] ?? 0);
    // The reader of the decoder meets every error; the callback is there because pipeline wants one.
    pipeline(rejoined, decoder, () => undefined);
    yield* decoder as AsyncIterable<Uint8Array>;
  };

const gunzip = through(() => createGunzip());
const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // Servers send "deflate" with the zlib header that RFC 9110 §8.4.1.2 asks for, or without it; the first byte tells which.
  deflate: through((first) => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw())),
  br: through(() => createBrotliDecompress()),
};

async function* limit(source: AsyncIterable<Uint8Array>, maxBytes: number, origin: string): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of source) {
    seen += chunk.byteLength;
    if (seen > maxBytes) throw tooLarge(origin, maxBytes);
    yield chunk;
  }
}

export interface BodyShape {
  /** The Content-Encoding field, if any. */
  encoding: string | undefined;
  /** The Content-Length field, if any. */
  length: string | undefined;
  maxBytes: number;
  origin: string;
}

/**
 * A body as its decoded bytes. `maxBytes` bounds what comes over the wire and, again, every layer that is unpacked, so a small answer
 * cannot become a large one. Throws `too_large`, and `upstream_error` for an encoding that was not offered.
 */
export const decodeBody = (body: Readable, { encoding, length, maxBytes, origin }: BodyShape): AsyncIterable<Uint8Array> => {
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(origin, maxBytes);
  const layers = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((layer) => layer.trim())
    .filter((layer) => layer !== '' && layer !== 'identity');
  if (layers.length > MAX_LAYERS) throw new ToolError('upstream_error', `The answer of ${origin} is packed ${layers.length} times over.`);
  let bytes = limit(body as AsyncIterable<Uint8Array>, maxBytes, origin);
  for (const layer of layers.toReversed()) {
    const decode = DECODERS[layer];
    if (decode === undefined)
      throw new ToolError('upstream_error', `The answer of ${origin} uses a content encoding that was not asked for.`);
    bytes = limit(decode(bytes), maxBytes, origin);
  }
  return bytes;
};

export const collect = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
};
