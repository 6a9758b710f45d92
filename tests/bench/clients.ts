import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request as httpRequest } from 'node:http';

/** Makes one `tools/call` and resolves when its answer is complete. */
export interface BenchClient {
  call(): Promise<void>;
  close(): void;
}

const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Raw HTTP with kept-alive connections: the client must cost little beside what it measures. */
export function httpClient(url: string, tool: string): BenchClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let id = 0;
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': tool,
  };
  return {
    call: () =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({
          jsonrpc: '2.0',
          id: (id += 1),
          method: 'tools/call',
          params: { name: tool, arguments: { n: id }, _meta: MODERN_META },
        });
        const sent = httpRequest(
          url,
          { agent, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => {
              const text = Buffer.concat(chunks).toString();
              if (response.statusCode === 200 && text.includes('"xxxx')) resolve();
              else reject(new Error(`${response.statusCode}: ${text.slice(0, 300)}`));
            });
          },
        );
        sent.once('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Raw stdio after the handshake of 2025-06-18. */
export async function stdioClient(child: ChildProcess, tool: string): Promise<BenchClient> {
  const waiting = new Map<number, (line: string) => void>();
  let rest = '';
  let id = 0;
  child.stdout!.on('data', (chunk: Buffer) => {
    rest += chunk.toString();
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const found = /"id":(\d+)/.exec(line)?.[1];
      if (found === undefined) continue;
      waiting.get(Number(found))?.(line);
      waiting.delete(Number(found));
    }
  });
  const ask = (method: string, params: object): Promise<string> =>
    new Promise((resolve) => {
      id += 1;
      waiting.set(id, resolve);
      child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } });
  child.stdin!.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  await ask('tools/list', {});
  return {
    async call() {
      const line = await ask('tools/call', { name: tool, arguments: { n: id } });
      if (!line.includes('"xxxx')) throw new Error(line.slice(0, 300));
    },
    close: () => child.stdin!.end(),
  };
}

export function start(args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
}
