import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';

/** stats/summary of a kubelet (stats.k8s.io/v1alpha1), as far as it is read. */
export interface Summary {
  node?: Usage & { runtime?: { imageFs?: FsUsage } };
  pods?: (Usage & { podRef?: { name?: string; namespace?: string }; 'ephemeral-storage'?: FsUsage })[];
}

interface Usage {
  cpu?: { usageNanoCores?: number };
  memory?: { workingSetBytes?: number; availableBytes?: number };
  fs?: FsUsage;
}

interface FsUsage {
  usedBytes?: number;
  capacityBytes?: number;
}

export interface LogWish {
  /** A service such as `kubelet`, or a file under /var/log, with a slash. */
  query: string;
  tail: number;
  /** RFC 3339. */
  since?: string | undefined;
  pattern?: string | undefined;
}

const MAX_BYTES = 8 * 1024 * 1024;

/**
 * What only the kubelet knows, through the API server's proxy (kubernetes.io, "Kubelet authorization"). The proxy reaches all that the
 * kubelet serves, running programs in pods included; that is why read-only mode has none of it.
 */
export class Kubelet {
  readonly #cluster: Cluster;
  readonly #node: string;

  /** @throws ToolError `read_only` */
  constructor(cluster: Cluster, node: string, { readOnly }: { readOnly: boolean }) {
    if (readOnly)
      throw new ToolError('read_only', 'Read-only mode reaches no kubelet: the node’s proxy could also run programs in its pods.', {
        hint: 'Use the views list and top, which need no proxy.',
      });
    this.#cluster = cluster;
    this.#node = node;
  }

  async stats(signal: AbortSignal): Promise<Summary> {
    const path = await this.#path('proxy/stats/summary', signal);
    return this.#cluster.connection.json<Summary>({ path, signal, maxBytes: MAX_BYTES });
  }

  /** Of a service or a file (KEP-2258, general since Kubernetes 1.36; before, only where it is turned on). */
  async log({ query, tail, since, pattern }: LogWish, signal: AbortSignal): Promise<string> {
    // the kubelet looks at the query only, but it answers under /logs/, never at /logs
    const path = await this.#path('proxy/logs/query', signal);
    return this.#cluster.connection.text({
      path,
      query: { query, tailLines: tail, sinceTime: since, pattern },
      signal,
      maxBytes: MAX_BYTES,
    });
  }

  async #path(subresource: string, signal: AbortSignal): Promise<readonly string[]> {
    const kind = await this.#cluster.kind('v1/nodes', signal);
    return this.#cluster.subresource('proxy', kind, { name: this.#node }, subresource);
  }
}
