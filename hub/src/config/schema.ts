import { z } from 'zod';
import { PERSONAL_DATA } from '@deployment-engine/shared/platform';

const effect = z.enum(['read', 'write', 'destroy']);
const confirm = z.enum(['elicit', 'plan', 'deny', 'allow']);
const toolSettings = z
  .strictObject({
    effect: effect.optional().describe('What the tool does; overrides the hint of its server'),
    confirm: confirm.optional().describe('How a call gets its consent'),
    deadlineMs: z.number().int().positive().max(86_400_000).optional().describe('Deadline of a call in milliseconds'),
    enabled: z.boolean().optional().describe('false hides the tool'),
  })
  .describe('Settings of one tool');
// a built-in tool declares what it does, and its handler keeps to that
const builtinToolSettings = toolSettings.omit({ effect: true }).describe('Settings of one tool');

const upstreamSettings = {
  enabled: z.boolean().default(true).describe('false leaves the server out'),
  tools: z.record(z.string(), toolSettings).default({}).describe('Settings by tool name'),
  idleStopMs: z.number().int().nonnegative().default(0).describe('Stop the server after so many milliseconds without a call; 0 never'),
};

const childServer = z.strictObject({
  type: z.literal('stdio').optional().describe('Transport, as other clients write it'),
  command: z.string().min(1).describe('Program to start; looked up on PATH and in the usual places'),
  args: z.array(z.string()).default([]).describe('Its arguments'),
  env: z.record(z.string(), z.string()).default({}).describe('Variables for it; nothing else of the environment passes but the usual ones'),
  cwd: z.string().optional().describe('Folder to start it in'),
  ...upstreamSettings,
});

const remoteServer = z.strictObject({
  type: z.enum(['http', 'streamable-http', 'streamableHttp']).optional().describe('Transport, as other clients write it'),
  url: z.url({ protocol: /^https?$/ }).describe('Streamable HTTP endpoint'),
  headers: z.record(z.string(), z.string()).default({}).describe('Headers for its origin only, for example Authorization'),
  ...upstreamSettings,
});

export type ChildServer = z.output<typeof childServer>;
export type RemoteServer = z.output<typeof remoteServer>;

const hubSettings = z.strictObject({
  profile: z.enum(['flat', 'compact']).default('compact').describe('What is listed: every tool, or search tools that find them'),
  readOnly: z.boolean().default(false).describe('Hide and refuse every tool that changes something'),
  anonymousRead: z.boolean().default(false).describe('Let callers on loopback without a sign-in use tools that only read'),
  trustLoopback: z.boolean().default(false).describe('Make every caller on loopback the owner'),
  passthrough: z.string().min(1).optional().describe('Name of the only server: its names pass without prefix'),
  pinned: z.array(z.string()).default([]).describe('Tools (server__tool) that the compact profile lists too'),
  concurrency: z.number().int().positive().max(10_000).default(64).describe('Calls at once a server'),
  queue: z.number().int().nonnegative().max(100_000).default(256).describe('Calls that may wait for a server'),
  maxResultBytes: z
    .number()
    .int()
    .positive()
    .default(4 * 1024 * 1024)
    .describe('Largest result that is passed on whole'),
  maskPersonalData: z.array(z.enum(PERSONAL_DATA)).default([]).describe('Personal data to mask in every result; secrets always are'),
  rateLimit: z
    .strictObject({
      perMinute: z.number().positive().default(600).describe('Calls a minute'),
      burst: z.number().positive().default(60).describe('Calls at once'),
    })
    .prefault({})
    .describe('For callers other than the owner'),
  maxSessions: z.number().int().positive().default(1_000).describe('Open HTTP sessions of handshake-era clients'),
});

const builtin = z
  .looseObject({
    enabled: z.boolean().optional().describe('false leaves the server out'),
    isolation: z.enum(['in-process', 'process']).optional().describe('Run it in the hub or in a process of its own'),
    toolsets: z.array(z.string()).optional().describe('Groups of tools that are on; all by default'),
    tools: z.record(z.string(), builtinToolSettings).optional().describe('Settings by tool name'),
  })
  .describe("Settings of a built-in server, and the server's own");

export const hubConfig = z.strictObject({
  $schema: z.string().optional().describe('For editors'),
  hub: hubSettings.prefault({}).describe('The hub itself'),
  servers: z.record(z.string(), builtin).default({}).describe('Built-in servers by name'),
  mcpServers: z
    .record(z.string().min(1).max(100), z.union([childServer, remoteServer]))
    .default({})
    .describe("Other people's servers, in the shape of Claude Desktop's file"),
});

export type HubConfig = z.output<typeof hubConfig>;
export type HubSettings = HubConfig['hub'];
export type BuiltinSettings = z.output<typeof builtin>;
export type ToolSettings = z.output<typeof toolSettings>;
