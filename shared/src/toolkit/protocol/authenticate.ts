import { ANONYMOUS, OWNER, type Principal } from '../../contracts/index.ts';
import type { IncomingMessage } from '../../platform/listen/index.ts';

export type Authenticated = { ok: true; principal: Principal } | { ok: false; status: 401 | 403; message: string };

export type Authenticate = (request: IncomingMessage) => Authenticated;

export interface LoopbackSignInOptions {
  /** Makes every loopback caller the owner. */
  trustLoopback: boolean;
  /** True if the bearer token is the owner's. */
  isOwnerToken: (token: string) => boolean;
}

/** A proxy on this machine makes every stranger look local; its headers give it away. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/** Sign-in of a listener on loopback: the owner's bearer token, else a stranger who sees the catalogue only. */
export function loopbackSignIn({ trustLoopback, isOwnerToken }: LoopbackSignInOptions): Authenticate {
  return (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
      return token !== undefined && isOwnerToken(token)
        ? { ok: true, principal: OWNER }
        : { ok: false, status: 401, message: 'The bearer token is not valid here.' };
    }
    if (PROXY_HEADERS.some((name) => request.headers[name] !== undefined)) {
      return { ok: false, status: 401, message: 'This request came through a proxy: send the owner token as a bearer token.' };
    }
    return { ok: true, principal: trustLoopback ? OWNER : ANONYMOUS };
  };
}
