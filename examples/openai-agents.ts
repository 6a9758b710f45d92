// OpenAI Agents SDK: the hub as an MCP server of an agent. `new Agent({ mcpServers: [hub] })` would use it; here it is called without a model.
//   node examples/openai-agents.ts <repository> [command that starts the hub …]
import { getAllMcpTools, MCPServerStdio } from '@openai/agents';

const [repo = process.cwd(), command = 'deployment-engine', ...args] = process.argv.slice(2);

const hub = new MCPServerStdio({
  name: 'hub',
  command,
  args: args.length > 0 ? args : ['hub', '--stdio'],
  env: process.env as Record<string, string>,
});
await hub.connect();

try {
  const tools = await getAllMcpTools([hub]);
  const status: unknown = await hub.callTool('call_tool', { tool: 'git__status', arguments: { repo } });
  console.log(JSON.stringify({ tools: tools.map(({ name }) => name), status }));
} finally {
  await hub.close();
}
