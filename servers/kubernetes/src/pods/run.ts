import { randomBytes } from 'node:crypto';
import { ToolError } from '@deployment-engine/shared/contracts';
import { abortedBy } from '../client/socket.ts';
import type { KubeObject } from '../client/wire.ts';
import type { ClusterContext } from '../tools/define.ts';
import { statusOf } from '../report/status.ts';
import { oneLine } from '../report/text.ts';
import { readLogs } from './log.ts';
import { allStatuses, podKind, type Pod } from './pod.ts';
import { waitForPod } from './wait.ts';

export interface RunWish {
  namespace: string;
  name?: string | undefined;
  image: string;
  command?: readonly string[] | undefined;
  env: Readonly<Record<string, string>>;
  security: 'restricted' | 'image';
  cpu: string;
  memory: string;
  serviceAccount?: string | undefined;
  timeoutMs: number;
  keep: boolean;
  tail: number;
}

export interface Ran {
  name: string;
  status: string;
  exitCode: number | undefined;
  lines: string[];
  older: boolean;
  removed: boolean;
}

const CONTAINER = 'main';
/** Without these a pod waits for ever, and the kubelet says so at once or after a few tries. */
const HOPELESS = /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|CreateContainerConfigError|CreateContainerError|RunContainerError)$/;
export const hopeless = (reason: string | undefined): boolean => HOPELESS.test(reason ?? '');

const CREATE_MS = 30_000;
const REMOVE_MS = 10_000;

/** What the restricted Pod Security Standard asks for (kubernetes.io, "Pod Security Standards"), and no API token. */
const AS_NOBODY = { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: 'RuntimeDefault' } };
const NO_PRIVILEGES = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
/** The same for a container of somebody else's pod. */
export const RESTRICTED_CONTAINER = { ...AS_NOBODY, ...NO_PRIVILEGES };

/** The pod of a wish. */
export function runBody(wish: RunWish): KubeObject {
  const restricted = wish.security === 'restricted';
  const resources = { cpu: wish.cpu, memory: wish.memory };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: wish.name ?? `run-${randomBytes(5).toString('hex')}`,
      namespace: wish.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'deployment-engine' },
    },
    spec: {
      restartPolicy: 'Never',
      // the cluster ends it even if nobody is there any more to remove it
      activeDeadlineSeconds: Math.ceil(wish.timeoutMs / 1_000) + 60,
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: wish.serviceAccount !== undefined,
      ...(wish.serviceAccount === undefined ? {} : { serviceAccountName: wish.serviceAccount }),
      ...(restricted ? { securityContext: AS_NOBODY } : {}),
      containers: [
        {
          name: CONTAINER,
          image: wish.image,
          ...(wish.command === undefined ? {} : { command: wish.command }),
          env: Object.entries(wish.env).map(([name, value]) => ({ name, value })),
          resources: { requests: resources, limits: resources },
          ...(restricted ? { securityContext: NO_PRIVILEGES } : {}),
        },
      ],
    },
  };
}

/** Makes a pod, waits for its end, reads its log and removes it, whatever happens in between. */
export async function runPod(wish: RunWish, context: ClusterContext): Promise<Ran> {
  const { cluster, signal, progress } = context;
  const { namespace } = wish;
  const kind = await podKind(cluster, signal);
  const body = runBody(wish);
  if (signal.aborted) throw abortedBy(signal);
  // with a signal of its own: who stops listening here does not learn that it was made, and could not remove it
  const made = await cluster.create<Pod>(kind, { namespace }, body, AbortSignal.timeout(CREATE_MS));
  const { name, uid } = made.metadata;
  let steps = 0;
  let last: Pod = made;
  let removed = false;
  const remove = async (): Promise<void> => {
    // with a signal of its own: a call that was cancelled must not leave it behind
    await cluster.delete(kind, { namespace, name }, { uid, graceSeconds: 0 }, AbortSignal.timeout(REMOVE_MS));
    removed = true;
  };
  try {
    await waitForPod(
      cluster,
      namespace,
      name,
      (pod) => {
        last = pod;
        const { status, detail } = statusOf({ kind: 'Pod', ...pod });
        progress({ progress: (steps += 1), message: `${name}: ${status}` });
        const waiting = allStatuses(pod)[0]?.state?.waiting;
        if (waiting !== undefined && hopeless(waiting.reason))
          throw new ToolError('upstream_error', `The pod could not start: ${oneLine(`${status} ${detail ?? ''}`, 300)}`, {
            hint: 'Correct the image or the command; the pod was not left behind.',
          });
        return isOver(pod) ? pod : undefined;
      },
      { signal, time: AbortSignal.timeout(wish.timeoutMs) },
    );
    const log = await readLogs([last], { tail: wish.tail, previous: false, followMs: 0 }, context).catch((error: unknown) => {
      if (signal.aborted || !(error instanceof ToolError)) throw error;
      return undefined;
    });
    const exitCode = allStatuses(last)[0]?.state?.terminated?.exitCode;
    const { status, detail } = statusOf({ kind: 'Pod', ...last });
    if (!wish.keep) await remove();
    return {
      name,
      status: isOver(last) || detail === undefined ? status : oneLine(`${status}: ${detail}`, 300),
      exitCode,
      lines: (log?.lines ?? []).map(({ text }) => text),
      older: log?.more ?? false,
      removed,
    };
  } catch (error) {
    if (!removed) await remove().catch(() => undefined);
    throw error;
  }
}

const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
