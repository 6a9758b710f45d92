import { ToolError } from '@deployment-engine/shared/contracts';
import { readTextFile, type Http } from '@deployment-engine/shared/platform';

type OpenDoor = (origins: string[], ca: Buffer | undefined) => Http;

const EARLY_S = 10;

/**
 * The id token of kubectl's `oidc` auth provider, renewed by its refresh token (OpenID Connect Core 1.0, section 12). The API server
 * checks the token; here only its end is read.
 */
export class OidcCredentials {
  readonly #config: Record<string, string>;
  readonly #open: OpenDoor;
  #token: string | undefined;
  #refreshToken: string | undefined;
  #renewing: Promise<string> | undefined;
  #renewedAt = -Infinity;

  constructor(config: Record<string, string>, open: OpenDoor) {
    this.#config = config;
    this.#open = open;
    this.#token = config['id-token'] || undefined;
    this.#refreshToken = config['refresh-token'] || undefined;
  }

  async token(): Promise<string> {
    if (this.#token !== undefined && expiryOf(this.#token) - EARLY_S > Date.now() / 1000) return this.#token;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  forget(sentAt: number): boolean {
    if (this.#refreshToken === undefined) return false;
    if (this.#renewedAt <= sentAt) this.#token = undefined;
    return true;
  }

  async #renew(): Promise<string> {
    const { 'idp-issuer-url': issuer, 'client-id': clientId, 'client-secret': secret } = this.#config;
    const refresh = this.#refreshToken;
    if (issuer === undefined || clientId === undefined || refresh === undefined || !URL.canParse(issuer))
      throw new ToolError('unauthenticated', 'The id token of the kubeconfig has ended, and there is no refresh token.', {
        hint: 'Sign in again with the program that wrote the kubeconfig.',
      });
    const discovery = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
    const http = this.#open([new URL(issuer).origin], await this.#authority());
    try {
      const { token_endpoint: told } = (await http.request({ url: discovery })).json() as { token_endpoint?: unknown };
      const endpoint = typeof told === 'string' ? told : '';
      // the issuer is the operator's; a token endpoint elsewhere must not get the refresh token
      if (!URL.canParse(endpoint) || new URL(endpoint).origin !== new URL(issuer).origin)
        throw new ToolError('upstream_error', 'The token endpoint of the identity provider lies at another origin.', {
          hint: 'Use a credential command (exec) instead.',
        });
      const answer = await http.request({
        url: endpoint,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: refresh,
          client_id: clientId,
          ...(secret ? { client_secret: secret } : {}),
        }).toString(),
        maxRedirects: 0,
      });
      const body = answer.status === 200 ? (answer.json() as { id_token?: unknown; refresh_token?: unknown }) : {};
      if (typeof body.id_token !== 'string')
        throw new ToolError('unauthenticated', `The identity provider did not renew the token (HTTP ${answer.status}).`, {
          hint: 'Sign in again with the program that wrote the kubeconfig.',
        });
      if (typeof body.refresh_token === 'string') this.#refreshToken = body.refresh_token;
      this.#token = body.id_token;
      this.#renewedAt = performance.now();
      return body.id_token;
    } finally {
      await http.close();
    }
  }

  async #authority(): Promise<Buffer | undefined> {
    const { 'idp-certificate-authority-data': data, 'idp-certificate-authority': file } = this.#config;
    if (data) return Buffer.from(data, 'base64');
    const read = file ? await readTextFile(file) : undefined;
    return read === undefined ? undefined : Buffer.from(read.text);
  }
}

/** `exp` of a JWT (RFC 7519, section 4.1.4), in seconds; 0 for what is none. */
function expiryOf(token: string): number {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: unknown };
    return typeof claims.exp === 'number' ? claims.exp : 0;
  } catch {
    return 0;
  }
}
