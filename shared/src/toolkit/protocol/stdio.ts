import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { OWNER } from '../../contracts/index.ts';
import type { Log } from '../../platform/log/index.ts';
import type { Roots } from '../../platform/paths/index.ts';
import type { McpBackend } from '../backend.ts';
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
}

export interface StdioFront {
  /** Settles when the client has closed its end. */
  closed: Promise<void>;
  close(): Promise<void>;
}

/** MCP over this process's standard streams, both eras. The caller is the local owner. */
export function serveOverStdio({ backend, log, roots, profile, decisionKey }: StdioOptions): StdioFront {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const stops: (() => void)[] = [];
  let pinned: Session | undefined;
  const transport = new StdioTransport({ backend, input: process.stdin, output: process.stdout, session: () => pinned });
  const handle = serveStdio(
    ({ era }) => {
      const session: Session = {
        transport: 'stdio',
        principal: OWNER,
        clientRoots: { narrowed: undefined, narrow: async (uris) => roots.narrow(uris) },
        ...(profile === undefined ? {} : { profile }),
        ...(decisionKey === undefined ? {} : { decisionKey }),
      };
      // the SDK asks for a probe's instance first and keeps the last one
      pinned = session;
      const server = createSdkServer(backend, session);
      server.setNotificationHandler('notifications/roots/list_changed', () => {
        session.clientRoots!.narrowed = undefined;
      });
      // the modern era's listen streams are told through the same methods by the SDK's stdio entry
      stops.push(backend.onChange((change) => (typeof change === 'string' ? announce(server, change) : era === 'modern' && void server.sendResourceUpdated({ uri: change.uri }).catch(() => undefined))));
      return server;
    },
    { transport, onerror: (error) => log.debug({ err: error }, 'stdio') },
  );
  process.stdin.once('close', resolve);
  process.stdin.once('end', resolve);
  return {
    closed,
    async close() {
      for (const stop of stops) stop();
      await handle.close();
      resolve();
    },
  };
}
