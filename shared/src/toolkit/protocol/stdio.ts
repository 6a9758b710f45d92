import type { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Readable, Writable } from 'node:stream';
import { OWNER } from '../../contracts/index.ts';
import type { Log } from '../../platform/log/index.ts';
import type { Roots } from '../../platform/paths/index.ts';
import type { McpBackend } from '../backend.ts';
import { watchListened } from './listen-watches.ts';
import { announce } from './legacy-sessions.ts';
import { createSdkServer } from './sdk-server.ts';
import type { Session } from './session.ts';
import { StdioTransport } from './stdio-transport.ts';

export interface StdioOptions {
  backend: McpBackend;
  log: Log;
  /** The operator's roots; the client's own narrow them. */
  roots: Roots;
  profile?: 'flat' | 'compact';
  decisionKey?: string;
  /** Requests at the beginning of the input that have their answers already. */
  answered?: ReadonlySet<string | number>;
  /** Instead of this process's own. */
  streams?: { input: Readable; output: Writable };
}

/** Streams asked for before there is a server; a client opens one. */
const MAX_EARLY = 16;

export interface StdioFront {
  /** Settles when the client has closed its end. */
  closed: Promise<void>;
  close(): Promise<void>;
}

/** MCP over this process's standard streams, both eras. The caller is the local owner. */
export function serveOverStdio({ backend, log, roots, profile, decisionKey, answered, streams }: StdioOptions): StdioFront {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const stops: (() => void)[] = [];
  let pinned: { session: Session; server: Server } | undefined;
  const listening = new Map<unknown, AbortController>();
  let early: { id: unknown; message: unknown }[] = [];
  const observe = (message: unknown): void => {
    const { id, method } = message as { id?: unknown; method?: unknown };
    // at once: the next call may be in the same read, and must not see the roots of before
    if (method === 'notifications/roots/list_changed' && pinned) pinned.session.clientRoots!.narrowed = undefined;
    if (method !== 'subscriptions/listen') return;
    // it may be the very first message, for which the server is made when it is handled
    if (pinned) watch(id, message);
    else if (early.length < MAX_EARLY) early.push({ id, message });
  };
  const watch = (id: unknown, message: unknown): void => {
    if (!pinned) return;
    const stop = new AbortController();
    listening.set(id, stop);
    // the server of a probe may be replaced: what changes goes out through the one that serves then
    const updated = (uri: string): void => void pinned?.server.sendResourceUpdated({ uri }).catch(() => undefined);
    void watchListened(backend, pinned.session, message, stop.signal, updated).then((stopWatching) => {
      const end = (): void => {
        listening.delete(id);
        stopWatching();
      };
      if (stop.signal.aborted) end();
      else stop.signal.addEventListener('abort', end, { once: true });
    });
  };
  const transport = new StdioTransport({
    backend,
    input: streams?.input ?? process.stdin,
    output: streams?.output ?? process.stdout,
    session: () => pinned?.session,
    observe,
    ...(answered === undefined ? {} : { silent: answered }),
    // a listen request is answered when its stream is over, or refused
    answered: (id) => {
      listening.get(id)?.abort();
      early = early.filter((one) => one.id !== id);
    },
    onClosed: resolve,
  });
  const handle = serveStdio(
    () => {
      const session: Session = {
        transport: 'stdio',
        principal: OWNER,
        // a client that names no folder narrows nothing
        clientRoots: { narrowed: undefined, narrow: async (uris) => (uris.length === 0 ? roots : roots.narrow(uris)) },
        ...(profile === undefined ? {} : { profile }),
        ...(decisionKey === undefined ? {} : { decisionKey }),
      };
      const server = createSdkServer(backend, session);
      // the SDK asks for a probe's instance first and keeps the last one
      pinned = { session, server };
      for (const { id, message } of early.splice(0)) watch(id, message);
      // the SDK's stdio entry passes these on to listen streams in the modern era
      stops.push(backend.onChange((change) => announce(server, change)));
      return server;
    },
    { transport, onerror: (error) => log.debug({ err: error }, 'stdio') },
  );
  return {
    closed,
    async close() {
      for (const stop of stops) stop();
      for (const stop of listening.values()) stop.abort();
      await handle.close();
      resolve();
    },
  };
}
