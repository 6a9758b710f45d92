import { oneLine, textOf } from '../report/text.ts';
import type { Cause, Confidence } from './cause.ts';
import { hostCause, resolverCause, serviceKeysOf } from './dns.ts';
import { errorLine, signOf } from './log-signs.ts';
import type { Pod, Terminated } from './objects.ts';
import { logCall, podCause, podKey, podLabel } from './pod-cause.ts';
import { failedProbe } from './probes.ts';
import { containersOf, type ContainerView, type World } from './world.ts';

/** A container that runs again is still of interest so many minutes after it ended. */
const LATELY = 60;

interface Crash {
  pod: Pod;
  view: ContainerView;
  ended: Terminated;
  /** It does not run now, so that what it wrote is the log of the run before. */
  previous: boolean;
}

function crashes(world: World): Crash[] {
  // what an eviction ended did not end by itself
  const pods = world.all('Pod').filter(({ status }) => status?.reason !== 'Evicted');
  return pods.flatMap((pod) =>
    containersOf(pod).flatMap((view): Crash[] => {
      const { state = {}, lastState, restartCount = 0 } = view.status;
      const looping = state.waiting?.reason === 'CrashLoopBackOff' || state.waiting?.reason === 'RunContainerError';
      if (state.terminated !== undefined && (state.terminated.exitCode !== 0 || state.terminated.reason === 'OOMKilled'))
        return [{ pod, view, ended: state.terminated, previous: false }];
      const ended = lastState?.terminated ?? (looping ? { exitCode: 128, message: state.waiting?.message ?? '' } : undefined);
      if (ended === undefined) return [];
      const again = state.running !== undefined && restartCount > 0 && ended.exitCode !== 0 && world.minutes(ended.finishedAt) < LATELY;
      return looping || again ? [{ pod, view, ended, previous: true }] : [];
    }),
  );
}

/** The containers whose last words are worth reading, one of each workload. */
export function crashed(world: World): { pod: Pod; container: string; previous: boolean }[] {
  const seen = new Set<string>();
  return crashes(world)
    .filter(({ view }) => {
      const { reason } = view.status.state?.waiting ?? {};
      return reason !== 'RunContainerError';
    })
    .filter(({ pod, view }) => {
      const key = `${world.workloadOf(pod)}/${view.status.name}`;
      return !seen.has(key) && seen.add(key);
    })
    .map(({ pod, view, previous }) => ({ pod, container: view.status.name, previous }));
}

/** Containers that end when they should not: memory, command, probes, what their log says. */
export function crashCauses(world: World): Cause[] {
  return crashes(world).flatMap((crash) => {
    const { pod, view } = crash;
    const found = causeOf(world, crash);
    if (found === undefined) return [];
    const { status, init } = view;
    const { restartCount = 0, state = {} } = status;
    const running = state.running !== undefined;
    const words = [
      `${podLabel(world, pod)}: ${init ? 'init container' : 'container'} ${status.name} ended with exit code ${crash.ended.exitCode}`,
      ...(crash.ended.reason ? [` (${crash.ended.reason})`] : []),
      restartCount > 0 ? `, restarted ${restartCount} times` : '',
      running ? ', runs again now.' : state.waiting?.reason ? `, waits now (${state.waiting.reason}).` : '.',
    ].join('');
    return [
      podCause(world, pod, {
        ...found,
        ...(running && world.isReady(pod) ? { confidence: lowered(found.confidence), informational: true } : {}),
        evidence: [words, ...found.evidence],
      }),
    ];
  });
}

const lowered = (confidence: Confidence): Confidence => (confidence === 'certain' ? 'likely' : confidence);

type Found = Omit<Cause, 'object'> & { object?: string };

function causeOf(world: World, { pod, view, ended, previous }: Crash): Found | undefined {
  const { container, status, init } = view;
  const what = `${init ? 'Init container' : 'Container'} ${status.name} of ${world.label(world.workloadOf(pod))}`;
  const next = logCall(pod, status.name, previous);
  const found = (cause: string, title: string, confidence: Confidence, remedy: string, more: Partial<Found> = {}): Found => ({
    cause,
    title: `${what} ${title}`,
    confidence,
    remedy,
    evidence: [],
    next,
    ...more,
  });
  if (ended.reason === 'OOMKilled') {
    const limit = container.resources?.limits?.['memory'];
    return found(
      'out_of_memory',
      limit
        ? `is killed for memory: it needs more than its limit of ${limit}`
        : 'is killed for memory; it has no limit, so its node ran out',
      'certain',
      'Raise resources.limits.memory, or make it use less (heap size, caches, workers).',
      { evidence: [`${podLabel(world, pod)}: limits.memory of ${status.name} is ${limit ?? 'not set'}.`] },
    );
  }
  const notStarted = startCause(ended.message ?? view.status.state?.waiting?.message ?? '', ended);
  if (notStarted !== undefined)
    return found(notStarted.cause, notStarted.title, 'certain', notStarted.remedy, {
      evidence: [`${podLabel(world, pod)}: the runtime said: ${oneLine(ended.message ?? view.status.state?.waiting?.message ?? '', 400)}`],
      next: { tool: 'resources_get', arguments: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name } },
    });
  const probe = failedProbe(world, pod, view, ended.exitCode);
  if (probe !== undefined) return { ...probe, title: `${what} ${probe.title}` };
  return ownError(world, { pod, view, ended, previous }, found);
}

