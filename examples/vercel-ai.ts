// Vercel AI SDK: the hub's tools for generateText and streamText. Here one is executed without a model.
//   node examples/vercel-ai.ts <repository> [command that starts the hub …]
import { createMCPClient } from '@ai-sdk/mcp';
import { StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio';

const [repo = process.cwd(), command = 'deployment-engine', ...args] = process.argv.slice(2);

const client = await createMCPClient({
  transport: new StdioMCPTransport({
    command,
    args: args.length > 0 ? args : ['hub', '--stdio'],
    env: process.env as Record<string, string>,
  }),
});

try {
  const tools = await client.tools();
  const status: unknown = await tools['call_tool']?.execute(
    { tool: 'git__status', arguments: { repo } },
    { toolCallId: '1', messages: [], context: {} },
  );
  console.log(JSON.stringify({ tools: Object.keys(tools), status }));
} finally {
  await client.close();
}
