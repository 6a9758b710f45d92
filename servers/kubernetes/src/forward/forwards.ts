import { randomBytes } from 'node:crypto';
import { ToolError } from '@deployment-engine/shared/contracts';
import { listenOnLoopback, type LoopbackListener } from '@deployment-engine/shared/platform';
import type { Cluster } from '../client/cluster.ts';
import { tunnel, type PodPort } from '../client/port-tunnel.ts';
import { oneLine } from '../report/text.ts';

export interface ForwardWish extends PodPort {
  /** 0 lets the system choose. */
  localPort: number;
  /** Who may see and stop it. */
  owner: string;
  minutes: number;
}

/** A forwarded port as its owner sees it. */
export interface ForwardFacts {
  id: string;
  context: string;
  namespace: string;
  pod: string;
  port: number;
  address: string;
  connections: number;
  /** RFC 3339. */
  ends: string;
  /** What went wrong last. */
  error?: string;
}

interface Forward extends PodPort {
  id: string;
  owner: string;
  context: string;
  listener: LoopbackListener;
  stopping: AbortController;
  timer: NodeJS.Timeout;
  ends: number;
  error: string | undefined;
}

const MOST_EACH = 10;
const MOST = 50;
const MOST_CONNECTIONS = 64;

/** The forwarded ports of this process. They end with it, with their time, or when their owner says so. */
export class Forwards {
  readonly #open = new Map<string, Forward>();
  /** Owners of those that are being opened: two calls at once must not pass the limit together. */
  readonly #starting: string[] = [];
  #closed = false;

  /** @throws ToolError `rate_limited` when there are too many, `unavailable` for a port that is in use */
  async start(cluster: Cluster, wish: ForwardWish): Promise<ForwardFacts> {
    const owners = [...[...this.#open.values()].map(({ owner }) => owner), ...this.#starting];
    const own = owners.filter((owner) => owner === wish.owner).length;
    if (own >= MOST_EACH || owners.length >= MOST)
      throw new ToolError(
        'rate_limited',
        own >= MOST_EACH ? `You forward ${own} ports already.` : 'Too many ports are forwarded already.',
        { hint: 'End one with port_forward_stop.' },
      );
    const stopping = new AbortController();
    const { namespace, pod, port, owner, minutes } = wish;
    this.#starting.push(owner);
    try {
      const listener = await listenOnLoopback({
        port: wish.localPort,
        most: MOST_CONNECTIONS,
        onConnection: (local) => {
          tunnel(cluster, { namespace, pod, port }, local, stopping.signal).catch((error: unknown) => {
            forward.error = error instanceof ToolError ? oneLine(error.message) : 'The connection failed.';
            local.destroy();
          });
        },
      });
      const id = randomBytes(6).toString('hex');
      const timer = setTimeout(() => void this.#end(forward), minutes * 60_000).unref();
      const ends = Date.now() + minutes * 60_000;
      const forward: Forward = {
        namespace,
        pod,
        port,
        id,
        owner,
        context: cluster.name,
        listener,
        stopping,
        timer,
        ends,
        error: undefined,
      };
      this.#open.set(id, forward);
      // the server may have been closed while the port was opened
      if (this.#closed) await this.#end(forward);
      return factsOf(forward);
    } finally {
      this.#starting.splice(this.#starting.indexOf(owner), 1);
    }
  }

  list(owner: string): ForwardFacts[] {
    return [...this.#open.values()].filter((one) => one.owner === owner).map(factsOf);
  }

  /** @throws ToolError `not_found` for one that is not there or belongs to somebody else */
  async stop(owner: string, id: string): Promise<ForwardFacts> {
    const forward = this.#open.get(id);
    if (forward === undefined || forward.owner !== owner)
      throw new ToolError('not_found', `No forwarded port has the id "${id}".`, { hint: 'port_forwards_list shows yours.' });
    const facts = factsOf(forward);
    await this.#end(forward);
    return facts;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open.values()].map((one) => this.#end(one)));
  }

  async #end(forward: Forward): Promise<void> {
    this.#open.delete(forward.id);
    clearTimeout(forward.timer);
    forward.stopping.abort(new ToolError('cancelled', 'The forwarded port was closed.'));
    await forward.listener.close();
  }
}

function factsOf({ id, context, namespace, pod, port, listener, ends, error }: Forward): ForwardFacts {
  return {
    id,
    context,
    namespace,
    pod,
    port,
    address: `${listener.host}:${listener.port}`,
    connections: listener.open,
    ends: new Date(ends).toISOString(),
    ...(error === undefined ? {} : { error }),
  };
}
