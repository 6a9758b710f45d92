const NEWLINE = 0x0a;
const RETURN = 0x0d;
const DATA = Buffer.from('data:');

/** The `data` of each server-sent event, as bytes (WHATWG HTML, event stream interpretation; only what MCP uses). */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  // the line that has begun; joined once it is whole, because joining at every chunk would be quadratic in its length
  let parts: Buffer[] = [];
  let data: Buffer[] = [];
  for await (const bytes of body) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      parts.push(chunk.subarray(start, end));
      start = end + 1;
      const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      parts = [];
      const line = whole.at(-1) === RETURN ? whole.subarray(0, -1) : whole;
      if (line.length === 0) {
        if (data.length > 0) yield data.length === 1 ? data[0]! : Buffer.from(data.map(String).join('\n'));
        data = [];
      } else if (line.subarray(0, DATA.length).equals(DATA))
        data.push(Buffer.from(line.subarray(line[DATA.length] === 0x20 ? DATA.length + 1 : DATA.length)));
    }
    // the source may use its buffer again
    if (start < chunk.length) parts.push(Buffer.from(chunk.subarray(start)));
  }
}
