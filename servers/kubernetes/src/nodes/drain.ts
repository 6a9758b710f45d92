import { setTimeout as delay } from 'node:timers/promises';
import { ToolError } from '@deployment-engine/shared/contracts';
import { eachOf } from '../client/at-once.ts';
import type { Cluster } from '../client/cluster.ts';
import type { Pod } from '../client/pod-spec.ts';
import { evict } from '../pods/evict.ts';
import { podsOn, podText } from './drain-plan.ts';

export interface Drained {
  evicted: string[];
  /** Still there: the pod and what held it. */
  held: string[][];
  /** Refused for good: the pod and why. */
  failed: string[][];
}

export interface DrainOptions {
  node: string;
  timeoutMs: number;
  graceSeconds?: number | undefined;
  signal: AbortSignal;
  onProgress(done: number, message: string): void;
}

/** Between two tries: a budget is counted anew as soon as a pod is ready elsewhere. */
const AGAIN_MS = 1_000;
/** Failures of which the same eviction may go well later. */
const MAY_PASS = new Set(['rate_limited', 'timeout', 'unavailable', 'upstream_error']);

type Attempt = { state: 'accepted' } | { state: 'gone' } | { state: 'held'; why: string } | { state: 'failed'; why: string };

/**
 * Evicts pods by the eviction API, which asks the disruption budgets (kubernetes.io, "API-initiated Eviction"), tries those again that are
 * held back, and waits until they are gone or the time is over.
 *
 * @throws ToolError `cancelled` with what had been evicted until then
 */
export async function drain(cluster: Cluster, pods: readonly Pod[], options: DrainOptions): Promise<Drained> {
  const { node, timeoutMs, signal, onProgress } = options;
  const until = Date.now() + timeoutMs;
  const open = new Map(pods.map((pod) => [pod.metadata.uid ?? '', pod]));
  const accepted = new Set<string>();
  const held = new Map<string, string>();
  const failed: string[][] = [];
  const evicted: string[] = [];
  const close = (uid: string, pod: Pod): void => {
    open.delete(uid);
    evicted.push(podText(pod));
  };
  try {
    while (open.size > 0) {
      await eachOf(
        [...open].filter(([uid]) => !accepted.has(uid)),
        async ([uid, pod]) => {
          const attempt = await attemptOn(cluster, pod, options);
          held.delete(uid);
          if (attempt.state === 'accepted') accepted.add(uid);
          else if (attempt.state === 'gone') close(uid, pod);
          else if (attempt.state === 'held') held.set(uid, attempt.why);
          else {
            open.delete(uid);
            failed.push([podText(pod), attempt.why]);
          }
        },
      );
      const there = new Set((await podsOn(cluster, node, signal)).map(({ metadata }) => metadata.uid));
      for (const [uid, pod] of open) if (!there.has(uid)) close(uid, pod);
      onProgress(
        evicted.length + failed.length,
        `${evicted.length} of ${pods.length} pods are gone${held.size > 0 ? `, ${held.size} held back` : ''}`,
      );
      if (open.size === 0 || Date.now() >= until) break;
      await delay(Math.min(AGAIN_MS, Math.max(0, until - Date.now())), undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new ToolError('cancelled', `Stopped: ${evicted.length} of ${pods.length} pods are gone, and ${node} stays cordoned.`, {
      hint: 'Drain it again, or uncordon it with nodes_manage.',
      details: { evicted: evicted.slice(0, 50), remaining: open.size },
    });
  }
  return {
    evicted: evicted.toSorted(),
    held: [...open].map(([uid, pod]) => [podText(pod), held.get(uid) ?? 'it has not ended yet']),
    failed,
  };
}

async function attemptOn(cluster: Cluster, pod: Pod, { graceSeconds, signal }: DrainOptions): Promise<Attempt> {
  if (pod.metadata.deletionTimestamp !== undefined) return { state: 'accepted' };
  try {
    await evict(cluster, pod, { graceSeconds }, signal);
    return { state: 'accepted' };
  } catch (error) {
    if (!(error instanceof ToolError) || signal.aborted) throw error;
    const { reason } = (error.details ?? {}) as { reason?: unknown };
    if (reason === 'DisruptionBudget' || MAY_PASS.has(error.code)) return { state: 'held', why: error.message };
    // another pod has its name by now, which no longer is this drain's
    if (error.code === 'not_found' || error.code === 'conflict') return { state: 'gone' };
    return { state: 'failed', why: `${error.code}: ${error.message}` };
  }
}
