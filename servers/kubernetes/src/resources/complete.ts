import { ToolError } from '@deployment-engine/shared/contracts';
import type { ToolContext } from '@deployment-engine/shared/toolkit';
import { resourceName } from '../client/discovery.ts';
import type { KubernetesDeps } from '../kubernetes.ts';
import * as fields from '../tools/fields.ts';

/** Stands for the namespace of what has none. */
export const NO_NAMESPACE = '-';
/** Names that are looked through. */
const MOST = 500;
const WORKLOADS = ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch', 'cronjobs.batch', 'pods'];

/**
 * Contexts, namespaces, kinds and names that begin with what is typed. Names need the kind, which stands in another argument. A cluster
 * that does not answer, or refuses, completes nothing.
 */
export async function completeObject(
  variable: string,
  typed: string,
  context: ToolContext<KubernetesDeps>,
  given: Readonly<Record<string, string>>,
): Promise<string[]> {
  try {
    return (await candidates(variable, context, given)).filter((one) => one.startsWith(typed));
  } catch (error) {
    if (error instanceof ToolError && !context.signal.aborted) return [];
    throw error;
  }
}

async function candidates(
  variable: string,
  { deps, signal }: ToolContext<KubernetesDeps>,
  given: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { clusters } = deps.kubernetes;
  if (variable === 'context') return (await clusters.contexts()).entries.map((one) => one.name);
  const cluster = await clusters.get(given['context'] || undefined);
  switch (variable) {
    case 'namespace': {
      const kind = await cluster.kind('v1/namespaces', signal);
      const { items } = await cluster.names(kind, { limit: MOST }, signal);
      return items.map(({ metadata }) => metadata.name).filter((name) => cluster.access.mayTouch(name));
    }
    case 'kind': {
      const kinds = (await cluster.kinds(signal)).filter(({ verbs }) => verbs.includes('list')).map(resourceName);
      return [...new Set([...WORKLOADS.filter((one) => kinds.includes(one)), ...kinds])];
    }
    case 'name': {
      if (!fields.kind.safeParse(given['kind']).success) return [];
      const kind = await cluster.kind(given['kind'] ?? '', signal);
      const namespace = given['namespace'] && given['namespace'] !== NO_NAMESPACE ? given['namespace'] : cluster.namespace;
      if (kind.namespaced && !fields.namespaceName.safeParse(namespace).success) return [];
      const { items } = await cluster.names(kind, { namespace: kind.namespaced ? namespace : undefined, limit: MOST }, signal);
      return items.map(({ metadata }) => metadata.name);
    }
    default:
      return [];
  }
}
