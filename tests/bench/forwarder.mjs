// The floor: node:http in front, the same upstream behind, ids rewritten, and nothing else. No checks, no audit, no guard.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const upstream = spawn(process.execPath, [new URL('echo-server.mjs', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = new Map();
let next = 0;
createInterface({ input: upstream.stdout }).on('line', (line) => {
  const message = JSON.parse(line);
  waiting.get(message.id)?.(message);
  waiting.delete(message.id);
});

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const message = JSON.parse(Buffer.concat(chunks).toString());
    const id = next++;
    waiting.set(id, (reply) => {
      const body = JSON.stringify({ ...reply, id: message.id });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
    });
    message.params.name = 'echo';
    upstream.stdin.write(`${JSON.stringify({ ...message, id })}\n`);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/mcp`));
process.on('SIGTERM', () => {
  upstream.kill();
  process.exit(0);
});
