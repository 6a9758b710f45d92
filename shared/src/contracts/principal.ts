/** Who makes a call. */
export interface Principal {
  /** Stable within one installation, e.g. `owner`, `anonymous`, `user:ada`. */
  id: string;
  /** `owner`: the local person, over stdio or with the owner's token. `anonymous`: loopback HTTP without a token. `user`: signed in. */
  kind: 'owner' | 'anonymous' | 'user';
  /** Granted scopes such as `metrics:read`; `*` grants all. */
  scopes: readonly string[];
  roles: readonly string[];
}

export const OWNER: Principal = { id: 'owner', kind: 'owner', scopes: ['*'], roles: ['owner'] };

export const ANONYMOUS: Principal = { id: 'anonymous', kind: 'anonymous', scopes: [], roles: [] };

/** True if every needed scope is granted, by name, by `*`, or by `area:*`. */
export function hasScopes(principal: Principal, needed: readonly string[]): boolean {
  return needed.every((scope) =>
    principal.scopes.some(
      (granted) => granted === '*' || granted === scope || (granted.endsWith(':*') && scope.startsWith(granted.slice(0, -1))),
    ),
  );
}
