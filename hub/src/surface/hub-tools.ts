import { z } from 'zod';
import { effectOf, type JsonSchema } from '@deployment-engine/shared/contracts';
import { type ListedTool, reads, writes } from '@deployment-engine/shared/toolkit';

const toolName = z.string().min(3).max(300).describe('Tool name as search_tools shows it: server__tool');
const toolArguments = z.record(z.string(), z.unknown()).default({}).describe("The tool's arguments");

export const searchInput = z.strictObject({
  query: z.string().min(1).max(2_000).describe('What you want to do, in words'),
  limit: z.number().int().min(1).max(50).default(10).describe('Most tools to return'),
});

export const describeInput = z.strictObject({
  tools: z.array(toolName).min(1).max(20).describe('Tools to describe'),
});

export const callInput = z.strictObject({ tool: toolName, arguments: toolArguments });

export const fanOutInput = z.strictObject({
  calls: z
    .array(
      z.strictObject({
        tool: toolName,
        arguments: toolArguments,
        id: z.string().min(1).max(100).optional().describe('Name of this call in the results'),
      }),
    )
    .min(1)
    .max(100)
    .describe('Calls to make'),
  mode: z
    .enum(['all', 'first', 'quorum', 'hedged'])
    .default('all')
    .describe('all: every result. first: the first success. quorum: so many successes. hedged: one after the other until one succeeds'),
  quorum: z.number().int().min(1).max(100).optional().describe('Successes that quorum needs; default the majority'),
  after_ms: z.number().int().min(1).max(60_000).default(500).describe('hedged: start the next call after so many ms'),
  deadline_ms: z.number().int().min(1).max(600_000).default(60_000).describe('Time for everything, in ms'),
  concurrency: z.number().int().min(1).max(64).default(8).describe('Calls at once'),
});

export const routeInput = z.strictObject({
  sentence: z.string().min(1).max(2_000).describe('What you want done, with the names, numbers and paths that it is about'),
  context: z
    .strictObject({
      cwd: z.string().max(4_096).optional().describe('Folder that "here" means'),
      names: z.array(z.string().min(1).max(200)).max(200).optional().describe('Names of things that exist, as the sentence may say them'),
      recent: z.record(z.string(), z.unknown()).optional().describe('Arguments of the calls before, by parameter: what "the same" means'),
    })
    .optional()
    .describe('What is known beside the sentence'),
});

interface HubTool {
  name: 'search_tools' | 'describe_tools' | 'call_tool' | 'fan_out' | 'route';
  title: string;
  description: string;
  input: z.ZodObject;
  annotations: ReturnType<typeof reads>;
}

const HUB_TOOLS: HubTool[] = [
  {
    name: 'search_tools',
    title: 'Search tools',
    description: 'Find tools on all connected servers by what they do. Start here; then call_tool.',
    input: searchInput,
    annotations: reads(),
  },
  {
    name: 'describe_tools',
    title: 'Describe tools',
    description: 'Full description and input schema of tools, by name.',
    input: describeInput,
    annotations: reads(),
  },
  {
    name: 'route',
    title: 'Plan a request',
    description:
      'Turn a sentence into checked tool calls: which tool, its arguments, what is missing, how sure. Calls nothing; no plan when unsure.',
    input: routeInput,
    annotations: reads(),
  },
  {
    name: 'call_tool',
    title: 'Call a tool',
    description: 'Call one tool by name. See describe_tools for its arguments.',
    input: callInput,
    annotations: writes({ openWorld: true }),
  },
  {
    name: 'fan_out',
    title: 'Call several tools',
    description:
      'Call several tools at once and get every result, the first, a quorum, or a hedged one (first and hedged: tools that only read).',
    input: fanOutInput,
    annotations: writes({ openWorld: true }),
  },
];

/** The hub's own tools: what the compact profile lists. */
export const hubTools: readonly (ListedTool & { input: z.ZodObject; effect: ReturnType<typeof effectOf> })[] = HUB_TOOLS.map(
  ({ input, ...tool }) => {
    const { $schema: _dialect, ...inputSchema } = z.toJSONSchema(input, { io: 'input' }) as JsonSchema;
    return { ...tool, annotations: { ...tool.annotations }, inputSchema, input, effect: effectOf(tool.annotations) };
  },
);

/** The list itself, without what only the hub needs. */
export const listedHubTools: readonly ListedTool[] = hubTools.map(({ input: _input, effect: _effect, ...listed }) => listed);
