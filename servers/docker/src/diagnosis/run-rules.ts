import { maskText } from '@deployment-engine/shared/platform';
import type { Cause } from './cause.ts';
import type { Facts } from './facts.ts';

/** What is wrong with one that runs. */
export function runCauses({ container, now }: Facts): Cause[] {
  const { State: state = {}, RestartCount: restarts = 0 } = container;
  const causes: Cause[] = [];
  const health = state.Health;
  if (health?.Status === 'unhealthy' || (health?.FailingStreak ?? 0) > 0) {
    const last = (health?.Log ?? []).slice(-3).map(
      (one) =>
        `Check at ${one.End ?? ''}: exit code ${one.ExitCode ?? '?'}, ${
          maskText(one.Output ?? '')
            .trim()
            .slice(0, 300) || 'no output'
        }`,
    );
    causes.push({
      cause: 'unhealthy',
      title: health?.Status === 'unhealthy' ? 'Its health check fails' : 'Its health check has begun to fail',
      confidence: health?.Status === 'unhealthy' ? 'certain' : 'likely',
      evidence: [`${health?.FailingStreak ?? 0} failures in a row.`, ...last],
      next_steps: [
        'Run the check by hand with container_exec (its command is in container_inspect).',
        'A check that needs a tool which the image lacks always fails.',
        'A slow start needs a longer start period.',
      ],
    });
  }
  if (state.Paused) {
    causes.push({
      cause: 'paused',
      title: 'It is paused: its processes are frozen',
      confidence: 'certain',
      evidence: ['Its state is paused.'],
      next_steps: ['Unpause it with container_lifecycle.'],
    });
  }
  if (state.Dead) {
    causes.push({
      cause: 'dead',
      title: 'The engine could not remove it cleanly',
      confidence: 'certain',
      evidence: ['Its state is dead.'],
      next_steps: ['Remove it with container_remove and force; the engine may have to be restarted.'],
    });
  }
  const up = (now - Date.parse(state.StartedAt ?? '')) / 1000;
  if (state.Running && restarts > 0 && up < 600) {
    causes.push({
      cause: 'restart_loop',
      title: 'It runs now, but was restarted before',
      confidence: restarts > 2 ? 'likely' : 'possible',
      evidence: [`Restarted ${restarts} times, the last time ${Math.round(up)} s ago.`],
      next_steps: ['Read the log from before the restart with container_logs.'],
    });
  }
  return causes;
}
