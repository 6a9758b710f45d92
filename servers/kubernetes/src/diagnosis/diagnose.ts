import type { KubeObject } from '../client/wire.ts';
import { count } from '../report/text.ts';
import { autoscalerCauses, budgetCauses } from './autoscalers.ts';
import { ranked, type Cause, type RankedCause } from './cause.ts';
import { claimCauses } from './claims.ts';
import { crashCauses } from './crash.ts';
import { dnsCauses } from './dns.ts';
import { imageCauses } from './images.ts';
import { ingressCauses } from './ingresses.ts';
import { cronCauses, jobCauses } from './jobs.ts';
import { namespaceCauses } from './namespaces.ts';
import { stepsFrom } from './near.ts';
import { evictionCauses, nodeCauses } from './nodes.ts';
import { readinessCauses } from './probes.ts';
import { schedulingCauses } from './scheduling.ts';
import { serviceCauses } from './services.ts';
import { stormCauses } from './storms.ts';
import { ownWords, unexplained } from './unexplained.ts';
import { volumeCauses } from './volumes.ts';
import { webhookCauses } from './webhooks.ts';
import { workloadCauses } from './workloads.ts';
import type { World } from './world.ts';

const ANALYSERS: readonly ((world: World) => Cause[])[] = [
  imageCauses,
  crashCauses,
  readinessCauses,
  schedulingCauses,
  volumeCauses,
  workloadCauses,
  serviceCauses,
  ingressCauses,
  dnsCauses,
  claimCauses,
  autoscalerCauses,
  budgetCauses,
  nodeCauses,
  evictionCauses,
  jobCauses,
  cronCauses,
  webhookCauses,
  namespaceCauses,
  stormCauses,
];

/** What was asked about: keys of objects, none for a whole namespace. `object` where it is one that was read by itself. */
export interface Targets {
  keys: readonly string[];
  object?: KubeObject | undefined;
}

/** Why it does not work, roots first. Empty when nothing speaks against it. */
export function diagnose(world: World, { keys, object }: Targets): RankedCause[] {
  const explained = folded(ANALYSERS.flatMap((analyse) => analyse(world)));
  const all = [...explained, ...unexplained(world, explained)];
  if (keys.length === 0) {
    const pulled = new Set(all.flatMap(({ because = [] }) => because));
    // a node matters to a namespace only by the pods that it has of it, or keeps from it
    const seen = all.filter(
      ({ object: key, explains = [] }) =>
        world.question.namespace === undefined || !key.startsWith('Node/') || explains.length > 0 || pulled.has(key),
    );
    return ranked(seen, () => 1);
  }
  const steps = stepsFrom(world, keys);
  const distance = ({ object: key, explains = [] }: Cause): number =>
    Math.min(steps.get(key) ?? Infinity, 1 + Math.min(Infinity, ...explains.map((one) => steps.get(one) ?? Infinity)));
  const near = new Set<Cause>();
  for (let found = 0; ; found = near.size) {
    for (const one of all) {
      if (near.has(one) || distance(one) === Infinity) continue;
      near.add(one);
      // what a cause follows from belongs to the question, however far it is
      for (const key of one.because ?? []) if (!steps.has(key)) steps.set(key, distance(one) + 1);
    }
    if (near.size === found) break;
  }
  const [key] = keys;
  const words = object !== undefined && key !== undefined && near.size === 0 ? ownWords(world, object, key) : [];
  return ranked([...near, ...words], distance);
}

/** What the pods of a failed Job ended with is the Job's evidence, where it says no more than that they failed. */
function folded(causes: readonly Cause[]): Cause[] {
  const failed = new Map(causes.filter(({ cause }) => cause === 'job_failed').map((one) => [one.object, one]));
  return causes.flatMap((one) => {
    const job = failed.get(one.object);
    if (job === undefined || one.cause !== 'program_error') return [one];
    job.evidence.push(...one.evidence);
    return [];
  });
}

/** One sentence on the state of things. */
export function verdict(world: World, causes: readonly RankedCause[], { keys }: Targets): string {
  const [first, ...rest] = causes;
  const about = keys.length === 1 ? world.label(keys[0] ?? '') : (world.question.namespace ?? 'all namespaces');
  if (first === undefined) {
    if (world.parts.Pod === undefined) return `What could be read says nothing against ${about}, but its pods could not be read.`;
    const pods = world.all('Pod');
    const ready = pods.filter((pod) => world.isReady(pod)).length;
    return `Nothing speaks against ${about} (${count(pods.length, 'pod')} looked at, ${ready} ready or done).`;
  }
  const from = causes.filter(({ follows }) => follows?.cause === first.cause && follows.object === first.object).length;
  const guess = first.confidence === 'possible' ? 'There are only weak signs: ' : '';
  return `${guess}${first.title}.${from > 0 ? ` From that ${from === 1 ? 'follows 1 more' : `follow ${from} more`}.` : ''}${rest.length > from ? ` Besides: ${count(rest.length - from, 'other cause')}.` : ''}`;
}
