import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster, Selection } from './cluster.ts';
import { groupVersion } from './discovery.ts';
import type { KubeObject } from './wire.ts';

export interface Gathered<K extends string> {
  /** By kind, as they were asked for; none of a kind that could not be read. */
  found: Record<K, KubeObject[]>;
  /** Why some could not be read, a line each. */
  unread: string[];
}

const MOST = 20_000;

/**
 * The objects of several kinds at once, each with its kind. What the user may not list or the server does not serve is told, and does not
 * hide the rest; when nothing at all can be read, that is an error.
 */
export async function gather<K extends string>(
  cluster: Cluster,
  kinds: readonly K[],
  selection: Selection,
  signal: AbortSignal,
): Promise<Gathered<K>> {
  const unread: string[] = [];
  const failures: ToolError[] = [];
  const lists = await Promise.all(
    kinds.map(async (name): Promise<[K, KubeObject[]]> => {
      try {
        const kind = await cluster.kind(name, signal);
        const { namespace, ...rest } = selection;
        const items = await cluster.listAll(kind, kind.namespaced ? { ...rest, namespace } : rest, signal, MOST);
        if (items.length >= MOST) unread.push(`${name}: only the first ${MOST}`);
        return [name, items.map((one) => ({ ...one, apiVersion: groupVersion(kind), kind: kind.kind }))];
      } catch (error) {
        if (!(error instanceof ToolError) || signal.aborted || !mayMiss(error)) throw error;
        failures.push(error);
        unread.push(`${name}: ${error.message}`);
        return [name, []];
      }
    }),
  );
  const [first] = failures;
  if (first !== undefined && failures.length === kinds.length) throw first;
  return { found: Object.fromEntries(lists) as Record<K, KubeObject[]>, unread };
}

const mayMiss = ({ code }: ToolError): boolean => code === 'forbidden' || code === 'not_found' || code === 'unsupported';

/** `deployments.apps shop/web` */
export const objectName = (resource: string, { metadata: { namespace, name } }: KubeObject): string =>
  `${resource} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
