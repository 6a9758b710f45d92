import type { Roots } from '../../platform/paths/index.ts';
import { Ask, type AskCapabilities, InputRequired } from '../ask.ts';
import type { Caller } from '../call.ts';
import type { Session } from './session.ts';

const ROOTS_KEY = 'client_roots';

/**
 * The roots of a call over stdio: the operator's, narrowed by what the client has told. A client that has roots is asked for
 * them when a call first touches a folder, not before: most calls never do.
 */
export function rootsOf({ clientRoots }: Session, can: AskCapabilities): Pick<Caller, 'roots'> {
  if (!clientRoots) return {};
  const { narrowed } = clientRoots;
  if (narrowed) return { roots: () => narrowed };
  return can.roots ? { roots: askForRoots } : {};
}

function askForRoots(): Roots {
  throw new InputRequired({ [ROOTS_KEY]: { method: 'roots/list' } });
}

/** The caller with the roots that its client has told in answer to this very request. */
export async function withToldRoots({ clientRoots }: Session, caller: Caller): Promise<Caller> {
  if (!clientRoots || caller.answers[ROOTS_KEY] === undefined) return caller;
  const told = new Ask(caller.can, caller.answers).roots(ROOTS_KEY);
  const narrowed = await clientRoots.narrow(told.map(({ uri }) => uri));
  // a process behind the hub serves several people: what one has told is not for the next
  if (!caller.decided) clientRoots.narrowed = narrowed;
  return { ...caller, roots: () => narrowed };
}
