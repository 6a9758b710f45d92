import { ToolError } from '@deployment-engine/shared/contracts';
import { defineResource, type ListedResource, type ToolContext } from '@deployment-engine/shared/toolkit';
import type { Cluster } from '../client/cluster.ts';
import { resourceName, type Kind } from '../client/discovery.ts';
import type { KubernetesDeps } from '../kubernetes.ts';
import { cutText, MOST_TOKENS, TOKEN_BYTES } from '../report/budget.ts';
import { presentable } from '../report/mask.ts';
import { statusOf } from '../report/status.ts';
import { oneLine } from '../report/text.ts';
import { toYaml } from '../report/yaml.ts';
import * as fields from '../tools/fields.ts';
import { completeObject, NO_NAMESPACE } from './complete.ts';

const EVERY = '*';
const LISTED = 100;
/** Objects of a kind in one namespace that are shown. */
const SHOWN = 500;
/** Changes of a whole kind within this time are told as one. */
const TOGETHER_MS = 200;

interface Target {
  cluster: Cluster;
  kind: Kind;
  namespace: string | undefined;
  /** Undefined for all of the kind. */
  name: string | undefined;
}

/**
 * One object, or with the name `*` all of a kind in one namespace. A subscription tells of every change, without a gap over restarts of
 * the API server.
 */
export const kubernetesObject = defineResource<KubernetesDeps>({
  uri: 'kubernetes://{context}/{namespace}/{kind}/{name}',
  name: 'kubernetes_object',
  title: 'An object of a cluster',
  description:
    'One object as YAML, secrets masked; can be subscribed to. Namespace - for what has none; name * for all of the kind, with their status.',
  mimeType: 'application/yaml',
  scopes: ['kubernetes:read'],
  async read(variables, context) {
    const { cluster, kind, namespace, name } = await targetOf(variables, context);
    if (name === undefined) return { text: await statuses(cluster, kind, namespace, context.signal), mimeType: 'text/plain' };
    const object = await cluster.get(kind, { namespace, name }, context.signal);
    const marks = await context.deps.kubernetes.marks();
    const { text, cut } = cutText(toYaml(presentable(object, { marks, context: cluster.name })), MOST_TOKENS * TOKEN_BYTES);
    return { text: cut > 0 ? `${text}\n# ${cut} bytes left out: take fields of it with resources_get\n` : text };
  },
  async list({ deps, signal }) {
    const cluster = await deps.kubernetes.clusters.get(undefined);
    const found = await Promise.allSettled([
      listed(cluster, 'v1/namespaces', undefined, signal),
      ...['apps/v1/deployments', 'apps/v1/statefulsets', 'apps/v1/daemonsets'].map((kind) =>
        listed(cluster, kind, cluster.namespace, signal),
      ),
    ]);
    return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])).slice(0, LISTED);
  },
  complete: (variable, typed, context, given) => completeObject(variable, typed, context, given),
  async watch(uri, changed, context) {
    const target = await targetOf(variablesOf(uri), context);
    await follow(target, changed, context);
  },
});

/**
 * Returns once the first state is known, or throws what keeps it from being known; goes on until the signal ends it. Where it fails later
 * it says so by one last change: whoever reads then learns why.
 */
async function follow(
  { cluster, kind, namespace, name }: Target,
  changed: () => void,
  { signal, log }: ToolContext<KubernetesDeps>,
): Promise<void> {
  const selection = { namespace, ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }) };
  const events = cluster.watch(kind, selection, { signal });
  for (;;) {
    const { value, done } = await events.next();
    if (done === true || value.type === 'SYNCED') break;
  }
  const tell = name === undefined ? together(changed, signal) : changed;
  const run = async (): Promise<void> => {
    try {
      for await (const _event of events) tell();
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error }, 'a watch has ended');
      changed();
    }
  };
  void run();
}

function together(changed: () => void, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed();
    }, TOGETHER_MS);
  };
}

async function targetOf(variables: Readonly<Record<string, string>>, { deps, signal }: ToolContext<KubernetesDeps>): Promise<Target> {
  const { context = '', namespace = '', kind: wanted = '', name = '' } = variables;
  const fine =
    fields.contextName.safeParse(context).success &&
    (namespace === NO_NAMESPACE || fields.namespaceName.safeParse(namespace).success) &&
    fields.kind.safeParse(wanted).success &&
    (name === EVERY || fields.objectName.safeParse(name).success);
  if (!fine)
    throw new ToolError('invalid_input', 'That is no address of an object.', {
      hint: 'kubernetes://CONTEXT/NAMESPACE/KIND/NAME, each part encoded; namespace - for what has none, name * for all.',
    });
  const cluster = await deps.kubernetes.clusters.get(context);
  const kind = await cluster.kind(wanted, signal);
  if (kind.namespaced === (namespace === NO_NAMESPACE))
    throw new ToolError('invalid_input', kind.namespaced ? `${kind.kind} lives in a namespace.` : `${kind.kind} lives in no namespace.`, {
      hint: kind.namespaced ? 'Give the namespace.' : 'Give - for the namespace.',
    });
  return { cluster, kind, namespace: kind.namespaced ? namespace : undefined, name: name === EVERY ? undefined : name };
}

function variablesOf(uri: string): Record<string, string> {
  const parts = uri.slice('kubernetes://'.length).split('/');
  if (parts.length !== 4) return {};
  const [context, namespace, kind, name] = parts.map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return '';
    }
  });
  return { context: context ?? '', namespace: namespace ?? '', kind: kind ?? '', name: name ?? '' };
}

export const objectUri = (context: string, namespace: string | undefined, kind: string, name: string): string =>
  `kubernetes://${[context, namespace ?? NO_NAMESPACE, kind, name].map(encodeURIComponent).join('/')}`;

async function listed(cluster: Cluster, wanted: string, namespace: string | undefined, signal: AbortSignal): Promise<ListedResource[]> {
  const kind = await cluster.kind(wanted, signal);
  const { items } = await cluster.names(kind, { namespace, limit: LISTED / 2 }, signal);
  return items
    .filter(({ metadata }) => kind.namespaced || cluster.access.mayTouch(metadata.name))
    .map(({ metadata }) => ({
      uri: objectUri(cluster.name, namespace, resourceName(kind), metadata.name),
      name: `${kind.singular || kind.resource} ${metadata.name}`,
      mimeType: 'application/yaml',
    }));
}

async function statuses(cluster: Cluster, kind: Kind, namespace: string | undefined, signal: AbortSignal): Promise<string> {
  const { items, metadata } = await cluster.list(kind, { namespace, limit: SHOWN }, signal);
  const lines = items.map((object) => {
    const { status, detail } = statusOf({ ...object, kind: kind.kind });
    return [object.metadata.name, status, oneLine(detail ?? '', 120)].join('\t').trimEnd();
  });
  const more = metadata.continue ? [`# more than ${SHOWN}: page through them with resources_list`] : [];
  return [...lines, ...more, ''].join('\n');
}
