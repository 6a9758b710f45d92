import type { Client } from '@modelcontextprotocol/client';
import type { Live } from './connection.ts';

/** Ends one subscription at the upstream. */
type End = () => void;

/** What the hub has subscribed to at one upstream, in the way of its era; made again on every new connection. */
export class Subscriptions {
  readonly #watchers = new Map<string, number>();
  #ends = new Map<string, End>();
  #live: Live | undefined;

  /** Follows a new connection: list changes, and every resource that is still watched. Failures only mean fewer notices. */
  async attach(live: Live): Promise<void> {
    this.#live = live;
    this.#ends = new Map();
    if (live.era === 'modern') await listenToLists(live.client).catch(() => undefined);
    await Promise.allSettled([...this.#watchers.keys()].map((uri) => this.#begin(uri)));
  }

  /** Counts a watcher; the first one subscribes. Throws if the upstream refuses. */
  async watch(uri: string): Promise<void> {
    const watchers = (this.#watchers.get(uri) ?? 0) + 1;
    this.#watchers.set(uri, watchers);
    if (watchers > 1) return;
    try {
      await this.#begin(uri);
    } catch (error) {
      this.#watchers.delete(uri);
      throw error;
    }
  }

  unwatch(uri: string): void {
    const left = (this.#watchers.get(uri) ?? 1) - 1;
    if (left > 0) {
      this.#watchers.set(uri, left);
      return;
    }
    this.#watchers.delete(uri);
    this.#ends.get(uri)?.();
    this.#ends.delete(uri);
  }

  async #begin(uri: string): Promise<void> {
    const live = this.#live;
    if (!live) return;
    if (live.era === 'modern') {
      const subscription = await live.client.listen({ resourceSubscriptions: [uri] });
      this.#ends.set(uri, () => void subscription.close().catch(() => undefined));
    } else {
      await live.client.subscribeResource({ uri });
      this.#ends.set(uri, () => void live.client.unsubscribeResource({ uri }).catch(() => undefined));
    }
  }
}

async function listenToLists(client: Client): Promise<void> {
  const { tools, prompts, resources } = client.getServerCapabilities() ?? {};
  const filter = {
    ...(tools?.listChanged ? { toolsListChanged: true } : {}),
    ...(prompts?.listChanged ? { promptsListChanged: true } : {}),
    ...(resources?.listChanged ? { resourcesListChanged: true } : {}),
  };
  if (Object.keys(filter).length > 0) await client.listen(filter);
}
