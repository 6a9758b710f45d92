import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, destroys, reads, writes, type Rendered, type Tool, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { eachOf } from '../client/at-once.ts';
import type { Cluster } from '../client/cluster.ts';
import type { KubernetesDeps } from '../kubernetes.ts';
import { bytesFor, MOST_TOKENS, sizeOf, TOKEN_BYTES } from '../report/budget.ts';
import type { RuledPlan } from '../policy/access.ts';
import type { SecretMarks } from '../report/secret-marks.ts';
import * as fields from './fields.ts';

/** What a tool that works on one cluster gets besides its input. */
export interface ClusterContext extends ToolContext<KubernetesDeps> {
  cluster: Cluster;
  marks: SecretMarks;
  /** Bytes for the data of the answer. */
  bytes: number;
}

interface Common<In extends z.ZodRawShape, Out extends z.ZodRawShape> {
  name: string;
  title: string;
  description: string;
  scopes?: readonly string[];
  toolset?: string;
  deadlineMs?: number;
  /** Without context and max_tokens, which every tool has. */
  input: In;
  output: Out;
  render(output: z.output<z.ZodObject<Out>> & { context: string }): Rendered;
}

interface ReadShape<In extends z.ZodRawShape, Out extends z.ZodRawShape> extends Common<In, Out> {
  handler(input: z.output<z.ZodObject<In>>, context: ClusterContext): Promise<z.input<z.ZodObject<Out>>>;
}

interface ChangeShape<In extends z.ZodRawShape, Out extends z.ZodRawShape> extends ReadShape<In, Out> {
  idempotent?: boolean;
}

interface DestroyShape<In extends z.ZodRawShape, Out extends z.ZodRawShape> extends ChangeShape<In, Out> {
  plan(input: z.output<z.ZodObject<In>>, context: ClusterContext): Promise<RuledPlan>;
}

type Wide = { context?: string | undefined; contexts?: string[] | undefined; max_tokens?: number | undefined };

async function contextOf(
  context: ToolContext<KubernetesDeps>,
  cluster: Cluster,
  tokens: number | undefined,
  share = 1,
): Promise<ClusterContext> {
  const { kubernetes } = context.deps;
  const bytes = bytesFor(Math.floor((tokens ?? kubernetes.config.maxTokens) / share));
  return { ...context, cluster, marks: await kubernetes.marks(), bytes };
}

/** No answer is larger than this, whatever its tool has counted. */
function withinLimit<T>(output: T): T {
  if (sizeOf(output) <= (MOST_TOKENS * TOKEN_BYTES) / 2) return output;
  throw new ToolError('too_large', `The answer is larger than ${MOST_TOKENS} tokens.`, {
    hint: 'Ask for less: another view, fields, a selector or a smaller limit.',
  });
}

const textOf = (rendered: Rendered): string =>
  typeof rendered === 'string'
    ? rendered
    : Array.isArray(rendered)
      ? rendered.map((block) => (block.type === 'text' ? block.text : '')).join('\n')
      : [rendered.summary, rendered.data].filter(Boolean).join('\n');

/**
 * A tool that only looks, at one context or at several at once. With `contexts` it answers `{ contexts: [{ context, … } | { context, error }] }`:
 * one that fails does not hide the others.
 */
