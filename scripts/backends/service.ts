import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isHealthy } from './http.ts';
import { freePort } from '@deployment-engine/shared/testing/control-plane';
import { endProcess, findProgram, isAlive, type ProcessName, startDetached, startedAt, until } from './process.ts';
import { readJson, stateFolder, writeJson } from './state.ts';

/** One process of ours: how to start it and how to see that it is ready. */
export interface Service {
  name: string;
  /** By its name, or by a whole path. */
  program: string;
  /** False for one that listens on a socket file. */
  port: boolean;
  args(run: Run): readonly string[] | Promise<readonly string[]>;
  health(run: Run): string;
  /** The authority, a PEM file, that an https health is checked by. */
  caFile?: string;
  /** How long it may take to be ready, ms. */
  readyMs?: number;
}

export interface Run {
  /** 0 for a service without a port. */
  port: number;
  /** A folder of its own for data. */
  folder: string;
}

export interface Running extends Run, ProcessName {
  health: string;
}

/** A reason, for people, why a backend does not run. */
export class Missing extends Error {}

const recordFile = (name: string): string => join(stateFolder(), 'processes', `${name}.json`);
export const dataFolder = (name: string): string => join(stateFolder(), name);
const logFile = (name: string): string => join(stateFolder(), 'logs', `${name}.log`);

export function recorded(name: string): Promise<Running | undefined> {
  return readJson<Running>(recordFile(name));
}

/** The service, running and ready: the one that runs already, or a new one. */
export async function ensure(service: Service): Promise<Running> {
  const { name } = service;
  const before = await recorded(name);
  if (before && isAlive(before)) {
    if (await isHealthy(before.health, service.caFile)) return before;
    await endProcess(before);
  }
  const [program] = await demand(service.program);
  let wish = before?.port;
  let reason = '';
  // Another process may take the port between finding and using it: then the start fails and another port is tried.
  for (let attempt = 0; attempt < 3; attempt++) {
    const run: Run = { port: service.port ? await freePort(wish) : 0, folder: dataFolder(name) };
    wish = undefined;
    const outcome = await startOnce(service, program, run);
    if (typeof outcome !== 'string') return outcome;
    reason = outcome;
  }
  throw new Missing(`${service.program} does not start: ${reason}`);
}

/** Where these programs lie; a reason with the way to install it when one is not there. */
export async function demand<const P extends readonly string[]>(...programs: P): Promise<{ [K in keyof P]: string }> {
  const found: string[] = [];
  for (const name of programs) {
    const file = findProgram(name);
    if (file === undefined) throw new Missing(await howToInstall(name));
    found.push(file);
  }
  return found as { [K in keyof P]: string };
}

async function startOnce(service: Service, program: string, run: Run): Promise<Running | string> {
  const { name } = service;
  const log = logFile(name);
  await mkdir(run.folder, { recursive: true });
  await mkdir(join(stateFolder(), 'logs'), { recursive: true });
  await rm(log, { force: true });
  const health = service.health(run);
  const child = startDetached(program, await service.args(run), log);
  await once(child, 'spawn');
  const pid = child.pid as number;
  const running: Running = { ...run, pid, started: startedAt(pid), health };
  await writeJson(recordFile(name), running);
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  await until(async () => ended() || (await isHealthy(health, service.caFile)), service.readyMs ?? 60_000);
  if (!ended() && (await isHealthy(health, service.caFile))) return running;
  await endProcess(running);
  await rm(recordFile(name), { force: true });
  const lines = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n');
  return lines.at(-1) || 'it ended without a word';
}

/** Ends the service's process and removes its data; its log stays. */
export async function stop(name: string, patienceMs?: number): Promise<boolean> {
  const running = await recorded(name);
  const alive = running !== undefined && isAlive(running);
  if (alive) await endProcess(running, patienceMs);
  await rm(recordFile(name), { force: true });
  await rm(dataFolder(name), { recursive: true, force: true });
  return alive;
}

async function howToInstall(program: string): Promise<string> {
  const list = await readFile(new URL('debian-packages.txt', import.meta.url), 'utf8');
  const line = list.split('\n').find((one) => !one.startsWith('#') && one.trim().split(/\s+/)[1] === program);
  const name = line?.trim().split(/\s+/)[0];
  const what = name === undefined ? '' : `; Debian package ${name}`;
  return `${program} is not installed${what}; as root: node scripts/node.mjs scripts/backends/main.ts install`;
}
