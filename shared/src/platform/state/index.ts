export { ensureStateFolder, HOME_VARIABLE, stateHome } from './state-home.ts';
export { ownerToken, ownerTokenFile, readOwnerToken, tokenMatches } from './owner-token.ts';
export { writeAtomic } from './write-atomic.ts';
