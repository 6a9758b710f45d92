import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import type { KubernetesBackend, Session } from '@deployment-engine/shared/testing';
import type { Bench } from './fixture.ts';

export interface EdgeOptions {
  /** Subprotocols of exec that it speaks. */
  protocols?: readonly string[];
  /** The program that an attach finds running: its arguments too. */
  program?: readonly string[];
  /** What `/apis/metrics.k8s.io/v1beta1/…/pods` lists; without it there is no metrics API. */
  metrics?: () => object[];
  /** What else it answers itself, in JSON or as text; undefined passes it on. */
  answer?: (url: URL) => object | string | undefined;
  /** Takes a WebSocket over: nothing is run. */
  onSocket?: (socket: WebSocket, request: IncomingMessage) => void;
}

/**
 * Stands before the real API server and passes everything on to it, but for what a kubelet would do and kwok does not: exec that ends a
 * program's input and gives exit codes, attaching to an input (v5.channel.k8s.io: a channel's number, then its bytes), and the metrics API.
 */
export interface Edge {
  url: string;
  /** One context, `edge`. */
  kubeconfig: string;
  /** Programs and sockets that are not ended yet. */
  open(): { programs: number; sockets: number };
  close(): Promise<void>;
}

const STATUS = 3;

function statusOf(code: number | null, failure: string | undefined): object {
  if (failure !== undefined) return { status: 'Failure', reason: 'InternalError', message: failure, code: 500 };
  if (code === 0) return { status: 'Success' };
  return {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

export async function startEdge(backend: KubernetesBackend, folder: string, options: EdgeOptions = {}): Promise<Edge> {
  const { protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'], program: attached = [], metrics, answer: own, onSocket } = options;
  const ca = readFileSync(backend.caFile);
  const real = new URL(backend.url);
  const programs = new Set<ChildProcess>();
  const connections = new Set<Socket>();

  const pass = (from: IncomingMessage, to: ServerResponse): void => {
    const asked = new URL(from.url ?? '', 'http://edge');
    const { pathname } = asked;
    const answered = own?.(asked);
    if (answered !== undefined) {
      to.setHeader('content-type', typeof answered === 'string' ? 'text/plain' : 'application/json');
      to.end(typeof answered === 'string' ? answered : JSON.stringify(answered));
      return;
    }
    if (metrics !== undefined && pathname.startsWith('/apis/metrics.k8s.io/')) {
      to.setHeader('content-type', 'application/json');
      to.end(JSON.stringify({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items: metrics() }));
      return;
    }
    const { 'accept-encoding': _packed, ...headers } = from.headers;
    const onward = request(
      { host: real.hostname, port: real.port, ca, method: from.method, path: from.url, headers: { ...headers, host: real.host } },
      (answer) => {
        if (metrics === undefined || pathname !== '/apis') {
          to.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(to);
          return;
        }
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => {
          const groups = JSON.parse(text) as { items: object[] };
          groups.items.push(METRICS_GROUP);
          to.setHeader('content-type', answer.headers['content-type'] ?? 'application/json');
          to.end(JSON.stringify(groups));
        });
      },
    );
    onward.on('error', () => to.destroy());
    to.on('close', () => onward.destroy());
    from.pipe(onward);
  };

  const run = (socket: WebSocket, from: IncomingMessage): void => {
    const { pathname, searchParams: query } = new URL(from.url ?? '', 'http://edge');
    const [program = '', ...args] = pathname.endsWith('/attach') ? attached : query.getAll('command');
    const child = spawn(program, args, { cwd: folder, stdio: [query.get('stdin') === 'true' ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
    programs.add(child);
    let failure: string | undefined;
    child.on('error', () => (failure = `exec: "${program}": executable file not found in $PATH`));
    child.stdin?.on('error', () => undefined);
    child.stdout?.on('data', (part: Buffer) => socket.send(Buffer.concat([Buffer.of(1), part])));
    child.stderr?.on('data', (part: Buffer) => socket.send(Buffer.concat([Buffer.of(2), part])));
    child.on('close', (code) => {
      programs.delete(child);
      socket.send(Buffer.concat([Buffer.of(STATUS), Buffer.from(JSON.stringify(statusOf(code, failure)))]));
      socket.close(1000);
    });
    socket.on('message', (data) => {
      const [channel, ...rest] = data as Buffer;
      if (channel === 0) child.stdin?.write((data as Buffer).subarray(1));
      if (channel === 255 && rest[0] === 0) child.stdin?.end();
    });
    socket.on('close', () => child.kill('SIGKILL'));
  };

  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((one) => offered.has(one)) ?? false,
  });
  sockets.on('connection', onSocket ?? run);
  const server = createServer(pass);
  server.on('connection', (one: Socket) => {
    connections.add(one);
    one.on('close', () => connections.delete(one));
  });
  server.on('upgrade', (from, socket, head) => sockets.handleUpgrade(from, socket, head, (one) => sockets.emit('connection', one, from)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = join(folder, `edge-${(server.address() as AddressInfo).port}.kubeconfig`);
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'edge',
      contexts: [{ name: 'edge', context: { cluster: 'edge', user: 'edge' } }],
      clusters: [{ name: 'edge', cluster: { server: url } }],
      users: [{ name: 'edge', user: { token: backend.tokens.admin } }],
    }),
  );
  return {
    url,
    kubeconfig,
    open: () => ({ programs: programs.size, sockets: sockets.clients.size }),
    close() {
      for (const one of connections) one.destroy();
      for (const one of programs) one.kill('SIGKILL');
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** An edge, and a server of ours that sees the cluster through it, for the time of a use. */
export async function overEdge(bench: Bench, options: EdgeOptions, use: (edge: Edge, session: Session) => Promise<void>): Promise<void> {
  const edge = await startEdge(bench.backend, bench.root, options);
  try {
    await use(edge, await bench.with({ kubeconfig: edge.kubeconfig, context: 'edge' }));
  } finally {
    await edge.close();
  }
}

/** Of the aggregated discovery (apidiscovery.k8s.io/v2), as a metrics server makes it appear. */
const METRICS_GROUP = {
  metadata: { name: 'metrics.k8s.io' },
  versions: [
    {
      version: 'v1beta1',
      freshness: 'Current',
      resources: [
        {
          resource: 'pods',
          responseKind: { group: '', version: '', kind: 'PodMetrics' },
          scope: 'Namespaced',
          singularResource: '',
          verbs: ['get', 'list'],
        },
      ],
    },
  ],
};
