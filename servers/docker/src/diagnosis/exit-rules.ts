import { exitMeaning } from '../report/container.ts';
import { size, span } from '../report/words.ts';
import type { Cause } from './cause.ts';
import type { Facts } from './facts.ts';

/** What the way it ended says. */
export function exitCauses(facts: Facts): Cause[] {
  const { State: state = {}, HostConfig: host = {} } = facts.container;
  const oom = oomCause(facts);
  const ended = state.Running !== true && state.Status !== 'created' && state.Status !== undefined;
  const restarting = state.Restarting === true || state.Status === 'restarting';
  if (!ended && !restarting) return oom;
  const code = state.ExitCode ?? 0;
  const line = `Exit code ${code}: ${exitMeaning(code)}.`;
  const lived = livedFor(facts);
  const causes = [...oom];
  const add = (cause: string, title: string, confidence: Cause['confidence'], evidence: string[], next_steps: string[]) =>
    causes.push({ cause, title, confidence, evidence: [line, ...evidence], next_steps });

  if (state.Error) return causes;
  if (code === 137 && oom.length === 0) {
    const stopped = wasStopped(facts, '9') || wasStopped(facts, 'SIGKILL');
    if (stopped)
      add(
        'killed',
        'It was killed: by a kill, or by a stop whose grace time ran out',
        'certain',
        [stopped],
        ['If it should end in order, give it more time (grace_s), and have it handle SIGTERM.'],
      );
    else
      add(
        'killed',
        'It was ended by SIGKILL from outside Docker, most often for want of memory on the machine',
        'likely',
        [],
        ['Look at the machine’s kernel log for the OOM killer.', 'Set a memory limit that fits, and see container_stats while it runs.'],
      );
  } else if (code === 143 || (code === 130 && wasStopped(facts, '2'))) {
    add('stopped', 'It was asked to stop and did', 'certain', [wasStopped(facts, '15') ?? wasStopped(facts, '2') ?? ''].filter(Boolean), [
      'Nothing is broken; start it again with container_lifecycle if it should run.',
    ]);
  } else if (code === 0) {
    const title =
      lived !== undefined && lived < 10
        ? 'Its main process did its work and ended at once; nothing kept it in the foreground'
        : 'Its main process ended without error';
    add('finished', title, 'certain', lived === undefined ? [] : [`It ran for ${span(lived)}.`], [
      'A service must stay in the foreground: check command and entrypoint (container_inspect).',
      'A shell without a terminal ends at once.',
    ]);
  } else if (code === 126) {
    add(
      'permission_denied',
      'The command was found but could not be executed',
      'likely',
      [],
      ['Make it executable in the image (chmod +x) and check the user.'],
    );
  } else if (code === 127) {
    add(
      'command_not_found',
      'A command was not found, by the shell or by the program itself',
      'likely',
      [],
      ['See the last log lines for its name, and install it in the image.'],
    );
  } else if (code === 139 || code === 134 || code === 135 || code === 136 || code === 132) {
    const hint =
      code === 132
        ? 'The processor lacks an instruction that the program uses.'
        : 'The program itself, or a native library of it, is at fault.';
    add(
      'crashed',
      `The program crashed (${exitMeaning(code)})`,
      'certain',
      [],
      [hint, 'See the last log lines; look for a core dump; try another version of the image.'],
    );
  } else {
    add(
      'program_error',
      'The program ended with an error of its own',
      'likely',
      lived === undefined ? [] : [`It ran for ${span(lived)}.`],
      ['The last log lines usually name the error.', 'Compare environment and mounts (container_inspect) with what the program needs.'],
    );
  }
  if (restarting || ((facts.container.RestartCount ?? 0) > 0 && host.RestartPolicy?.Name !== 'no')) causes.push(loopOf(facts));
  return causes;
}

function oomCause({ container, events }: Facts): Cause[] {
  const { State: state = {}, HostConfig: host = {} } = container;
  const seen = events.filter((one) => one.action === 'oom');
  if (!state.OOMKilled && seen.length === 0) return [];
  const limit = host.Memory ? `Its memory limit is ${size(host.Memory)}.` : 'It has no memory limit: the machine itself ran out.';
  return [
    {
      cause: 'out_of_memory',
      title: 'It ran out of memory and was killed',
      confidence: state.OOMKilled ? 'certain' : 'likely',
      evidence: [
        state.OOMKilled
          ? 'The engine says that the kernel killed it for memory.'
          : `There ${seen.length === 1 ? 'was one event' : `were ${seen.length} events`} of the kind oom.`,
        limit,
      ],
      next_steps: [
        'Raise the limit (container_update with memory), or make the program use less: heap size, workers, caches.',
        'See container_stats while it runs.',
      ],
    },
  ];
}

function loopOf({ container, events }: Facts): Cause {
  const { HostConfig: host = {}, RestartCount: restarts = 0 } = container;
  const deaths = events.filter((one) => one.action === 'die').length;
  const policy = host.RestartPolicy?.Name ?? '';
  return {
    cause: 'restart_loop',
    title: 'It is started again and again',
    confidence: restarts > 1 ? 'certain' : 'likely',
    evidence: [
      `Restarted ${restarts} times by the policy ${policy}.`,
      ...(deaths > 0 ? [`${deaths} deaths among the engine’s last events.`] : []),
    ],
    next_steps: [
      'Find why it ends (the other causes), then start it again.',
      'To look at it in peace, set the restart policy to no (container_update).',
    ],
  };
}

/** A line on the signal that the engine was told to send. */
function wasStopped({ events }: Facts, signal: string): string | undefined {
  const found = events.findLast((one) => one.action === 'kill' && one.signal === signal);
  return found === undefined ? undefined : `At ${found.time} the engine sent it signal ${signal}.`;
}

/** Seconds between start and end. */
function livedFor({ container }: Facts): number | undefined {
  const { StartedAt = '', FinishedAt = '' } = container.State ?? {};
  const lived = (Date.parse(FinishedAt) - Date.parse(StartedAt)) / 1000;
  return Number.isNaN(lived) || lived < 0 ? undefined : lived;
}
