import { ToolError } from '../../contracts/error.ts';
import { addressKind, isAddress } from './address.ts';
import { bareHost, parseOrigin } from './target.ts';

/** `listed`: the operator named this origin, any address will do. `public`: every address must be public. */
export type Admission = 'listed' | 'public';

export interface GuardOptions {
  /** Origins named in the operator's config. */
  origins: readonly string[];
  /** Whether an origin nobody named may be reached at a public address. Default false. */
  allowPublic?: boolean | undefined;
  /** Hosts that may be reached at a public address even without `allowPublic`: a name, or `*.example.com` for every name below it. */
  allowedHosts?: readonly string[] | undefined;
}

/** Decides where a request may go; server-side request forgery ends here. */
export interface Guard {
  /** Whether this URL may be asked at all, before any name is resolved. Throws `forbidden`. */
  admit(url: URL): Admission;
  /** Checks every address a name resolved to. Throws `forbidden` when one of them may not be reached. */
  checkAddresses(origin: string, addresses: readonly string[]): void;
  isListed(origin: string): boolean;
}

const refusal = (origin: string, why: string): ToolError =>
  new ToolError('forbidden', `${origin} ${why}.`, { hint: 'Name this origin in the configuration if it should be reachable.' });

export const createGuard = ({ origins, allowPublic = false, allowedHosts = [] }: GuardOptions): Guard => {
  const listed = new Set(origins.map(parseOrigin));
  const exact = new Set<string>();
  const suffixes: string[] = [];
  for (const host of allowedHosts) {
    const name = host.toLowerCase();
    if (name.startsWith('*.')) suffixes.push(name.slice(1));
    else exact.add(name);
  }
  const isNamed = (host: string): boolean =>
    exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix) && host.length > suffix.length);

  const checkAddresses = (origin: string, addresses: readonly string[]): void => {
    if (listed.has(origin)) return;
    // One bad address among good ones refuses them all: mixed answers are how a name is rebound between check and use.
    for (const address of addresses) {
      const kind = addressKind(address);
      if (kind !== 'public') throw refusal(origin, `leads to an address that is not public (${kind.replaceAll('_', ' ')})`);
    }
  };

  return {
    admit(url) {
      if (listed.has(url.origin)) return 'listed';
      const host = bareHost(url);
      if (!allowPublic && !isNamed(host)) throw refusal(url.origin, 'is not among the allowed origins');
      if (isAddress(host)) checkAddresses(url.origin, [host]);
      return 'public';
    },
    checkAddresses,
    isListed: (origin) => listed.has(origin),
  };
};
