import type { BackendName, Backends } from './description.ts';

const NOWHERE = 'http://127.0.0.1:1';
const SOCKET = '/nonexistent/docker.sock';
const exporter = { health: NOWHERE, url: NOWHERE };

// Port 1 and a folder that is not there: nothing answers, whoever would ask.
const ABSENT: Backends = {
  docker: { health: `unix:${SOCKET}:/_ping`, host: `unix://${SOCKET}`, socketPath: SOCKET, image: 'absent:absent' },
  registry: { ...exporter, address: '127.0.0.1:1' },
  prometheus: {
    ...exporter,
    fileSdFolder: '/nonexistent/targets',
    rulesFolder: '/nonexistent/rules',
    firingAlert: 'Absent',
    pendingAlert: 'Absent',
    recordedMetric: 'absent',
  },
  alertmanager: { ...exporter, configFile: '/nonexistent/alertmanager.yml' },
  nodeExporter: exporter,
  blackbox: exporter,
  pushgateway: exporter,
  kubernetes: {
    ...exporter,
    caFile: '/nonexistent/ca.crt',
    kubeconfig: '/nonexistent/kubeconfig',
    tokens: { admin: 'absent', reader: 'absent', nobody: 'absent' },
    program: '/nonexistent/control-plane',
    etcd: '/nonexistent/etcd',
    helm: '/nonexistent/helm',
    fates: { annotation: 'absent', container: 'absent', pod: [], node: [] },
    logs: { default: 0, json: 0, large: 0, silent: 0 },
  },
};

/** The description that a skipped suite is collected with: whole, and leading nowhere. */
export function absent<N extends BackendName>(name: N): Backends[N] {
  return ABSENT[name];
}
