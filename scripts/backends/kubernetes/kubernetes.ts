import { execFile } from 'node:child_process';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KubernetesBackend } from '@deployment-engine/shared/testing';
import {
  apiServerArguments,
  type Certificates,
  certificatesIn,
  etcdArguments,
  freePort,
  kubeconfigText,
  makeCertificates,
} from '@deployment-engine/shared/testing/control-plane';
import { endProcess, findProgram } from '../process.ts';
import { dataFolder, demand, ensure, Missing, recorded, type Running, stop } from '../service.ts';
import { LOGS, writeKwokConfiguration } from './kwok.ts';
import { NODE_FATES } from './node-stages.ts';
import { POD_FATES } from './pod-stages.ts';
import { haveNodes, removeLeases, seed } from './seed.ts';
import { FATE, FATE_CONTAINER } from './stage.ts';

const BUILD = 'node scripts/node.mjs scripts/backends/main.ts build';
const TOKENS = { admin: 'test-token-admin', reader: 'test-token-reader', nobody: 'test-token-nobody' } as const;
const TOKEN_FILE = [`${TOKENS.admin},admin,1,"system:masters"`, `${TOKENS.reader},reader,2`, `${TOKENS.nobody},nobody,3`, ''].join('\n');
/** From the last started to the first, which is the order of ending. */
const PARTS = ['kwok', 'kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'] as const;

const run = promisify(execFile);
const folder = (): string => dataFolder('kubernetes');

/** Where build.sh puts its programs; a reason where they are not built. */
async function programs(): Promise<{ controlPlane: string; kwok: string; helm: string }> {
  const script = fileURLToPath(new URL('../build.sh', import.meta.url));
  const { stdout } = await run(script, ['paths']).catch((error: { stderr?: string; message: string }) => {
    throw new Missing(`${(error.stderr ?? error.message).trim()}; it builds the control plane: ${BUILD}`);
  });
  const paths = Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ (.*)/, 2) as [string, string]),
  );
  const [controlPlane = '', kwok = '', helm = ''] = [paths['control-plane'], paths['kwok'], paths['helm']];
  for (const file of [controlPlane, kwok, helm]) {
    if (findProgram(file) === undefined) throw new Missing(`${file} is not built; about fifteen minutes: ${BUILD}`);
  }
  return { controlPlane, kwok, helm };
}

async function certificates(): Promise<Certificates> {
  const pki = join(folder(), 'pki');
  const made = certificatesIn(pki);
  // The last one to be written.
  const complete = join(pki, 'complete');
  if (
    await access(complete).then(
      () => true,
      () => false,
    )
  )
    return made;
  await makeCertificates(pki);
  await writeFile(complete, '');
  return made;
}

async function writeKubeconfig(url: string, { authority, admin }: Certificates): Promise<string> {
  const file = join(folder(), 'kubeconfig');
  const caFile = authority.certFile;
  const test = { cluster: 'test', server: url, caFile };
  const text = kubeconfigText({
    admin: { ...test, user: { token: TOKENS.admin } },
    reader: { ...test, user: { token: TOKENS.reader } },
    nobody: { ...test, user: { token: TOKENS.nobody } },
    certificate: { ...test, user: { 'client-certificate': admin.certFile, 'client-key': admin.keyFile } },
    second: { cluster: 'second', server: url, caFile, user: { token: TOKENS.admin } },
    // Port 1 refuses.
    away: { cluster: 'away', server: 'https://127.0.0.1:1', caFile, user: { token: TOKENS.admin } },
  });
  if ((await readFile(file, 'utf8').catch(() => '')) !== text) await writeFile(file, text, { mode: 0o600 });
  return file;
}

/** Ends what depends on a part that came back at another address. */
async function endAfter(part: (typeof PARTS)[number], before: Running | undefined, now: Running): Promise<void> {
  if (before === undefined || before.port === now.port) return;
  for (const name of PARTS.slice(0, PARTS.indexOf(part))) {
    const running = await recorded(name);
    if (running) await endProcess(running);
  }
}

