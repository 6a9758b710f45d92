import { maskArgs } from '@deployment-engine/shared/platform';
import type { Cause } from './cause.ts';
import type { Pod, Probe } from './objects.ts';
import { getCall, podCause, podKey, podLabel } from './pod-cause.ts';
import { containersOf, type ContainerView, type World } from './world.ts';

/** An event of a probe that still fails is not older, in minutes. */
const LATELY = 30;

const TITLES = {
  Liveness: 'is killed again and again because its liveness probe fails',
  Startup: 'is killed because its startup probe does not succeed in time',
};

type Found = Omit<Cause, 'object'>;

/** Exit codes of what was asked to end (SIGTERM), or made to (SIGKILL). */
const BY_SIGNAL = new Set([0, 137, 143]);

/** A container that the kubelet ended because of a probe. A program that ends by itself fails its probes too: then they are not the reason. */
export function failedProbe(world: World, pod: Pod, view: ContainerView, exitCode: number): Found | undefined {
  const { container } = view;
  for (const which of ['Startup', 'Liveness'] as const) {
    const probe = which === 'Startup' ? container.startupProbe : container.livenessProbe;
    if (probe === undefined) continue;
    const word = which.toLowerCase();
    const unhealthy = world.recent(podKey(pod), /^Unhealthy$/, LATELY, new RegExp(`^${which} probe`));
    const killing = world.recent(podKey(pod), /^Killing$/, LATELY, new RegExp(`container ${container.name} failed ${word} probe`, 'i'));
    if (killing === undefined && (unhealthy === undefined || !BY_SIGNAL.has(exitCode))) continue;
    return {
      cause: `${word}_probe_failing`,
      title: TITLES[which],
      confidence: 'certain',
      evidence: [
        ...[unhealthy, killing].flatMap((one) => (one === undefined ? [] : [world.said(one)])),
        described(world, pod, view, word, probe),
      ],
      remedy: `Correct the path or port of the probe, or give it more time (${which === 'Startup' ? 'failureThreshold' : 'a startupProbe, timeoutSeconds'}).`,
      next: getCall(podKey(pod)),
    };
  }
  return undefined;
}

function described(world: World, pod: Pod, { container }: ContainerView, which: string, probe: Probe): string {
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const port = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  const what = httpGet
    ? `GET ${httpGet.path ?? '/'} on port ${httpGet.port}`
    : exec
      ? `runs ${maskArgs(exec.command ?? [])
          .join(' ')
          .slice(0, 120)}`
      : `asks port ${port}`;
  const ports = (container.ports ?? []).flatMap(({ name, containerPort }) => [String(containerPort), ...(name ? [name] : [])]);
  const stray = port !== undefined && ports.length > 0 && !ports.includes(String(port));
  return `${podLabel(world, pod)}: the ${which} probe of ${container.name} ${what}, timeout ${probe.timeoutSeconds ?? 1}s${stray ? `; the container declares only ${ports.join(', ')}` : ''}.`;
}

/** Containers that run and are not ready. */
export function readinessCauses(world: World): Cause[] {
  return world.all('Pod').flatMap((pod) => {
    if (pod.metadata.deletionTimestamp !== undefined || world.isReady(pod)) return [];
    return [
      ...containersOf(pod)
        .filter(({ status, init }) => !init && status.state?.running !== undefined && status.ready !== true)
        .flatMap((view) => unready(world, pod, view)),
      ...gateCauses(world, pod),
    ];
  });
}

function unready(world: World, pod: Pod, view: ContainerView): Cause[] {
  const { container, status } = view;
  const what = `Container ${container.name} of ${world.label(world.workloadOf(pod))}`;
  if (status.started === false && container.startupProbe !== undefined) {
    const event = world.recent(podKey(pod), /^Unhealthy$/, LATELY, /^Startup probe/);
    if (event === undefined) return [];
    return [
      podCause(world, pod, {
        cause: 'startup_probe_failing',
        title: `${what} runs, but its startup probe has not succeeded yet`,
        confidence: 'likely',
        evidence: [world.said(event), described(world, pod, view, 'startup', container.startupProbe)],
        remedy: 'Correct the path or port of the probe, or raise its failureThreshold.',
        next: getCall(podKey(pod)),
      }),
    ];
  }
  const probe = container.readinessProbe;
  const event = world.recent(podKey(pod), /^Unhealthy$/, LATELY, /^Readiness probe/);
  const long = world.minutes(status.state?.running?.startedAt) > 2;
  // without the event it may only just be starting
  if (probe === undefined || (event === undefined && !long)) return [];
  return [
    podCause(world, pod, {
      cause: 'readiness_probe_failing',
      title: `${what} runs, but its readiness probe fails, so it gets no traffic`,
      confidence: event === undefined ? 'likely' : 'certain',
      evidence: [...(event ? [world.said(event)] : []), described(world, pod, view, 'readiness', probe)],
      remedy: 'Correct the path or port of the probe, or mend what makes the program answer so.',
      next: getCall(podKey(pod)),
    }),
  ];
}

/** Conditions that something outside of the kubelet must set (KEP-580). */
function gateCauses(world: World, pod: Pod): Cause[] {
  const waiting = (pod.spec.readinessGates ?? []).filter(
    ({ conditionType }) => !pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  const ready = pod.status?.conditions?.some(({ type, status }) => type === 'ContainersReady' && status === 'True') === true;
  if (waiting.length === 0 || !ready) return [];
  return [
    podCause(world, pod, {
      cause: 'readiness_gate_unmet',
      title: `The pods of ${world.label(world.workloadOf(pod))} run, but wait for ${waiting.map((one) => one.conditionType).join(', ')}`,
      confidence: 'certain',
      evidence: [`${podLabel(world, pod)}: the containers are ready; the readiness gate is not met.`],
      remedy: 'See why the controller that sets this condition, often that of a load balancer, does not.',
      next: getCall(podKey(pod)),
    }),
  ];
}
