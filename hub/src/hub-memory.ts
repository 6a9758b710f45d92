import { CallMemory } from '@deployment-engine/shared/toolkit';
import { KeptResults } from './surface/large-results.ts';

/** What outlives a change of the configuration: open plans, calls with a key, results that were too large to pass on. */
export class HubMemory {
  readonly calls = new CallMemory();
  readonly results = new KeptResults();
}
