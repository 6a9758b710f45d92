import { ToolError } from '../contracts/index.ts';
import { type Call, type CallTarget, ResultBody } from './call.ts';
import type { ToolContext } from './context.ts';
import type { Tool } from './define-tool.ts';
import { extrasFor } from './extra-arguments.ts';
import { effectOfArguments } from './output-path.ts';
import { renderContent } from './render.ts';
import { parseInput } from './zod-input.ts';

/** A tool of ours as the pipeline calls it: parse, run, check what came out, write it for the model. */
export function targetForTool(tool: Tool, contextOf: (call: Call) => ToolContext): CallTarget {
  return {
    name: tool.name,
    title: tool.title,
    scopes: tool.scopes,
    idempotent: tool.annotations.idempotentHint,
    deadlineMs: tool.deadlineMs,
    confirm: tool.confirm,
    extras: extrasFor(tool.effect),
    effect: tool.effect,
    effectWith: (args) => effectOfArguments(tool, args),
    validate: (args) => parseInput(tool.inputSchema, args),
    ...(tool.plan ? { plan: async (input: unknown, call: Call) => tool.plan!(input, contextOf(call)) } : {}),
    async invoke(input, call) {
      const returned = await tool.handler(input, contextOf(call));
      const output = tool.outputSchema.safeParse(returned);
      if (!output.success)
        throw new ToolError('internal', `${tool.name} returned something its own schema refuses.`, { cause: output.error });
      return ResultBody.of({ content: renderContent(tool, output.data), structuredContent: output.data });
    },
  };
}