/** Five processes that tests see as one backend; those that ended are started again, over the same data. */
export async function startKubernetes(): Promise<KubernetesBackend> {
  const [etcdProgram] = await demand('etcd', 'openssl');
  const { controlPlane, kwok, helm } = await programs();
  await mkdir(folder(), { recursive: true });
  const made = await certificates();
  const caFile = made.authority.certFile;
  const serving = [`--tls-cert-file=${made.server.certFile}`, `--tls-private-key-file=${made.server.keyFile}`];

  const etcdBefore = await recorded('etcd');
  const etcd = await ensure({
    name: 'etcd',
    program: etcdProgram,
    port: true,
    health: ({ port }) => `http://127.0.0.1:${port}/health`,
    args: async ({ port, folder: data }) => etcdArguments({ folder: data, clientPort: port, peerPort: await freePort() }),
  });
  await endAfter('etcd', etcdBefore, etcd);

  const serverBefore = await recorded('kube-apiserver');
  const server = await ensure({
    name: 'kube-apiserver',
    program: controlPlane,
    port: true,
    caFile,
    health: ({ port }) => `https://127.0.0.1:${port}/readyz`,
    async args({ port, folder: data }) {
      const tokenFile = join(data, 'tokens.csv');
      await writeFile(tokenFile, TOKEN_FILE, { mode: 0o600 });
      const etcdUrl = `http://127.0.0.1:${etcd.port}`;
      return ['apiserver', ...apiServerArguments({ port, etcdUrl, certificates: made, tokenFile })];
    },
  });
  await endAfter('kube-apiserver', serverBefore, server);

  const url = `https://127.0.0.1:${server.port}`;
  const kubeconfig = await writeKubeconfig(url, made);
  const admin = { url, caFile, token: TOKENS.admin };
  await seed(admin);
  const common = (port: number): string[] => [
    `--kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    ...serving,
    '--leader-elect=false',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
  const health = ({ port }: { port: number }): string => `https://127.0.0.1:${port}/healthz`;
  const [kubelets] = await Promise.all([
    ensure({
      name: 'kwok',
      program: kwok,
      port: true,
      caFile,
      health,
      async args({ port, folder: data }) {
        await removeLeases(admin);
        const config = await writeKwokConfiguration(data, { version: await version(controlPlane), port });
        return [
          `--kubeconfig=${kubeconfig}`,
          '--manage-all-nodes=true',
          '--cidr=10.1.0.0/16',
          '--node-ip=127.0.0.1',
          `--node-port=${port}`,
          `--server-address=127.0.0.1:${port}`,
          ...serving,
          '--node-lease-duration-seconds=40',
          // A test may say what a pod of its own logs.
          '--enable-crds=Logs',
          `--config=${config}`,
        ];
      },
    }),
    ensure({
      name: 'kube-controller-manager',
      program: controlPlane,
      port: true,
      caFile,
      health,
      args: ({ port, folder: data }) => [
        'controller-manager',
        ...common(port),
        // It makes this folder; its own choice lies below /usr.
        `--flex-volume-plugin-dir=${join(data, 'flex-volumes')}`,
        `--service-account-private-key-file=${made.serviceAccountKey}`,
        `--root-ca-file=${caFile}`,
        `--cluster-signing-cert-file=${caFile}`,
        `--cluster-signing-key-file=${made.authority.keyFile}`,
        '--service-cluster-ip-range=10.0.0.0/24',
      ],
    }),
    ensure({
      name: 'kube-scheduler',
      program: controlPlane,
      port: true,
      caFile,
      health,
      args: ({ port }) => ['scheduler', ...common(port)],
    }),
  ]);
  await haveNodes(admin, kubelets.port);
  return {
    health: server.health,
    pid: server.pid,
    url,
    caFile,
    kubeconfig,
    tokens: TOKENS,
    program: controlPlane,
    etcd: etcdProgram,
    helm,
    fates: { annotation: FATE, container: FATE_CONTAINER, pod: POD_FATES, node: NODE_FATES },
    logs: LOGS,
  };
}

/** `v1.36.3`. */
async function version(controlPlane: string): Promise<string> {
  const { stdout } = await run(controlPlane, ['apiserver', '--version']);
  return stdout.trim().split(' ').at(-1) ?? '';
}

/** Ends the five, the last started first, and removes their data. */
export async function stopKubernetes(): Promise<boolean> {
  let ended = false;
  for (const name of PARTS) ended = (await stop(name)) || ended;
  await rm(folder(), { recursive: true, force: true });
  return ended;
}
