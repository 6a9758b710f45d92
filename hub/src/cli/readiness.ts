import type { Registry } from '../registry/registry.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { paint, visible, visibleLine } from './print.ts';
import { plural } from './words.ts';

/** Whether one server can do its work now, and if not, what to do about it. */
export interface ServerReadiness {
  name: string;
  title: string;
  kind: 'built-in' | 'third-party';
  ready: boolean;
  /** Tools that it lists; 0 while it has never been reached. */
  tools: number;
  detail?: string;
  missing?: string;
  hint?: string;
  /** The end of a child's stderr, redacted. */
  stderr?: string[];
}

/** Asks every server at the same time, and waits for none of them longer than `patienceMs`. */
export async function readinessOf(
  registry: Registry,
  patienceMs: number,
  onEach: (one: ServerReadiness) => void = () => undefined,
): Promise<ServerReadiness[]> {
  return Promise.all(
    [...registry.upstreams.values()].map(async (upstream) => {
      const one = await readinessOfOne(upstream, patienceMs);
      onEach(one);
      return one;
    }),
  );
}

async function readinessOfOne(upstream: Upstream, patienceMs: number): Promise<ServerReadiness> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ ready: false; missing: string; hint: string }>((resolve) => {
    timer = setTimeout(() => {
      stop.abort();
      resolve({
        ready: false,
        missing: `no answer within ${patienceMs / 1_000} seconds`,
        hint: upstream.builtin ? 'It may only be slow: try one of its tools.' : 'It may only be slow to start: try again.',
      });
    }, patienceMs);
  });
  const asking = upstream.probe(stop.signal).catch((error: unknown) => ({
    ready: false as const,
    missing: error instanceof Error ? error.message : String(error),
    hint: 'See the log.',
  }));
  const readiness = await Promise.race([asking, late]);
  clearTimeout(timer);
  const stderr = upstream.tail?.() ?? [];
  return {
    name: upstream.slug,
    title: upstream.title,
    kind: upstream.builtin ? 'built-in' : 'third-party',
    ready: readiness.ready,
    tools: upstream.known()?.tools.length ?? 0,
    ...(readiness.ready
      ? readiness.detail === undefined
        ? {}
        : { detail: readiness.detail }
      : { missing: readiness.missing, hint: readiness.hint }),
    ...(stderr.length === 0 ? {} : { stderr }),
  };
}

/** For a person: a line for each server, below it what is missing, how to get it, and the last words of one that is not ready. */
export function readinessLines(servers: readonly ServerReadiness[]): string[] {
  const wide = Math.max(...servers.map(({ name }) => name.length), 0);
  const count = Math.max(...servers.map(({ tools }) => plural(tools, 'tool').length), 0);
  return servers.flatMap((server) => {
    const mark = server.ready ? paint('green', '✓') : paint('yellow', '✗');
    const lead = `  ${mark} ${server.name.padEnd(wide)}  ${plural(server.tools, 'tool').padStart(count)}`;
    if (server.ready && server.kind === 'built-in')
      return [`${lead}${server.detail === undefined ? '' : `  ${visibleLine(server.detail)}`}`];
    const indent = ' '.repeat(wide + count + 8);
    return [
      server.ready ? lead : `${lead}  ${visibleLine(server.missing ?? '')}`,
      ...(server.ready || !server.hint ? [] : server.hint.split('\n').map((line) => `${indent}${visible(line)}`)),
      ...(server.stderr ?? []).slice(-5).map((line) => `${indent}${paint('dim', `stderr: ${visibleLine(line)}`)}`),
    ];
  });
}
