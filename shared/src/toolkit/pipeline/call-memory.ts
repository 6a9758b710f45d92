import { PlanTokens } from './confirm.ts';
import { RememberedCalls } from './idempotency.ts';

/** What calls leave for later ones. A backend that is replaced while it is served hands it to the next. */
export class CallMemory {
  readonly plans = new PlanTokens();
  readonly keyed = new RememberedCalls();
}
