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
  const calls = registry.counter('deployment_engine_calls_total', 'Finished tool calls by outcome.', ['server', 'tool', 'outcome']);
  const seconds = registry.histogram('deployment_engine_call_duration_seconds', 'Duration of tool calls.', ['server']);
  return {
    registry,
    observe(call) {
      calls.add(1, { server: call.server, tool: call.tool, outcome: call.outcome });
      seconds.observe(call.seconds, { server: call.server });
    },
    text: () => registry.render(),
  };
}
