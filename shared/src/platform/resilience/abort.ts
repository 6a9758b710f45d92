import { ToolError } from '../../contracts/error.ts';

/** How an aborted signal reads as an error: a ToolError given as the reason passes as it is, everything else is the caller's cancellation. */
export const abortFailure = (signal: AbortSignal): ToolError =>
  signal.reason instanceof ToolError ? signal.reason : new ToolError('cancelled', 'The call was cancelled.', { cause: signal.reason });