interface NotStarted {
  cause: string;
  title: string;
  remedy: string;
}

/** What the container runtime says when it cannot start a command. */
function startCause(message: string, { reason = '', exitCode }: Terminated): NotStarted | undefined {
  const failed =
    /StartError|ContainerCannotRun/.test(reason) ||
    /failed to create (?:containerd task|shim task)|runc create failed|exec: "/.test(message);
  if (!failed) {
    if (exitCode === 127)
      return {
        cause: 'command_not_found',
        title: 'calls a command that its image does not have (exit code 127)',
        remedy: 'Correct command and args, or install the command in the image.',
      };
    if (exitCode === 126)
      return {
        cause: 'permission_denied',
        title: 'calls a command that may not be executed (exit code 126)',
        remedy: 'Make the file executable in the image.',
      };
    return undefined;
  }
  if (/exec format error/i.test(message))
    return {
      cause: 'wrong_architecture',
      title: 'is built for another processor than its node',
      remedy: 'Use an image for the platform of the nodes.',
    };
  if (/error mounting|not a directory|mount/i.test(message) && !/exec: "/.test(message))
    return {
      cause: 'volume_mount_failed',
      title: 'cannot be started: a mount fails',
      remedy: 'Compare volumeMounts and subPath with what the volume holds.',
    };
  if (/executable file not found|no such file or directory|stat .*no such/i.test(message))
    return {
      cause: 'command_not_found',
      title: 'cannot be started: its command does not exist in the image',
      remedy: 'Correct command and args: without command the image’s own entrypoint runs.',
    };
  if (/permission denied/i.test(message))
    return {
      cause: 'permission_denied',
      title: 'cannot be started: its command may not be executed',
      remedy: 'Make the file executable in the image, or change runAsUser.',
    };
  return { cause: 'start_failed', title: 'cannot be started', remedy: 'Correct what the runtime names.' };
}

/** Ends that the program itself decides. */
function ownError(
  world: World,
  { pod, view, ended }: Crash,
  found: (cause: string, title: string, confidence: Confidence, remedy: string, more?: Partial<Found>) => Found,
): Found | undefined {
  const { status, init } = view;
  const { namespace, name } = pod.metadata;
  const own = world.logs.get(`${namespace}/${name}/${status.name}`);
  const { log, from } = own === undefined ? logOfSibling(world, pod, status.name) : { log: own, from: pod };
  const text = log === '' ? textOf(ended.message) : log;
  const wrote = (line: string): string[] => [`${podLabel(world, from)}: ${status.name} wrote: ${line}`];
  const sign = signOf(text);
  if (sign !== undefined) {
    const evidence = wrote(sign.line);
    const unresolved = sign.cause === 'name_not_resolved' ? sign.host : undefined;
    const wrong = unresolved === undefined ? undefined : (hostCause(world, pod, unresolved) ?? resolverCause(world, pod, unresolved));
    if (wrong !== undefined) return { ...wrong, evidence: [...evidence, ...wrong.evidence] };
    return found(sign.cause, `crashes (exit code ${ended.exitCode}): it ${sign.title}`, 'likely', sign.remedy, {
      evidence,
      ...(sign.cause === 'dependency_unreachable' || sign.cause === 'name_not_resolved'
        ? { because: serviceKeysOf(world, pod, text) }
        : {}),
    });
  }
  const line = errorLine(text);
  const evidence = line === undefined ? [] : wrote(line);
  if (init)
    return found(
      'init_container_failing',
      `fails with exit code ${ended.exitCode}, so that the pod never starts`,
      'certain',
      'Mend what its log names.',
      { evidence },
    );
  if ([132, 134, 135, 136, 139].includes(ended.exitCode))
    return found(
      'program_crashed',
      `crashes by itself (exit code ${ended.exitCode})`,
      'certain',
      'The program or a native library of it is at fault; try another version of the image.',
      { evidence },
    );
  if (ended.exitCode === 137 || ended.exitCode === 143)
    return found(
      'killed',
      `was ended from outside (exit code ${ended.exitCode})`,
      'likely',
      'Look at the events of the pod and of its node.',
      {
        evidence,
        next: { tool: 'events_list', arguments: { namespace, kind: 'Pod', name } },
      },
    );
  if (ended.exitCode === 0)
    return found(
      'command_ends',
      'ends without error, again and again: nothing keeps it in the foreground',
      'certain',
      'Run a command that stays, or make it a Job.',
      { evidence },
    );
  return found('program_error', `crashes with an error of its own (exit code ${ended.exitCode})`, 'likely', 'Mend what the log names.', {
    evidence,
    explains: [podKey(pod)],
  });
}

/** Of the pods of one workload one log is read: they end alike. */
function logOfSibling(world: World, pod: Pod, container: string): { log: string; from: Pod } {
  for (const from of world.podsOf(world.workloadOf(pod))) {
    const log = world.logs.get(`${from.metadata.namespace}/${from.metadata.name}/${container}`);
    if (log !== undefined) return { log, from };
  }
  return { log: '', from: pod };
}
