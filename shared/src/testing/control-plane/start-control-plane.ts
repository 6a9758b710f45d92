import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { get as getPlainly, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { join } from 'node:path';
import { apiServerArguments, etcdArguments } from './arguments.ts';
import { makeCertificates } from './certificates.ts';
import { Child } from './child.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { freePort } from './ports.ts';

/** An API server of a test's own. */
export interface ControlPlane extends AsyncDisposable {
  readonly url: string;
  readonly caFile: string;
  /** Of a user in system:masters. */
  readonly token: string;
  /** One context, `admin`. */
  readonly kubeconfig: string;
  /** Ends the API server as a crash would; etcd goes on. Connections break, new ones are refused. */
  kill(): Promise<void>;
  /** Starts the API server again, with the same port and data; ends it first if it runs. */
  restart(): Promise<void>;
  /** Starts a further API server over the same etcd: what it changes while the first is down, the first finds when it is back. */
  beside(): Promise<{ kubeconfig: string } & AsyncDisposable>;
  readonly etcdUrl: string;
  /** Ends all processes. The folder is the caller's to remove. */
  close(): Promise<void>;
}

const TOKEN = 'test-token-admin';

/**
 * Starts an etcd and an API server for a test that kills it, or that must be alone with it. Nothing else runs: no pod gets a node, no
 * namespace ends, nothing makes service accounts, and pods do without. `program` and `etcd` are those of the backend `kubernetes`.
 */
export async function startControlPlane(options: { folder: string; program: string; etcd: string }): Promise<ControlPlane> {
  const { folder, program } = options;
  await mkdir(folder, { recursive: true });
  const certificates = await makeCertificates(join(folder, 'pki'));
  const caFile = certificates.authority.certFile;
  const ca = await readFile(caFile);
  const tokenFile = join(folder, 'tokens.csv');
  await writeFile(tokenFile, `${TOKEN},admin,1,"system:masters"\n`, { mode: 0o600 });

  const clientPort = await freePort();
  const etcdUrl = `http://127.0.0.1:${clientPort}`;
  const data = join(folder, 'etcd');
  const etcd = new Child(options.etcd, etcdArguments({ folder: data, clientPort, peerPort: await freePort() }), join(folder, 'etcd.log'));
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const start = async (at = port, log = 'apiserver.log'): Promise<Child> => {
    const own = apiServerArguments({ port: at, etcdUrl, certificates, tokenFile });
    const child = new Child(program, ['apiserver', ...own, '--disable-admission-plugins=ServiceAccount'], join(folder, log));
    await child.isReady(() => answers((take) => getSecurely(`https://127.0.0.1:${at}/readyz`, { ca, agent: false }, take)));
    return child;
  };

  let server: Child;
  try {
    await etcd.isReady(() => answers((take) => getPlainly(`${etcdUrl}/health`, { agent: false }, take)));
    server = await start();
  } catch (error) {
    await etcd.end();
    throw error;
  }
  const kubeconfigOf = async (name: string, address: string): Promise<string> => {
    const file = join(folder, name);
    const text = kubeconfigText({ admin: { cluster: 'own', server: address, caFile, user: { token: TOKEN } } });
    await writeFile(file, text, { mode: 0o600 });
    return file;
  };
  const kubeconfig = await kubeconfigOf('kubeconfig', url);
  const others = new Set<Child>();
  const close = async (): Promise<void> => {
    await Promise.all([server, ...others].map((one) => one.end()));
    await etcd.end();
  };
  return {
    url,
    caFile,
    token: TOKEN,
    kubeconfig,
    etcdUrl,
    kill: () => server.end(),
    async restart() {
      await server.end();
      server = await start();
    },
    async beside() {
      const at = await freePort();
      const other = await start(at, `apiserver-${at}.log`);
      others.add(other);
      return { kubeconfig: await kubeconfigOf(`kubeconfig-${at}`, `https://127.0.0.1:${at}`), [Symbol.asyncDispose]: () => other.end() };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Get = (take: (response: IncomingMessage) => void) => ReturnType<typeof getPlainly>;

function answers(get: Get): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get((response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.setTimeout(2000, () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
}
