import { ToolError, type WireError } from '@deployment-engine/shared/contracts';
import { nearest, parseJsonText } from '@deployment-engine/shared/platform';
import { type Caller, type ContentBlock, digest, type ToolResult, UnknownTool } from '@deployment-engine/shared/toolkit';
import { ask, canAsk } from '../ask.ts';
import { EXIT, UsageError } from '../failure.ts';
import { type LocalHub, openLocalHub } from '../local-hub.ts';
import { note, paint, print, printJson, Progress, visible } from '../print.ts';

export interface CallFlags {
  planToken?: string;
  json?: boolean;
  config?: string;
}

type Arguments = Record<string, unknown>;

/** Runs one call through the hub's whole pipeline, as the local owner. */
export async function call(tool: string, text: string, flags: CallFlags): Promise<number> {
  const { plan_token: tokenInside, ...args } = parseArguments(text === '-' ? await standardInput() : text);
  const planToken = flags.planToken ?? (typeof tokenInside === 'string' ? tokenInside : undefined);
  const local = openLocalHub(flags);
  const progress = new Progress();
  try {
    const caller = local.caller({
      progress: ({ progress: done, total, message }) =>
        progress.show(`${total === undefined ? done : `${done}/${total}`} ${message ?? ''}`),
    });
    const result = await withPlan(local, caller, { tool, args, planToken, mayAsk: flags.json !== true && canAsk() });
    progress.clear();
    if (flags.json) printJson(result);
    else if (result.isError) note(textOf(result));
    else print(textOf(result));
    return result.isError ? EXIT.failure : EXIT.ok;
  } catch (thrown) {
    progress.clear();
    if (thrown instanceof UnknownTool) throw await unknownTool(tool, local);
    throw thrown;
  } finally {
    await local.close();
  }
}

function parseArguments(text: string): Arguments {
  const parsed = parseJsonText(text);
  if ('problem' in parsed) {
    const { line, column, message } = parsed.problem;
    throw new UsageError(
      `The arguments are not JSON: line ${line}, column ${column}: ${message}.`,
      `For example: call git__status '{"repo": "."}'`,
    );
  }
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError('The arguments must be one JSON object.', `For example: '{"repo": "."}'`);
  return value as Arguments;
}

async function standardInput(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk as string;
  return text;
}

interface PlannedCall {
  tool: string;
  args: Arguments;
  planToken: string | undefined;
  mayAsk: boolean;
}

interface PlanDetails {
  plan: { summary: string; changes: string[] };
  plan_token: string;
}

/**
 * The hub's own plan tokens end with its process, which here is one command. The token that a person sees is therefore the digest of the
 * plan itself: the next command makes the plan anew, and carries it out only if it is still the one that was shown.
 */
async function withPlan({ hub }: LocalHub, caller: Caller, { tool, args, planToken, mayAsk }: PlannedCall): Promise<ToolResult> {
  const attempt = async (more: Arguments): Promise<ToolResult> => {
    const outcome = await hub.callTool(tool, { ...args, ...more }, caller);
    if (outcome.kind === 'result') return outcome.value.result;
    throw new ToolError('unsupported', 'This tool asks questions, which the command line cannot pass on.', {
      hint: 'Use a client that supports elicitation.',
    });
  };
  const first = await attempt({});
  const details = planOf(first);
  if (details === undefined) return first;
  const shown = digest([tool, args, details.plan]).slice(0, 24);
  if (planToken === shown) return attempt({ plan_token: details.plan_token });
  if (planToken === undefined && mayAsk) {
    note(
      [paint('bold', visible(details.plan.summary), process.stderr), ...details.plan.changes.map((line) => `- ${visible(line)}`)].join(
        '\n',
      ),
    );
    if (await ask('Carry this out? [y/N] ', (answer) => /^y(?:es)?$/i.test(answer))) return attempt({ plan_token: details.plan_token });
    throw new ToolError('cancelled', 'Nothing has been done.');
  }
  const code = planToken === undefined ? 'confirmation_required' : 'conflict';
  const message =
    planToken === undefined ? details.plan.summary : `The plan is not the one of this token. It is now: ${details.plan.summary}`;
  const hint = `Nothing has been done. To carry this out, run the same command with --plan-token ${shown}`;
  const error: WireError = { code, message, hint, details: { plan: details.plan, plan_token: shown } };
  return {
    content: [{ type: 'text', text: [`${code}: ${message}`, ...details.plan.changes.map((line) => `- ${line}`), hint].join('\n') }],
    structuredContent: { error },
    isError: true,
  };
}

function planOf({ isError, structuredContent }: ToolResult): PlanDetails | undefined {
  const error = (structuredContent as { error?: WireError } | undefined)?.error;
  if (isError !== true || error?.code !== 'confirmation_required') return undefined;
  const details = error.details as Partial<PlanDetails> | undefined;
  return details?.plan !== undefined && typeof details.plan_token === 'string' ? (details as PlanDetails) : undefined;
}

function textOf({ content, structuredContent }: ToolResult): string {
  const text = content.map(blockText).join('\n');
  return visible(text === '' && structuredContent !== undefined ? JSON.stringify(structuredContent, undefined, 2) : text);
}

function blockText(block: ContentBlock): string {
  if (block.type === 'text') return block.text;
  if (block.type === 'resource_link') return `[${block.type} ${block.uri}]`;
  return `[${block.type}: use --json to see it]`;
}

async function unknownTool(tool: string, local: LocalHub): Promise<UsageError> {
  const names = (await local.tools()).map(({ name }) => name);
  const guess = nearest(tool, names);
  return new UsageError(
    `There is no tool "${tool}".`,
    guess === undefined ? '"tools" lists all; "search" finds one by what it does.' : `Did you mean ${guess}?`,
  );
}
