import { ToolError, type WireError } from '@deployment-engine/shared/contracts';
import { eachOf } from '../client/at-once.ts';
import type { ClusterContext } from '../tools/define.ts';
import { statusOf } from '../report/status.ts';
import { oneLine } from '../report/text.ts';
import { LastLines, LineSplitter, mergeByTime, momentOf, timedLine, type LogLine } from './lines.ts';
import { podKind, type Pod } from './pod.ts';

export interface LogWish {
  /** RFC 3339. */
  since?: string | undefined;
  until?: string | undefined;
  /** The last so many lines of all together. */
  tail: number;
  /** Only lines with this text, in any letter case. */
  grep?: string | undefined;
  previous: boolean;
  container?: string | undefined;
  /** Milliseconds for which new lines are waited for. */
  followMs: number;
}

export interface Logs {
  lines: LogLine[];
  /** How many containers were read. */
  sources: number;
  /** Older lines were left out. */
  more: boolean;
  failed: { source: string; error: WireError }[];
}

interface Source {
  pod: string;
  container: string;
  label: string;
  /** The API server gives an empty log for a pod that no node has. */
  waits: string | undefined;
}

/** Containers that are read together; following holds a connection for each. */
const MOST_SOURCES = 60;
const MOST_FOLLOWED = 12;
/** Read of one log at most, also where only a few matching lines of it are kept. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The last lines of all containers of the pods, merged by time. Values of Secrets that were read are taken out before anything looks at them. */
export async function readLogs(pods: readonly Pod[], wish: LogWish, context: ClusterContext): Promise<Logs> {
  const sources = sourcesOf(pods, wish.container);
  const most = wish.followMs > 0 ? MOST_FOLLOWED : MOST_SOURCES;
  if (sources.length > most)
    throw new ToolError(
      'too_large',
      `These are ${sources.length} containers; ${most} at most are ${wish.followMs > 0 ? 'followed' : 'read'} at once.`,
      {
        hint: 'Name a container, or give narrower labels.',
      },
    );
  const namespace = pods[0]?.metadata.namespace ?? '';
  const time = wish.followMs > 0 ? AbortSignal.timeout(wish.followMs) : undefined;
  const seen = { lines: 0 };
  const results = await eachOf(
    sources,
    async (source) => {
      try {
        return await readSource(namespace, source, wish, context, time, seen);
      } catch (error) {
        if (!(error instanceof ToolError) || context.signal.aborted) throw error;
        return { error };
      }
    },
    // one that waited for another to end would not be followed at all
    time === undefined ? undefined : most,
  );
  const read = results.flatMap((one) => ('kept' in one ? [one] : []));
  const failed = results.flatMap((one, at) => ('error' in one ? [{ source: sources[at]?.label ?? '', error: one.error }] : []));
  if (read.length === 0 && failed[0] !== undefined) throw failed[0].error;
  const merged = mergeByTime(read.map(({ kept }) => kept.lines));
  const lines = merged.slice(-wish.tail);
  return {
    lines,
    sources: sources.length,
    more: merged.length > lines.length || read.some(({ kept, cut }) => cut || kept.dropped > 0),
    failed: failed.map(({ source, error }) => ({ source, error: error.toWire() })),
  };
}

/** All containers that run in a pod beside each other, or the named one of every pod that has it. */
function sourcesOf(pods: readonly Pod[], wanted: string | undefined): Source[] {
  const found = pods.flatMap((pod) => {
    const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
    const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
    const named = [...containers, ...initContainers, ...ephemeralContainers].filter(({ name }) => name === wanted);
    const waits = pod.spec?.nodeName === undefined ? statusOf({ kind: 'Pod', ...pod }).status : undefined;
    return (wanted === undefined ? [...containers, ...sidecars] : named).map(({ name }) => ({
      pod: pod.metadata.name,
      container: name,
      waits,
    }));
  });
  if (found.length === 0) {
    const names = new Set(
      pods.flatMap(({ spec }) => [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({ name }) => name)),
    );
    throw new ToolError('not_found', `No container is called "${wanted ?? ''}" there.`, {
      hint: `There are: ${[...names].slice(0, 20).join(', ')}.`,
    });
  }
  const several = new Set(found.map(({ pod }) => pod)).size > 1;
  const oneEach = new Set(found.map(({ container }) => container)).size === 1;
  return found.map((one) => ({
    ...one,
    label: several ? (oneEach ? one.pod : `${one.pod} ${one.container}`) : found.length > 1 ? one.container : '',
  }));
}

async function readSource(
  namespace: string,
  { pod, container, label, waits }: Source,
  wish: LogWish,
  { cluster, marks, bytes, signal, progress }: ClusterContext,
  time: AbortSignal | undefined,
  seen: { lines: number },
): Promise<{ kept: LastLines; cut: boolean }> {
  if (waits !== undefined) throw new ToolError('conflict', `The pod ${pod} has no log yet: ${waits}.`, { hint: 'See diagnose.' });
  const { since, tail, grep, previous } = wish;
  const kept = new LastLines({ lines: tail, bytes });
  const needle = grep?.toLowerCase();
  const end = wish.until === undefined ? undefined : momentOf(wish.until);
  const has = (text: string): boolean => needle === undefined || text.toLowerCase().includes(needle);
  const take = (raw: readonly string[]): boolean => {
    const over = end === undefined ? -1 : raw.findIndex((one) => isAfter(timedLine(label, one).time, end));
    const wanted = (over === -1 ? raw : raw.slice(0, over))
      // the API server forgets what is below a second
      .filter((one) => since === undefined || !isAfter(since, momentOf(timedLine(label, one).time)))
      // thousands of values may have to be taken out: only of lines that may be shown
      .filter(has);
    if (wanted.length > 0)
      for (const one of marks.scrub(cluster.name, namespace, wanted.join('\n')).split('\n')) {
        const line = timedLine(label, one);
        // again: a search must not tell that a value is there which is not shown
        if (!has(line.text)) continue;
        kept.add(line);
        seen.lines += 1;
        // each new line keeps the call alive while it follows
        if (time !== undefined)
          progress({ progress: seen.lines, message: oneLine(`${label === '' ? '' : `${label}: `}${line.text}`, 500) });
      }
    return over === -1;
  };
  // the kubelet counts before anything is filtered; one line more tells whether older ones were left out
  const counted = needle === undefined && end === undefined;
  const either = time === undefined ? signal : AbortSignal.any([signal, time]);
  const splitter = new LineSplitter();
  let read = 0;
  try {
    const stream = await cluster.connection.stream({
      path: cluster.subresource('logs', await podKind(cluster, signal), { namespace, name: pod }, 'log'),
      query: {
        container,
        timestamps: true,
        previous: previous || undefined,
        sinceTime: since,
        tailLines: counted ? tail + 1 : undefined,
        follow: time === undefined ? undefined : true,
      },
      accept: '*/*',
      signal: either,
      idleMs: time === undefined ? 30_000 : 0,
    });
    try {
      for await (const part of stream.body) {
        read += part.length;
        if (!take(splitter.push(part)) || read > MOST_BYTES) break;
      }
    } finally {
      stream.close();
    }
  } catch (error) {
    // the time to follow is over: that is the end that was asked for
    if (signal.aborted || time?.aborted !== true) throw error;
  }
  take(splitter.end());
  return { kept, cut: read > MOST_BYTES };
}

function isAfter(time: string, [ms, rest]: [number, number]): boolean {
  const [at, below] = momentOf(time);
  return at > ms || (at === ms && below > rest);
}
