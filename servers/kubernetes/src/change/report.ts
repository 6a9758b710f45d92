import { z } from 'zod';
import type { Deed } from '../policy/access.ts';
import { cutText, fit } from '../report/budget.ts';
import { count } from '../report/text.ts';
import type { ClusterContext } from '../tools/define.ts';
import { applyAll, type Applied, type ApplyOptions } from './apply.ts';
import { bundleOf, type Target } from './bundle.ts';
import { readManifest } from './manifest.ts';
import { titleOf } from './single.ts';

/** Bytes of a question to a person. */
const ASKED = 4_000;

/** What the tools that apply answer; each object with its diff, or with its conflicts. */
export const appliedOutput = {
  objects: z.array(z.looseObject({ kind: z.string(), name: z.string(), result: z.string() })),
  left: z.number().optional().describe('Objects left out'),
};

interface AppliedOutput {
  objects: Applied[];
  left?: number;
}

/** The objects of a manifest with their kinds and places. */
export async function targetsOf(manifest: string, namespace: string | undefined, { cluster, signal }: ClusterContext): Promise<Target[]> {
  return bundleOf(await readManifest(manifest), cluster, namespace, signal);
}

/** Applying these, as rules see it. */
export const deedsOf = (targets: readonly Target[]): Deed[] => targets.map(({ kind, place }) => ({ verb: 'apply', kind, ...place }));

/** Everything is held against the policy, and every rule's question asked, before the first object is touched. */
export async function consentTo(targets: readonly Target[], options: ApplyOptions, context: ClusterContext): Promise<void> {
  const { access } = context.cluster;
  for (const deed of deedsOf(targets)) access.demand(deed);
  if (options.dryRun) return;
  const lines: string[] = [];
  for (const target of targets.filter((one) => deedsOf([one]).some((deed) => access.asks(deed, context))))
    lines.push(`Apply ${titleOf(target.kind, target.place)}.${context.ask.can.elicitation ? await preview(target, options, context) : ''}`);
  access.consentAll(deedsOf(targets), cutText(lines.join('\n'), ASKED).text, context);
}

async function preview(target: Target, options: ApplyOptions, context: ClusterContext): Promise<string> {
  try {
    const [one] = await applyAll([target], { ...options, dryRun: true }, context);
    return one?.diff === undefined ? '' : `\n${cutText(one.diff, ASKED / 2).text}`;
  } catch {
    // what lies in a namespace or is of a kind of the same manifest cannot be tried yet; the question is asked without it
    return '';
  }
}

/** The results within the budget: diffs are cut before objects are left out. */
export function within(results: readonly Applied[], bytes: number): AppliedOutput {
  const plain = results.map(({ diff: _diff, ...rest }) => rest);
  let spare = bytes - Buffer.byteLength(JSON.stringify(plain));
  let open = results.filter(({ diff }) => diff !== undefined).length;
  const cut = results.map((one): Applied => {
    if (one.diff === undefined) return one;
    const { text, cut: lost } = cutText(one.diff, Math.max(60, Math.floor(spare / open)));
    open -= 1;
    spare -= Buffer.byteLength(JSON.stringify(text));
    return { ...one, diff: lost > 0 ? `${text}\n… ${lost} bytes more: set max_tokens` : text };
  });
  const { items, left } = fit(cut, Math.max(bytes, 400));
  return { objects: items, ...(left > 0 ? { left } : {}) };
}

/** One line of ours, then each object with what changed. */
export function renderApplied(
  { context, objects, left }: { context: string; objects: readonly unknown[]; left?: number | undefined },
  lead: string,
) {
  const all = objects as Applied[];
  const counts = new Map<string, number>();
  for (const { result } of all) counts.set(result, (counts.get(result) ?? 0) + 1);
  const said = [...counts].map(([result, amount]) => `${amount} ${result}`).join(', ');
  const hint = counts.has('conflict')
    ? ' Conflicts: others own these fields, nothing of those objects was changed. Leave the fields out, or take them over with resources_apply_forced.'
    : '';
  return {
    summary: `${lead} ${count(all.length + (left ?? 0), 'object')} in ${context}: ${said}.${left ? ` ${left} left out.` : ''}${hint}`,
    data: all.map(lineOf).join('\n'),
  };
}

function lineOf({ kind, name, namespace, result, diff, conflicts, error, note }: Applied): string {
  const where = namespace === undefined ? '' : ` in ${namespace}`;
  const head = [`${kind} ${name}${where}: ${result}`, error && `${error.code}: ${error.message}`, note].filter(Boolean).join(' - ');
  const fields = (conflicts ?? []).map(
    ({ field, owner, live, wanted }) => `  ${field} owned by ${owner}: live ${JSON.stringify(live)}, wanted ${JSON.stringify(wanted)}`,
  );
  return [head, ...fields, ...(diff === undefined ? [] : [diff])].join('\n');
}
