// The upstream of every contestant: the least MCP server over stdio that can be, so that what is measured is not it.
import { createInterface } from 'node:readline';

const TEXT = 'x'.repeat(Number(process.env.ECHO_BYTES ?? 300));
const TOOL = {
  name: 'echo',
  description: 'Returns a text of fixed size.',
  inputSchema: { type: 'object', properties: { n: { type: 'number' } } },
};

function answer({ id, method, params }) {
  if (method === 'initialize')
    return {
      jsonrpc: '2.0',
      id,
      result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'echo', version: '1' } },
    };
  if (method === 'tools/list') return { jsonrpc: '2.0', id, result: { tools: [TOOL] } };
  if (method === 'tools/call') return { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: TEXT }] } };
  return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.id !== undefined) process.stdout.write(`${JSON.stringify(answer(message))}\n`);
}
