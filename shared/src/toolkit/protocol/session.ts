import type { Principal } from '../../contracts/index.ts';
import type { Roots } from '../../platform/paths/index.ts';
import type { ClientLogLevel } from '../context.ts';

/** What is known of a connection before its requests: one stdio pipe, one HTTP session, or one modern HTTP request. */
export interface Session {
  transport: 'stdio' | 'http';
  principal: Principal;
  profile?: 'flat' | 'compact';
  /** What a handshake-era client wants to hear at least (`logging/setLevel`); everything until it says. */
  logLevel?: ClientLogLevel;
  /** stdio only: the roots that the client has told, narrowing the operator's. */
  clientRoots?: ClientRoots;
  /** Lets a decision that the hub took for this process's caller be trusted (DESIGN §5, Principals). */
  decisionKey?: string;
}

/** The client's roots: unknown until it is asked, then kept until it says that they changed. */
export interface ClientRoots {
  narrowed: Roots | undefined;
  narrow: (uris: readonly string[]) => Promise<Roots>;
}
