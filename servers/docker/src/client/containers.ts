import type { Readable } from 'node:stream';
import type { Duplexish, Engine } from './engine.ts';
import type { WireConfig, WireContainer, WireEndpoint, WireExec, WireHostConfig, WireInspect, WireStats } from './wire.ts';

export type Filters = Record<string, string[]>;

export interface ContainerBody extends WireConfig {
  HostConfig: WireHostConfig;
  NetworkingConfig?: { EndpointsConfig: Record<string, WireEndpoint & { Aliases?: string[] }> };
}

export interface LogQuery {
  tail?: number | undefined;
  /** Unix seconds. */
  since?: number | undefined;
  until?: number | undefined;
  stdout: boolean;
  stderr: boolean;
  timestamps: boolean;
}

const at = (id: string, ...rest: string[]) => ['containers', id, ...rest];

export async function listContainers(
  engine: Engine,
  query: { all?: boolean; size?: boolean; filters?: Filters },
  signal: AbortSignal,
): Promise<WireContainer[]> {
  return (await engine.json<WireContainer[] | undefined>({ path: ['containers', 'json'], query, signal })) ?? [];
}

export function inspectContainer(engine: Engine, id: string, signal: AbortSignal, size = false): Promise<WireInspect> {
  return engine.json({ path: at(id, 'json'), query: size ? { size: true } : {}, signal });
}

export function createContainer(
  engine: Engine,
  body: ContainerBody,
  query: { name?: string | undefined; platform?: string | undefined },
  signal: AbortSignal,
): Promise<{ Id: string; Warnings?: string[] | null }> {
  return engine.json({ method: 'POST', path: ['containers', 'create'], query, body, signal });
}

/** The acts on a container that take no body. */
export type Act = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'rename';

export async function act(engine: Engine, id: string, what: Act, query: Record<string, unknown>, signal: AbortSignal): Promise<void> {
  await engine.json({ method: 'POST', path: at(id, what), query, signal });
}

export async function updateContainer(engine: Engine, id: string, body: WireHostConfig, signal: AbortSignal): Promise<string[]> {
  const answer = await engine.json<{ Warnings?: string[] | null } | undefined>({ method: 'POST', path: at(id, 'update'), body, signal });
  return answer?.Warnings ?? [];
}

export async function removeContainer(
  engine: Engine,
  id: string,
  query: { v: boolean; force: boolean },
  signal: AbortSignal,
): Promise<void> {
  await engine.json({ method: 'DELETE', path: at(id), query, signal });
}

/** Waits until the container has ended. */
export function waitForEnd(
  engine: Engine,
  id: string,
  signal: AbortSignal,
): Promise<{ StatusCode: number; Error?: { Message?: string } | null }> {
  return engine.json({ method: 'POST', path: at(id, 'wait'), query: { condition: 'not-running' }, signal });
}

export function containerLogs(engine: Engine, id: string, query: LogQuery, signal: AbortSignal): Promise<Readable> {
  return engine.stream({ path: at(id, 'logs'), query: { ...query, tail: query.tail ?? 'all', follow: false }, signal });
}

export async function containerStats(engine: Engine, id: string, signal: AbortSignal): Promise<WireStats> {
  // without one-shot the engine takes two samples a second apart, which the CPU share needs
  return engine.json({ path: at(id, 'stats'), query: { stream: false, 'one-shot': false }, signal });
}

export function containerTop(
  engine: Engine,
  id: string,
  args: string | undefined,
  signal: AbortSignal,
): Promise<{ Titles: string[]; Processes: string[][] | null }> {
  return engine.json({ path: at(id, 'top'), query: { ps_args: args }, signal });
}

export async function containerChanges(engine: Engine, id: string, signal: AbortSignal): Promise<{ Path: string; Kind: number }[]> {
  return (await engine.json<{ Path: string; Kind: number }[] | undefined>({ path: at(id, 'changes'), signal })) ?? [];
}

/** A tar archive of a file or folder. */
export function getArchive(engine: Engine, id: string, path: string, signal: AbortSignal): Promise<Readable> {
  return engine.stream({ path: at(id, 'archive'), query: { path }, signal });
}

export async function putArchive(engine: Engine, id: string, path: string, tar: Readable | Buffer, signal: AbortSignal): Promise<void> {
  await engine.json({
    method: 'PUT',
    path: at(id, 'archive'),
    query: { path, noOverwriteDirNonDir: true },
    file: tar,
    headers: { 'Content-Type': 'application/x-tar' },
    signal,
  });
}

export interface ExecBody {
  Cmd: string[];
  Env?: string[];
  User?: string | undefined;
  WorkingDir?: string | undefined;
  Privileged?: boolean;
  AttachStdin: boolean;
}

export async function createExec(engine: Engine, id: string, body: ExecBody, signal: AbortSignal): Promise<string> {
  const created = await engine.json<{ Id: string }>({
    method: 'POST',
    path: at(id, 'exec'),
    body: { ...body, AttachStdout: true, AttachStderr: true, Tty: false },
    signal,
  });
  return created.Id;
}

const START = { Detach: false, Tty: false };

/** Starts the program and returns its output; with input the connection is upgraded and closed for writing after it. */
export async function startExec(engine: Engine, exec: string, input: string | undefined, signal: AbortSignal): Promise<Readable> {
  const call = { method: 'POST' as const, path: ['exec', exec, 'start'], body: START, signal };
  if (input === undefined) return engine.stream(call);
  const socket: Duplexish = await engine.connect(call);
  socket.write(input);
  socket.end();
  return socket;
}

export function inspectExec(engine: Engine, exec: string, signal: AbortSignal): Promise<WireExec> {
  return engine.json({ path: ['exec', exec, 'json'], signal });
}
