import type { Duplex } from 'node:stream';
import { ToolError } from '@deployment-engine/shared/contracts';
import { drained } from '@deployment-engine/shared/platform';
import { oneLine } from '../report/text.ts';
import type { Cluster } from './cluster.ts';
import { openSocket, type ApiSocket } from './socket.ts';

export interface PodPort {
  namespace: string;
  pod: string;
  port: number;
}

/** The kubelet's WebSocket form of port-forward, one port a socket: bytes on channel 0, the word against it on channel 1. */
const PROTOCOLS = ['v4.channel.k8s.io'];
const DATA = 0;
const FAILURE = 1;
/** The first message of each channel is its port, two bytes, and says nothing more. */
const GREETING = 2;
const PIECE = 32 * 1024;

/** After the local side has finished, so long may the pod's side be silent before both are ended. */
const SILENT_MS = 5_000;
/** So long a refusal may take after the greeting. */
const REFUSAL_MS = 400;

async function openPort(cluster: Cluster, { namespace, pod, port }: PodPort, signal: AbortSignal): Promise<ApiSocket> {
  const kind = await cluster.kind('v1/pods', signal);
  return openSocket(cluster.connection, {
    path: cluster.subresource('port-forward', kind, { namespace, name: pod }, 'portforward'),
    query: { ports: port },
    protocols: PROTOCOLS,
    signal,
  });
}

/** What the pod's port says. */
async function* bytesOf(socket: ApiSocket, port: number): AsyncGenerator<Buffer> {
  const greeted = new Set<number>();
  for await (const message of socket.messages()) {
    const channel = message[0] ?? 0;
    const bytes = message.subarray(greeted.has(channel) ? 1 : 1 + GREETING);
    greeted.add(channel);
    if (channel === FAILURE && bytes.length > 0) throw refusal(bytes.toString('utf8'), port);
    if (channel === DATA) yield bytes;
  }
}

/**
 * Looks whether the port can be reached, by one connection that says nothing.
 *
 * @throws ToolError what the API server or the kubelet says against it
 */
export async function probePort(cluster: Cluster, target: PodPort, signal: AbortSignal): Promise<void> {
  const socket = await openPort(cluster, target, signal);
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const bytes of bytesOf(socket, target.port)) {
      if (bytes.length > 0) return;
      timer ??= setTimeout(() => socket.close(), REFUSAL_MS);
    }
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

/**
 * Carries one connection to a port of a pod until one side ends. The form has no word for half an end: that the local side has finished
 * is not told on, so the pod's side has a while to say its last.
 *
 * @throws ToolError what the kubelet says against it, `unavailable`, `cancelled`
 */
export async function tunnel(cluster: Cluster, target: PodPort, local: Duplex, signal: AbortSignal): Promise<void> {
  const socket = await openPort(cluster, target, signal);
  let silence: NodeJS.Timeout | undefined;
  const send = async (): Promise<void> => {
    for await (const bytes of local.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)
      for (let at = 0; at < bytes.length; at += PIECE) await socket.send(Buffer.concat([Buffer.of(DATA), bytes.subarray(at, at + PIECE)]));
    silence = setTimeout(() => socket.close(), SILENT_MS).unref();
  };
  if (local.destroyed) return socket.close();
  local.once('close', () => socket.close());
  // a broken local side has closed the socket, and a broken socket ends the loop below
  send().catch(() => undefined);
  try {
    for await (const bytes of bytesOf(socket, target.port)) {
      silence?.refresh();
      if (bytes.length > 0 && local.writable && !local.write(bytes)) await drained(local);
    }
  } finally {
    clearTimeout(silence);
    socket.close();
    local.end();
  }
}

function refusal(text: string, port: number): ToolError {
  const refused = /connection refused/i.test(text);
  return new ToolError(
    refused ? 'unavailable' : 'upstream_error',
    refused ? `Nothing listens on port ${port} in the pod.` : `The port could not be forwarded: ${oneLine(text, 300)}`,
    { hint: refused ? 'Check the port, and whether the program is ready (pods_log).' : 'See whether the pod runs: diagnose.' },
  );
}
