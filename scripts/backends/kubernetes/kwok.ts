import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesBackend } from '@deployment-engine/shared/testing';
import { type Kubelets, nodeStages } from './node-stages.ts';
import { podStages } from './pod-stages.ts';

/** How many lines the logs have, by the name of the container. */
export const LOGS: KubernetesBackend['logs'] = { default: 40, json: 40, large: 20_000, silent: 0 };

/** A log as a container runtime keeps it: time, stream, whether the line is full, text. */
function criLog(lines: readonly string[], stream = 'stdout'): string {
  const begin = Date.now() - 3_600_000;
  return lines.map((line, index) => `${new Date(begin + index * 100).toISOString()} ${stream} F ${line}\n`).join('');
}

const numbered = (count: number, text: (number: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => text(index + 1));
const plain = (number: number): string => `request ${number} answered with 200 in ${(number * 7) % 50} ms`;
const json = (number: number): string =>
  JSON.stringify({ level: number % 10 === 0 ? 'error' : 'info', number, message: 'request answered' });
const CRASH = [
  'starting, version 1.4.2',
  'connecting to the database at db:5432',
  'Error: connect ECONNREFUSED 10.0.0.7:5432',
  '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)',
  'fatal: no database, giving up',
];

/** Writes kwok's configuration into `folder`; returns its file. */
export async function writeKwokConfiguration(folder: string, kubelets: Kubelets): Promise<string> {
  const logs = join(folder, 'logs');
  const work = join(folder, 'exec');
  await mkdir(logs, { recursive: true });
  await mkdir(work, { recursive: true });
  const logFile = (name: string): string => join(logs, `${name}.log`);
  await Promise.all([
    writeFile(logFile('default'), criLog(numbered(LOGS.default, plain))),
    writeFile(logFile('json'), criLog(numbered(LOGS.json, json))),
    writeFile(logFile('large'), criLog(numbered(LOGS.large, plain))),
    writeFile(logFile('silent'), ''),
    writeFile(logFile('previous'), criLog(CRASH, 'stderr')),
  ]);
  const log = (name: string, containers: string[]): object => ({
    containers,
    logsFile: logFile(name),
    previousLogsFile: logFile('previous'),
    follow: true,
  });
  const kwok = { apiVersion: 'kwok.x-k8s.io/v1alpha1' };
  const all = { metadata: { name: 'all' } };
  const objects = [
    ...podStages(),
    ...nodeStages(kubelets),
    {
      ...kwok,
      kind: 'ClusterLogs',
      ...all,
      spec: { logs: [log('default', []), ...['json', 'large', 'silent'].map((one) => log(one, [one]))] },
    },
    { ...kwok, kind: 'ClusterExec', ...all, spec: { execs: [{ local: { workDir: work } }] } },
    { ...kwok, kind: 'ClusterPortForward', ...all, spec: { forwards: [{ command: ['cat'] }] } },
  ];
  const file = join(folder, 'kwok.yaml');
  await writeFile(file, objects.map((one) => JSON.stringify(one)).join('\n---\n'));
  return file;
}
