import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A key pair in PEM files. */
export interface KeyPair {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What a control plane identifies itself and its users with. All are PEM files, valid for a year. */
export interface Certificates {
  readonly authority: KeyPair;
  /** Of every server, the kubelets included: 127.0.0.1, localhost and the service `kubernetes`. */
  readonly server: KeyPair;
  /** A client in the group `system:masters`. */
  readonly admin: KeyPair;
  /** The API server's towards kubelets, in `system:masters`. */
  readonly kubeletClient: KeyPair;
  /** Signs the tokens of service accounts. */
  readonly serviceAccountKey: string;
}

/** Where they lie in `folder`. */
export function certificatesIn(folder: string): Certificates {
  const pair = (name: string): KeyPair => ({ certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) });
  return {
    authority: pair('ca'),
    server: pair('server'),
    admin: pair('admin'),
    kubeletClient: pair('kubelet-client'),
    serviceAccountKey: join(folder, 'service-account.key'),
  };
}

const EXTENSIONS = `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign, digitalSignature
[server]
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, IP:10.0.0.1, DNS:localhost, DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc
[client]
extendedKeyUsage = clientAuth
`;

/** Makes them anew with the program `openssl`. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made = certificatesIn(folder);
  const config = join(folder, 'openssl.cnf');
  await writeFile(config, EXTENSIONS);
  const issue = ({ certFile, keyFile }: KeyPair, subject: string, extensions: string, issuer: KeyPair | undefined): Promise<unknown> =>
    run(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 365 -extensions ${extensions}`
        .split(' ')
        .concat('-config', config, '-subj', subject, '-keyout', keyFile, '-out', certFile)
        .concat(issuer ? ['-CA', issuer.certFile, '-CAkey', issuer.keyFile] : []),
    );
  await issue(made.authority, '/CN=deployment-engine-test', 'authority', undefined);
  await Promise.all([
    issue(made.server, '/CN=kubernetes', 'server', made.authority),
    issue(made.admin, '/O=system:masters/CN=certificate-admin', 'client', made.authority),
    issue(made.kubeletClient, '/O=system:masters/CN=kubelet-client', 'client', made.authority),
    run('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', made.serviceAccountKey]),
  ]);
  return made;
}
