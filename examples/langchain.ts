// LangChain: the hub's tools as LangChain tools. An agent would be given `tools`; here one is called without a model.
//   node examples/langchain.ts <repository> [command that starts the hub …]
import { MultiServerMCPClient } from '@langchain/mcp-adapters';

const [repo = process.cwd(), command = 'deployment-engine', ...args] = process.argv.slice(2);

const client = new MultiServerMCPClient({
  mcpServers: {
    hub: { transport: 'stdio', command, args: args.length > 0 ? args : ['hub', '--stdio'], env: process.env as Record<string, string> },
  },
});

try {
  const tools = await client.getTools();
  const callTool = tools.find(({ name }) => name === 'call_tool');
  const status: unknown = await callTool?.invoke({ tool: 'git__status', arguments: { repo } });
  console.log(JSON.stringify({ tools: tools.map(({ name }) => name), status }));
} finally {
  await client.close();
}
