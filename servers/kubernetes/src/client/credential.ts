import type { Exec, TlsSettings } from '@deployment-engine/shared/platform';
import type { Pem } from './kubeconfig.ts';

export type Headers = Record<string, string>;

/** What a user proves himself with, made fresh as long as the connection lives. */
export interface Credentials {
  /** Header fields of the next request. */
  headers(): Promise<Headers>;
  /** Client certificate and key, PEM. Asked when a connection is opened. */
  certificate(): Promise<Pick<TlsSettings, 'cert' | 'key'>>;
  /**
   * Forgets what the server did not accept of a request that was sent then (`performance.now()`). True if there is something new to try,
   * also when another request has renewed it meanwhile.
   */
  renew(sentAt: number): boolean;
}

export interface CredentialOptions {
  exec: Exec;
  env: Readonly<Record<string, string | undefined>>;
  /** False: the commands of a kubeconfig are not run. */
  commands: boolean;
  cluster: { server: string; ca?: Pem; insecure: boolean };
}
