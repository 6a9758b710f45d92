// The cluster of the benchmark: 503 pods in six namespaces, 2,640 events, and four faults.
import { inParallel } from '@deployment-engine/shared/testing/control-plane';
import type { Api } from './api.ts';

export const SPACES = ['bench-shop', 'bench-pay', 'bench-data', 'bench-web', 'bench-mail', 'bench-faults'] as const;
export const PODS = 503;
export const EVENTS = 2_122;
export const EVENT_SPACE = 'bench-shop';
const OTHER_EVENTS = 518;
const pod = (name: string, space: string, app: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: space, labels: { app, 'app.kubernetes.io/part-of': 'bench' } },
  spec: {
    containers: [
      {
        name: 'main',
        image: `registry.example/${app}:1.4.2`,
        env: [{ name: 'MODE', value: 'fast' }],
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      },
    ],
  },
});

const REASONS = [
  ['Normal', 'Scheduled', 'Successfully assigned the pod to a node'],
  ['Normal', 'Pulled', 'Container image already present on machine'],
  ['Normal', 'Created', 'Created container main'],
  ['Normal', 'Started', 'Started container main'],
  ['Warning', 'BackOff', 'Back-off restarting failed container main'],
  ['Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
] as const;

function event(at: number, space: string, about: string): unknown {
  const [type, reason, message] = REASONS[at % REASONS.length]!;
  const time = new Date(Date.now() - (at % 3_000) * 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about}.${at.toString(16).padStart(16, '0')}`, namespace: space },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: space, name: about, fieldPath: 'spec.containers{main}' },
    type,
    reason,
    message,
    count: 1 + (at % 7),
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component: 'kubelet', host: `node-${at % 4}` },
  };
}

/** Makes what the questions are about; what is there already stays. */
export async function prepare(api: Api): Promise<void> {
  for (const name of SPACES) await api.make('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const spaces = SPACES.slice(0, 5);
  const pods = Array.from({ length: PODS }, (_, at) => {
    const space = spaces[at % spaces.length]!;
    const app = `app${at % 23}`;
    // as a Deployment would name it
    return {
      space,
      app,
      name: `${app}-${(0x5d4f7c9b + at * 7919).toString(16).slice(0, 9)}-${(at * 104_729 + 60_466_176).toString(36).slice(-5)}`,
    };
  });
  await inParallel(pods.length, (at) => {
    const { name, space, app } = pods[at]!;
    return api.make(`/api/v1/namespaces/${space}/pods`, pod(name, space, app));
  });
  await inParallel(EVENTS + OTHER_EVENTS, (at) => {
    const space = at < EVENTS ? EVENT_SPACE : spaces[1 + (at % 4)]!;
    const own = pods.filter((one) => one.space === space);
    return api.make(`/api/v1/namespaces/${space}/events`, event(at, space, own[at % own.length]!.name));
  });
  await api.ask(
    'PATCH',
    '/apis/apps/v1/namespaces/bench-web/deployments/owned?fieldManager=someone-else&force=true',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'owned', namespace: 'bench-web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'owned' } },
        template: { metadata: { labels: { app: 'owned' } }, spec: { containers: [{ name: 'main', image: 'registry.example/owned:1' }] } },
      },
    },
    'application/json',
    'application/apply-patch+yaml',
  );
}
