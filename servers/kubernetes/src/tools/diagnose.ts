import { ToolError } from '@deployment-engine/shared/contracts';
import { maskText } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import type { RankedCause } from '../diagnosis/cause.ts';
import { diagnose as find, verdict, type Targets } from '../diagnosis/diagnose.ts';
import { gather } from '../diagnosis/gather.ts';
import { keyOf, type PartName, type World } from '../diagnosis/world.ts';
import { fit, sizeOf } from '../report/budget.ts';
import { oneLine } from '../report/text.ts';
import { readTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

const MOST_CAUSES = 10;
const MOST_EVIDENCE = 6;

interface Input {
  namespace?: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
}

export const diagnose = readTool({
  name: 'diagnose',
  title: 'Diagnose what is wrong',
  description:
    'Why a namespace or an object (pod, workload, Service, Ingress, node, …) does not work (crashes, is pending, is not reached): causes, evidence, next call.',
  deadlineMs: 60_000,
  input: { namespace: fields.namespaces, kind: fields.kind.optional(), name: fields.name.optional() },
  output: {
    verdict: z.string(),
    causes: z.array(z.unknown()),
    gaps: z.array(z.unknown()),
  },
  async handler(input, context) {
    const { cluster, marks, bytes, signal } = context;
    const { namespace, read } = await question(input, context);
    const { world, gaps } = await gather({ namespace, kind: input.kind, name: input.name }, { cluster, marks, signal });
    if (namespace !== undefined && world.has('Namespace', '', namespace) === false)
      // says which names are near
      await cluster.get(await cluster.kind('v1/namespaces', signal), { name: namespace }, signal);
    const targets = await read(world);
    const causes = find(world, targets);
    const clean = (text: string, from: string | undefined): string => maskText(marks.scrub(cluster.name, from ?? '', text));
    const words = oneLine(clean(verdict(world, causes, targets), namespace), 400);
    const told = fit(gaps, bytes / 4).items;
    const room = Math.max(200, bytes - sizeOf(words) - sizeOf(told) - 100);
    const whole = causes.slice(0, MOST_CAUSES).map((one) => shown(world, one, clean));
    const all = whole[0] !== undefined && sizeOf(whole[0]) > room ? whole.map(shortened) : whole;
    return { verdict: words, causes: fit(all, room).items, gaps: told };
  },
  render: ({ verdict: words, causes, gaps }) => ({
    summary: words,
    data: [...(causes as Shown[]).map(written), ...(gaps.length > 0 ? [`Not read: ${(gaps as string[]).join(' ')}`] : [])].join('\n'),
  }),
});

/** Which namespace is read, and what in it was asked about. */
async function question(
  { namespace, kind: wanted, name }: Input,
  { cluster, signal }: ClusterContext,
): Promise<{ namespace: string | undefined; read: (world: World) => Promise<Targets> }> {
  const own = namespace === '*' ? undefined : (namespace ?? cluster.namespace);
  if (own !== undefined && !cluster.access.mayTouch(own))
    cluster.access.demand({ verb: 'list', kind: await cluster.kind('v1/pods', signal), namespace: own });
  if (wanted === undefined) return { namespace: own, read: async (world) => (name === undefined ? { keys: [] } : named(world, name)) };
  const kind = await cluster.kind(wanted, signal);
  if (kind.kind === 'Namespace' && name !== undefined) return { namespace: name, read: async () => ({ keys: [] }) };
  // what stands above namespaces may have its effects in any
  const space = kind.namespaced ? own : namespace === undefined || namespace === '*' ? undefined : namespace;
  if (name === undefined)
    return {
      namespace: space,
      read: async (world) => ({
        keys: world.all(kind.kind as PartName).map(({ metadata }) => keyOf(kind.kind, metadata.namespace, metadata.name)),
      }),
    };
  if (kind.namespaced && space === undefined)
    throw new ToolError('invalid_input', 'One object is in one namespace.', { hint: 'Give its namespace, or leave out its name.' });
  const object = await cluster.get(kind, { name, namespace: kind.namespaced ? space : undefined }, signal);
  return { namespace: space, read: async () => ({ keys: [keyOf(kind.kind, object.metadata.namespace, name)], object }) };
}

/** Whatever is called so. */
function named(world: World, name: string): Targets {
  const keys = Object.entries(world.parts).flatMap(([kind, objects]) =>
    objects.filter(({ metadata }) => metadata.name === name).map(({ metadata }) => keyOf(kind, metadata.namespace, name)),
  );
  if (keys.length > 0) return { keys };
  throw new ToolError(
    'not_found',
    `There is nothing called "${name}"${world.question.namespace === undefined ? '' : ` in the namespace ${world.question.namespace}`}.`,
    {
      hint: `Give its kind, or leave out the name.${(['Deployment', 'StatefulSet', 'Service', 'Pod'] as const).map((kind) => world.near(kind, world.question.namespace, name)).find(Boolean) ?? ''}`,
    },
  );
}

type Shown = {
  cause: string;
  title: string;
  confidence: string;
  object: string;
  evidence: string[];
  remedy: string;
  next: { tool: string; arguments: object };
  follows?: string;
};

/** `clean` takes secrets out of what the cluster says, wherever it says it. */
function shown(
  world: World,
  { cause, title, confidence, object, evidence, remedy, next, follows }: RankedCause,
  clean: (text: string, namespace: string | undefined) => string,
): Shown {
  const namespace = object.split('/')[1] || world.question.namespace;
  const more = evidence.length - MOST_EVIDENCE;
  return {
    cause,
    title: clean(title, namespace),
    confidence,
    object: world.label(object),
    evidence: [
      ...evidence.slice(0, MOST_EVIDENCE).map((line) => clean(line, namespace)),
      ...(more > 0 ? [`And ${more} more of the kind.`] : []),
    ],
    remedy,
    next,
    ...(follows ? { follows: `${follows.cause} of ${world.label(follows.object)}` } : {}),
  };
}

/** The same in a small room: the two best facts, cut. */
const shortened = (one: Shown): Shown => ({
  ...one,
  title: oneLine(one.title, 160),
  evidence: one.evidence.slice(0, 2).map((line) => oneLine(line, 160)),
});

const written = ({ cause, title, confidence, object, evidence, remedy, next, follows }: Shown, at: number): string =>
  [
    `${at + 1}. [${confidence}] ${cause} ${object}: ${title}${follows === undefined ? '' : ` (follows from ${follows})`}`,
    ...evidence.map((line) => `   ${line}`),
    `   → ${remedy} Next: ${next.tool} ${JSON.stringify(next.arguments)}`,
  ].join('\n');
