import type { Roots } from '@deployment-engine/shared/platform';
import type { Engine } from '../client/index.ts';
import type { Allow } from '../config.ts';

/** What a judgement rests on. */
export interface World {
  allow: Allow;
  /** The call's roots. */
  roots: Roots;
  engine: Engine;
  signal: AbortSignal;
}
