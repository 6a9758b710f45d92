import { InputRequired, type Outcome } from '@deployment-engine/shared/toolkit';

/** A read that may need input from the client first. */
export async function asked<T>(run: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'result', value: await run() };
  } catch (thrown) {
    if (thrown instanceof InputRequired) return { kind: 'input', requests: thrown.requests, keep: thrown.keep };
    throw thrown;
  }
}
