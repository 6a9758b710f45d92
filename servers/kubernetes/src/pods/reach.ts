import type { ClusterContext } from '../tools/define.ts';
import type { Deed } from '../policy/access.ts';
import { sizeInJson } from '../report/budget.ts';
import type { ExecWish } from './exec.ts';
import { HeadTail } from './output.ts';
import { containerOf, demandRunning, getPod, podKind, type Container, type Pod } from './pod.ts';

export interface Reached {
  pod: Pod;
  namespace: string;
  container: Container;
  deed: Deed;
}

/** A running container that the operator lets this server do that with. */
export async function reach(
  verb: 'exec' | 'attach',
  input: { name: string; namespace?: string | undefined; container?: string | undefined },
  { cluster, signal }: ClusterContext,
): Promise<Reached> {
  const namespace = input.namespace ?? cluster.namespace;
  const kind = await podKind(cluster, signal);
  const deed = { verb, kind, namespace, name: input.name };
  cluster.access.demand(deed);
  const pod = await getPod(cluster, namespace, input.name, signal);
  const container = containerOf(pod, input.container);
  demandRunning(pod, container.name);
  return { pod, namespace, container, deed };
}

/** What a program printed within the time, its beginning and end, without the values of Secrets that were read. */
export async function listen<T>(
  { cluster, marks, bytes, signal }: ClusterContext,
  { namespace, seconds }: { namespace: string; seconds: number },
  run: (onOutput: ExecWish['onOutput'], signal: AbortSignal) => Promise<T>,
): Promise<{ ended: T | undefined; stdout: string; stderr: string }> {
  const out = { stdout: new HeadTail(), stderr: new HeadTail() };
  const time = AbortSignal.timeout(seconds * 1_000);
  let ended: T | undefined;
  try {
    ended = await run((stream, part) => out[stream].add(part), AbortSignal.any([signal, time]));
  } catch (error) {
    if (signal.aborted || !time.aborted) throw error;
  }
  const clean = (text: string): string => marks.scrub(cluster.name, namespace, text);
  const stderr = out.stderr.text(bytes / 4, clean);
  return { ended, stderr, stdout: out.stdout.text(bytes - sizeInJson(stderr), clean) };
}
