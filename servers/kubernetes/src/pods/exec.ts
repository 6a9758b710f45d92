import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import { openSocket, type ApiSocket } from '../client/socket.ts';
import { oneLine } from '../report/text.ts';

export interface AttachWish {
  namespace: string;
  pod: string;
  container: string;
  /** A terminal has one output only. */
  tty?: boolean;
  /** For its standard input. */
  stdin?: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined;
  /** Takes the output as it comes; what it returns is waited for. */
  onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => Promise<void> | void;
}

export interface ExecWish extends AttachWish {
  /** Program and arguments; its standard input ends with `stdin`. */
  command: readonly string[];
}

/** The first byte of a message (Kubernetes, remotecommand; KEP-4006 for closing). */
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const CLOSE = 255;

/** v5 can end one stream; v4, of API servers before 1.30, cannot. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;
const PIECE = 32 * 1024;

interface WireStatus {
  status?: string;
  reason?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string }[] | null } | null;
}

/**
 * Runs a program in a container and returns its exit code. When the signal aborts the connection ends, and with most runtimes the
 * program goes on if it does not read or write.
 *
 * @throws ToolError `not_found` for a program that is not there, `unavailable` when the connection ends before the program
 */
export async function execInPod(cluster: Cluster, wish: ExecWish, signal: AbortSignal): Promise<number> {
  const status = await converse(cluster, 'exec', wish, { command: wish.command }, signal);
  return exitCode(status, wish.command[0] ?? '');
}

/**
 * Writes to the program that a container runs anyway, and reads what it prints, until it ends. Its input stays open.
 *
 * @throws ToolError `unavailable` when the connection ends before the program
 */
export async function attachToPod(cluster: Cluster, wish: AttachWish, signal: AbortSignal): Promise<void> {
  const status = await converse(cluster, 'attach', wish, {}, signal);
  const { status: word, message = '' } = parsed(status) ?? { message: status };
  if (word !== 'Success') throw new ToolError('upstream_error', `The container could not be attached to: ${oneLine(message, 300)}`);
}

/** Carries input and output until the kubelet says how it ended, in its own words. */
async function converse(
  cluster: Cluster,
  subresource: 'exec' | 'attach',
  wish: AttachWish,
  query: { command?: readonly string[] },
  signal: AbortSignal,
): Promise<string> {
  const { namespace, pod, container, stdin, tty = false, onOutput } = wish;
  const kind = await cluster.kind('v1/pods', signal);
  const socket = await openSocket(cluster.connection, {
    path: cluster.subresource(subresource, kind, { namespace, name: pod }, subresource),
    query: { ...query, container, stdin: stdin !== undefined, stdout: true, stderr: !tty, tty },
    protocols: PROTOCOLS,
    signal,
  });
  try {
    const ends = subresource === 'exec';
    if (ends && stdin !== undefined && socket.protocol !== PROTOCOLS[0])
      throw new ToolError('unsupported', `The API server of "${cluster.name}" cannot end a program's input.`, {
        hint: 'It needs Kubernetes 1.30; leave the input out, or pass it as an argument.',
      });
    const feeding = stdin === undefined ? Promise.resolve() : feed(socket, stdin, ends);
    // what goes wrong there ends the reading too, so nobody waits for it
    feeding.catch(() => undefined);
    return await outcome(socket, onOutput);
  } finally {
    socket.close();
  }
}

async function outcome(socket: ApiSocket, onOutput: AttachWish['onOutput']): Promise<string> {
  for await (const message of socket.messages()) {
    const body = message.subarray(1);
    switch (message[0]) {
      case STDOUT:
        if (body.length > 0) await onOutput('stdout', body);
        break;
      case STDERR:
        if (body.length > 0) await onOutput('stderr', body);
        break;
      case STATUS:
        // the last word: everything else has come by then
        if (body.length > 0) return body.toString('utf8');
        break;
      default:
    }
  }
  throw new ToolError('unavailable', 'The connection ended before the program did.', {
    hint: 'It may still run, or the pod has ended; look at it with resources_get.',
  });
}

async function feed(socket: ApiSocket, stdin: NonNullable<AttachWish['stdin']>, ends: boolean): Promise<void> {
  for await (const bytes of stdin)
    for (let at = 0; at < bytes.length; at += PIECE) await socket.send(Buffer.concat([Buffer.of(STDIN), bytes.subarray(at, at + PIECE)]));
  if (ends) await socket.send(Buffer.of(CLOSE, STDIN));
}

function parsed(text: string): WireStatus | undefined {
  try {
    return JSON.parse(text) as WireStatus;
  } catch {
    return undefined;
  }
}

function exitCode(text: string, program: string): number {
  const status = parsed(text);
  if (status === undefined) throw new ToolError('upstream_error', `The program could not be run: ${oneLine(text, 300)}`);
  if (status.status === 'Success') return 0;
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code !== undefined && /^\d+$/.test(code)) return Number(code);
  const said = oneLine(status.message ?? '', 300);
  if (/executable file not found|no such file or directory/.test(said))
    throw new ToolError('not_found', `The container has no program "${oneLine(program, 100)}".`, {
      hint: 'Many images have no shell; pods_debug adds a container that has one.',
      details: { reason: 'no_program' },
    });
  throw new ToolError('upstream_error', `The program could not be run: ${said}`, { hint: 'See whether the container runs: diagnose.' });
}
