import type { Cluster } from '../client/cluster.ts';
import { oneLine } from '../report/text.ts';
import type { Request } from './rules.ts';

export interface Verdict {
  allowed: boolean;
  /** The authorizer's own words, where it gives any. */
  reason?: string;
}

/** Whom a review is about; undefined: whoever asks. */
export interface Someone {
  user?: string | undefined;
  groups?: readonly string[] | undefined;
}

interface WireReview {
  status?: { allowed?: boolean; denied?: boolean; reason?: string; evaluationError?: string };
}

/** Asks the API server itself (SelfSubjectAccessReview, or SubjectAccessReview for somebody else, which needs the permission to ask). */
export async function review(
  cluster: Cluster,
  someone: Someone | undefined,
  { request, namespace }: { request: Request; namespace: string | undefined },
  signal: AbortSignal,
): Promise<Verdict> {
  const name = someone === undefined ? 'SelfSubjectAccessReview' : 'SubjectAccessReview';
  const kind = await cluster.kind(`authorization.k8s.io/v1/${name}`, signal);
  const attributes =
    'path' in request
      ? { nonResourceAttributes: { verb: request.verb, path: request.path } }
      : { resourceAttributes: { ...request, ...(namespace === undefined ? {} : { namespace }) } };
  const spec = { ...attributes, ...someone };
  const { status = {} } = await cluster.review<WireReview>(
    kind,
    undefined,
    { apiVersion: 'authorization.k8s.io/v1', kind: name, spec },
    signal,
  );
  const reason = oneLine([status.reason, status.evaluationError].filter(Boolean).join('; '), 300);
  return { allowed: status.allowed === true, ...(reason === '' ? {} : { reason }) };
}

/** User and groups of a service account, `namespace/name` (kubernetes.io, "Authenticating"). */
export function accountUser(account: string): Required<Someone> {
  const [namespace = '', name = ''] = account.split('/');
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}
