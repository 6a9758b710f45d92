import { createMetrics, type Metrics } from '../platform/telemetry/index.ts';
import type { Observe } from './pipeline/metrics.ts';

export interface CallMetrics {
  observe: Observe;
  /** Prometheus text. */
  text: () => string;
  registry: Metrics;
}

/** Calls by server, tool and outcome, and how long they took. */
export function callMetrics(): CallMetrics {
  const registry = createMetrics();
  const calls = registry.counter({
    name: 'deployment_engine_calls_total',
    help: 'Finished tool calls by outcome.',
    labels: ['server', 'tool', 'outcome'],
  });
  const seconds = registry.histogram({
    name: 'deployment_engine_call_duration_seconds',
    help: 'Duration of tool calls.',
    labels: ['server'],
  });
  return {
    registry,
    observe({ server, tool, outcome, seconds: took }) {
      calls.add({ server, tool, outcome });
      seconds.observe(took, { server });
    },
    text: () => registry.render(),
  };
}
