import { ToolError } from '@deployment-engine/shared/contracts';
import { createHttp } from '@deployment-engine/shared/platform';
import type { CredentialOptions, Credentials, Headers } from './credential.ts';
import { ExecCredentials } from './exec-credential.ts';
import type { UserEntry } from './kubeconfig.ts';
import { OidcCredentials } from './oidc.ts';
import { pemOf } from './pem.ts';

const TOKEN_FILE_MS = 60_000;

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** The credentials of a user of the kubeconfig, in kubectl's order: token file, token, command, OIDC, password; certificates besides. */
export function openCredentials(user: UserEntry, options: CredentialOptions): Credentials {
  const certificate = async () => {
    const [cert, key] = await Promise.all([pemOf(user.certificate), pemOf(user.key)]);
    return cert === undefined || key === undefined ? {} : { cert, key };
  };
  const fixed = (headers: () => Promise<Headers>, renew: Credentials['renew'] = () => false): Credentials => ({
    headers,
    certificate,
    renew,
  });

  if (user.tokenFile !== undefined) return tokenFromFile(user.tokenFile, certificate);
  if (user.token !== undefined) {
    const { token } = user;
    return fixed(async () => bearer(token));
  }
  if (user.exec !== undefined) return new ExecCredentials(user.exec, options);
  if (user.oidc !== undefined) {
    const oidc = new OidcCredentials(user.oidc, (origins, ca) =>
      createHttp({ origins, ...(ca ? { tls: Object.fromEntries(origins.map((one) => [one, { ca }])) } : {}) }),
    );
    return fixed(
      async () => bearer(await oidc.token()),
      (sentAt) => oidc.forget(sentAt),
    );
  }
  if (user.basic !== undefined) {
    const { username, password } = user.basic;
    return fixed(async () => ({ authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }));
  }
  if (user.unsupported !== undefined) {
    throw new ToolError('unsupported', `The kubeconfig signs in with "${user.unsupported}", which kubectl itself has given up.`, {
      hint: 'Use a credential command (exec) instead.',
    });
  }
  return fixed(async () => ({}));
}

/** Projected tokens are replaced on disk every hour (kubernetes.io, "Bound service account tokens"). */
function tokenFromFile(file: string, certificate: Credentials['certificate']): Credentials {
  let token = '';
  let readAt = -Infinity;
  return {
    certificate,
    async headers() {
      if (performance.now() - readAt > TOKEN_FILE_MS) {
        const read = (await pemOf({ file }))?.toString().trim() ?? '';
        if (read === '')
          throw new ToolError('unauthenticated', `${file}, which the kubeconfig names, holds no token.`, { hint: 'Sign in again.' });
        token = read;
        readAt = performance.now();
      }
      return bearer(token);
    },
    renew(sentAt) {
      if (readAt <= sentAt) readAt = -Infinity;
      return true;
    },
  };
}
