import { delimiter, isAbsolute, join } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import type { CredentialOptions, Credentials } from './credential.ts';
import type { UserEntry } from './kubeconfig.ts';
import { pemOf } from './pem.ts';

/** What a credential command prints (client.authentication.k8s.io/v1 and v1beta1, ExecCredential). */
const ExecCredential = z.object({
  kind: z.literal('ExecCredential'),
  apiVersion: z.string(),
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

type Status = z.output<typeof ExecCredential>['status'];

const COMMAND_MS = 60_000;
/** A token that ends while its request is on the way would be refused. */
const EARLY_MS = 10_000;

/** Credentials that a command of the operator's kubeconfig prints; kept until they expire. */
export class ExecCredentials implements Credentials {
  readonly #exec: NonNullable<UserEntry['exec']>;
  readonly #options: CredentialOptions;
  #running: Promise<Status> | undefined;
  #startedAt = -Infinity;

  constructor(exec: NonNullable<UserEntry['exec']>, options: CredentialOptions) {
    this.#exec = exec;
    this.#options = options;
  }

  async headers(): Promise<Record<string, string>> {
    const { token } = await this.#status();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async certificate() {
    const { clientCertificateData: cert, clientKeyData: key } = await this.#status();
    return cert === undefined || key === undefined ? {} : { cert, key };
  }

  renew(sentAt: number): boolean {
    if (this.#running === undefined) return false;
    if (this.#startedAt <= sentAt) this.#running = undefined;
    return true;
  }

  async #status(): Promise<Status> {
    const began = performance.now();
    const running = (this.#running ??= this.#start());
    const startedAt = this.#startedAt;
    const status = await running;
    // one that was made just now is as good as it gets, however soon it ends
    if (endOf(status) - EARLY_MS > Date.now() || startedAt >= began) return status;
    // of several that find it expired, one runs the command again
    if (this.#running === running) this.#running = undefined;
    return (this.#running ??= this.#start());
  }

  #start(): Promise<Status> {
    this.#startedAt = performance.now();
    const running = this.#run();
    running.catch(() => {
      if (this.#running === running) this.#running = undefined;
    });
    return running;
  }

  async #run(): Promise<Status> {
    const { command, args, env, apiVersion, installHint, provideClusterInfo, folder } = this.#exec;
    const { exec, commands, cluster } = this.#options;
    if (!commands)
      throw new ToolError('forbidden', 'The kubeconfig signs in with a command, and the operator does not let commands run.', {
        hint: 'The operator can set credentialCommands to true.',
      });
    // A name with a separator is relative to the kubeconfig, any other is looked for on PATH (kubectl's rule).
    const program = isAbsolute(command) || !/[/\\]/.test(command) ? command : join(folder, command);
    const ca = provideClusterInfo ? await pemOf(cluster.ca) : undefined;
    const spec = {
      interactive: false,
      ...(provideClusterInfo
        ? {
            cluster: {
              server: cluster.server,
              'insecure-skip-tls-verify': cluster.insecure,
              ...(ca ? { 'certificate-authority-data': ca.toString('base64') } : {}),
            },
          }
        : {}),
    };
    const result = await exec
      .run(program, [...(args ?? [])], {
        timeoutMs: COMMAND_MS,
        maxOutputBytes: 1024 * 1024,
        env: {
          ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
          KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: 'ExecCredential', spec }),
        },
      })
      .catch((error: unknown) => {
        if (error instanceof ToolError && error.code === 'missing_dependency')
          throw new ToolError('missing_dependency', `The credential command "${command}" of the kubeconfig is not installed.`, {
            hint:
              installHint?.slice(0, 500) ??
              `Install it, or put it on PATH (now ${(process.env['PATH'] ?? '').split(delimiter).length} folders).`,
            cause: error,
          });
        throw error;
      });
    if (result.code !== 0)
      throw new ToolError(
        'unauthenticated',
        `The credential command "${command}" of the kubeconfig failed (exit code ${result.code ?? 'none'}).`,
        {
          hint: `Run it by hand to see why${installHint ? `; ${installHint.slice(0, 300)}` : '.'}`,
        },
      );
    let printed: unknown;
    try {
      printed = JSON.parse(result.stdout);
    } catch {
      printed = undefined;
    }
    const parsed = ExecCredential.safeParse(printed);
    // what it printed is a credential and is not repeated
    if (!parsed.success || (parsed.data.status.token === undefined && parsed.data.status.clientCertificateData === undefined))
      throw new ToolError('unauthenticated', `The credential command "${command}" printed no ExecCredential with a token or certificate.`, {
        hint: 'Run it by hand to see what it prints.',
      });
    return parsed.data.status;
  }
}

/** Milliseconds since 1970; a credential without an end, or with one that is no date, holds until it is refused. */
function endOf({ expirationTimestamp: end }: Status): number {
  const at = end === undefined ? NaN : Date.parse(end);
  return Number.isNaN(at) ? Infinity : at;
}
