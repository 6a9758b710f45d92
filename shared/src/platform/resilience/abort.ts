import { ToolError } from '../../contracts/error.ts';

/** How an aborted signal reads as an error: a ToolError given as the reason passes as it is, everything else is the caller's cancellation. */
export const abortFailure = (signal: AbortSignal): ToolError =>
  signal.reason instanceof ToolError ? signal.reason : new ToolError('cancelled', 'The call was cancelled.', { cause: signal.reason });

/** `work`, or what the signal says, whichever comes first: for work that looks at its signal late or never. */
export const orAbort = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(abortFailure(signal));
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
