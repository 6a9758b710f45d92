import type { McpBackend } from '../backend.ts';
import type { Caller } from '../call.ts';
import type { Session } from './session.ts';

interface ListenBody {
  method?: unknown;
  params?: { notifications?: { resourceSubscriptions?: unknown } };
}

/** More would make one request cost more than a client can need. */
const MAX_RESOURCES = 100;

/** 2026-07-28: a listen stream names the resources it wants; they are watched for as long as it is open. Returns how to stop. */
export async function watchListened(
  backend: McpBackend,
  session: Session,
  body: unknown,
  signal: AbortSignal,
  updated: (uri: string) => void,
): Promise<() => void> {
  const { method, params } = (body ?? {}) as ListenBody;
  const uris = params?.notifications?.resourceSubscriptions;
  if (method !== 'subscriptions/listen' || !Array.isArray(uris)) return () => undefined;
  const caller: Caller = {
    principal: session.principal,
    transport: session.transport,
    signal,
    can: { elicitation: false, sampling: false, roots: false },
    answers: {},
    meta: {},
  };
  const wanted = uris.filter((uri): uri is string => typeof uri === 'string').slice(0, MAX_RESOURCES);
  // one that cannot be watched does not close the stream for the others
  const watches = await Promise.allSettled(wanted.map((uri) => backend.watchResource(uri, caller, () => updated(uri))));
  return () => {
    for (const watch of watches) if (watch.status === 'fulfilled') watch.value();
  };
}
