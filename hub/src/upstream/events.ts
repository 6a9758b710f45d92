/** The `data` of each server-sent event, as bytes (WHATWG HTML, event stream interpretation; only what MCP uses). */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  let data: Buffer[] = [];
  for await (const chunk of body) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a, start)) {
      const line = rest.subarray(start, rest[end - 1] === 0x0d && end > start ? end - 1 : end);
      start = end + 1;
      if (line.length === 0) {
        if (data.length > 0) yield data.length === 1 ? data[0]! : Buffer.from(data.map(String).join('\n'));
        data = [];
      } else if (line.subarray(0, 5).equals(DATA)) data.push(Buffer.from(line.subarray(line[5] === 0x20 ? 6 : 5)));
    }
    rest = rest.subarray(start);
  }
}

const DATA = Buffer.from('data:');
