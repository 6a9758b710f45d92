import type { Caller } from '@deployment-engine/shared/toolkit';
import type { Upstream } from '../upstream/upstream.ts';

/** The owner trusts a definition at first sight; everybody else waits for a person's approval. */
export function isShown({ principal }: Caller, upstream: Upstream, kind: 'tool' | 'prompt' | 'template', name: string): boolean {
  return principal.kind === 'owner' || upstream.isApproved(kind, name);
}