export function readTool<In extends z.ZodRawShape, Out extends z.ZodRawShape>(shape: ReadShape<In, Out>): Tool<KubernetesDeps> {
  const { input, output, handler, render, ...rest } = shape;
  return defineTool({
    ...rest,
    scopes: shape.scopes ?? ['kubernetes:read'],
    annotations: reads({ openWorld: true }),
    inputSchema: z.strictObject({ ...input, context: fields.context, contexts: fields.contexts, max_tokens: fields.maxTokens }),
    outputSchema: z.object({
      context: z.string().optional(),
      ...z.object(output).partial().shape,
      contexts: z.array(z.unknown()).optional(),
    }),
    async handler(all, context: ToolContext<KubernetesDeps>) {
      // the mapped type of the spread is more than the compiler can follow
      const { context: one, contexts, max_tokens: tokens, ...own } = all as Wide & Record<string, unknown>;
      const run = async (name: string | undefined, share: number) => {
        const cluster = await context.deps.kubernetes.clusters.get(name);
        return { context: cluster.name, ...(await handler(own as never, await contextOf(context, cluster, tokens, share))) };
      };
      if (contexts === undefined) return withinLimit(await run(one, 1)) as never;
      if (one !== undefined) throw new ToolError('invalid_input', 'Give either context or contexts.', { hint: 'Leave one of them out.' });
      const names = [...new Set(contexts)];
      const answers = await eachOf(names, async (name) => {
        try {
          return await run(name, names.length);
        } catch (error) {
          if (!(error instanceof ToolError) || context.signal.aborted) throw error;
          return { context: name, error: error.toWire() };
        }
      });
      return withinLimit({ contexts: answers }) as never;
    },
    render(result) {
      const { contexts } = result as { contexts?: { context: string; error?: { code: string; message: string } }[] };
      if (contexts === undefined) return render(result as never);
      const parts = contexts.map(
        (one) => `== ${one.context}\n${one.error ? `${one.error.code}: ${one.error.message}` : textOf(render(one as never))}`,
      );
      const failed = contexts.filter(({ error }) => error !== undefined).length;
      return { summary: `${contexts.length} contexts${failed > 0 ? `, ${failed} of them failed` : ''}.`, data: parts.join('\n') };
    },
  });
}

function changing<In extends z.ZodRawShape, Out extends z.ZodRawShape>(shape: ChangeShape<In, Out>) {
  const { input, output, handler, render, idempotent: _idempotent, ...rest } = shape;
  const inputs = z.strictObject({ ...input, context: fields.context, max_tokens: fields.maxTokens });
  const within = async (all: unknown, context: ToolContext<KubernetesDeps>) => {
    const { context: name, max_tokens: tokens, ...own } = all as Wide & Record<string, unknown>;
    const cluster = await context.deps.kubernetes.clusters.forWrite(name);
    return { own: own as never, cluster, inner: await contextOf(context, cluster, tokens) };
  };
  return {
    ...rest,
    scopes: shape.scopes ?? ['kubernetes:write'],
    inputSchema: inputs,
    outputSchema: z.object({ context: z.string(), ...output }),
    within,
    async handler(all: z.output<typeof inputs>, context: ToolContext<KubernetesDeps>) {
      const { own, cluster, inner } = await within(all, context);
      return withinLimit({ context: cluster.name, ...(await handler(own, inner)) }) as never;
    },
    render: (result: unknown) => render(result as never),
  };
}

/** A tool that changes something and can be undone. Of several contexts it must name one. */
export function writeTool<In extends z.ZodRawShape, Out extends z.ZodRawShape>(shape: ChangeShape<In, Out>): Tool<KubernetesDeps> {
  const { within: _within, ...tool } = changing(shape);
  return defineTool({ ...tool, annotations: writes({ idempotent: shape.idempotent ?? false, openWorld: true }) });
}

/** A tool that may lose something for good: shown as a plan and consented to before it runs. */
export function destroyTool<In extends z.ZodRawShape, Out extends z.ZodRawShape>(shape: DestroyShape<In, Out>): Tool<KubernetesDeps> {
  const { within, ...tool } = changing(shape);
  return defineTool({
    ...tool,
    annotations: destroys({ idempotent: shape.idempotent ?? false, openWorld: true }),
    async plan(all, context: ToolContext<KubernetesDeps>) {
      const { own, cluster, inner } = await within(all, context);
      const { summary, ...plan } = await shape.plan(own, inner);
      return cluster.access.planned({ ...plan, summary: `${summary} (context ${cluster.name})` }, inner);
    },
  });
}
