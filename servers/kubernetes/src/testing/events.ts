import type { Draft } from './fixture.ts';

interface About {
  apiVersion?: string;
  kind: string;
  namespace: string;
  name: string;
}

interface EventWords {
  /** Warning unless it is given. */
  type?: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** Who writes it: kubelet, service-controller, … */
  component?: string;
  count?: number;
  /** Seconds since the first and since the last time. */
  first?: number;
  last?: number;
}

/** An Event as a component of Kubernetes writes it about an object (core/v1 Event). */
export function eventBody({ apiVersion = 'v1', kind, namespace, name }: About, words: EventWords): Draft {
  const { type = 'Warning', reason, message, component = 'test', count = 1, last = 1, first = last } = words;
  const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString().replace(/\.\d+Z/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${reason.toLowerCase()}`, namespace },
    involvedObject: { apiVersion, kind, namespace, name },
    type,
    reason,
    message,
    count,
    firstTimestamp: ago(first),
    lastTimestamp: ago(last),
    source: { component },
  };
}
