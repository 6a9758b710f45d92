import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from '@deployment-engine/shared/testing/control-plane';

/** The part of a kubelet that gives logs: `/containerLogs/{namespace}/{pod}/{container}`. */
export interface KubeletLogs {
  port: number;
  /** By `pod/container`; changed as tests need. */
  logs: Record<string, string>;
  close(): Promise<void>;
}

export async function startKubeletLogs({ certFile, keyFile }: KeyPair): Promise<KubeletLogs> {
  const kubelet = { logs: {} as Record<string, string> };
  const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (request, response) => {
    const [, what, , pod, container] = new URL(request.url ?? '', 'https://kubelet').pathname.split('/');
    const log = what === 'containerLogs' ? kubelet.logs[`${pod}/${container}`] : undefined;
    response.statusCode = log === undefined ? 404 : 200;
    response.end(log ?? `no log of ${pod}/${container}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(kubelet, {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
