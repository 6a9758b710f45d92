import { ranked, type Cause } from './cause.ts';
import { exitCauses } from './exit-rules.ts';
import type { Facts } from './facts.ts';
import { logCauses } from './log-rules.ts';
import { runCauses } from './run-rules.ts';
import { startCauses } from './start-rules.ts';

/** Why a container fails, surest first. Empty when nothing speaks against it. */
export function diagnose(facts: Facts): Cause[] {
  const { State: state = {} } = facts.container;
  const causes = ranked([...startCauses(facts), ...exitCauses(facts), ...runCauses(facts), ...logCauses(facts)]);
  const well = state.Running === true && !state.Paused && state.Health?.Status !== 'unhealthy';
  // a container that is well has no cause of failure; what its log hints at stays, marked as possible
  return well ? causes.filter((one) => one.confidence !== 'certain' || one.cause === 'out_of_memory') : causes;
}

/** One sentence on the state of things. */
export function verdict(facts: Facts, causes: readonly Cause[]): string {
  const { State: state = {} } = facts.container;
  const [first] = causes;
  const status = `It is ${state.Status ?? 'in an unknown state'}${state.Health?.Status ? ` and ${state.Health.Status}` : ''}`;
  if (first === undefined) return `${status}; nothing speaks against it.`;
  if (state.Running && first.confidence === 'possible') return `${status}; there are only weak signs of trouble.`;
  return `${status}. ${first.title}.`;
}
