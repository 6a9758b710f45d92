import { type Effect, type ErrorCode, hasScopes, type Principal } from '../contracts/index.ts';

/** What is asked of a policy: may this principal make this call? Without `args`: may it see the tool? */
export interface PolicyRequest {
  principal: Principal;
  server: string;
  tool: string;
  scopes: readonly string[];
  effect: Effect;
  args?: Readonly<Record<string, unknown>>;
}

/** `hidden`: the tool must look as if it did not exist. */
export type Decision =
  | { allow: true; reason: string }
  | { allow: false; reason: string; code: ErrorCode; message: string; hint: string; hidden: boolean };

export interface Policy {
  /** Whether nothing may be changed and no credential may leave. */
  readonly readOnly?: boolean | undefined;
  decide(request: PolicyRequest): Decision;
}

export interface DefaultPolicyOptions {
  readOnly?: boolean;
  /** Lets callers without a sign-in use read tools. */
  anonymousRead?: boolean;
  /** How a stranger becomes known, one sentence. */
  signInHint?: string;
}

/** The first policy: read-only mode, then sign-in, then scopes. A policy language replaces it behind the same interface. */
export function defaultPolicy(options: DefaultPolicyOptions = {}): Policy {
  return {
    readOnly: options.readOnly,
    decide({ principal, tool, scopes, effect, args }) {
      if (options.readOnly && effect !== 'read') {
        return {
          allow: false,
          reason: 'read-only mode',
          code: 'read_only',
          message: `${tool} would change something, and this server runs in read-only mode.`,
          hint: 'Use a tool that only reads, or ask the operator to start without --read-only.',
          hidden: false,
        };
      }
      if (principal.kind === 'anonymous') {
        // the catalogue is open: only calls need a sign-in
        if (args === undefined) return { allow: true, reason: 'catalogue' };
        if (options.anonymousRead && effect === 'read') return { allow: true, reason: 'anonymous read' };
        return {
          allow: false,
          reason: 'not signed in',
          code: 'unauthenticated',
          message: 'Calls need a sign-in; without one only the catalogue is open.',
          hint: options.signInHint ?? 'Send the owner token as "Authorization: Bearer …".',
          hidden: false,
        };
      }
      if (!hasScopes(principal, scopes)) {
        return {
          allow: false,
          reason: `scopes ${scopes.join(' ')} are not granted`,
          code: 'forbidden',
          message: 'You may not use this tool.',
          hint: '',
          hidden: true,
        };
      }
      return { allow: true, reason: principal.kind };
    },
  };
}

/** True if a list for this principal shows the tool. */
export function isListed(policy: Policy, request: Omit<PolicyRequest, 'args'>): boolean {
  return policy.decide(request).allow;
}
