import { ToolError } from '@deployment-engine/shared/contracts';

/** One thing that a call asked for and that the operator has not allowed. */
export interface Refusal {
  /** In words, e.g. `a privileged container`. */
  what: string;
  /** What the operator would set, e.g. `allow.privileged = true`. */
  setting: string;
}

/** @throws ToolError `forbidden` that names every setting which would allow it */
export function demandNone(refusals: readonly Refusal[], also = ''): void {
  if (refusals.length === 0) return;
  const settings = [...new Set(refusals.map((one) => one.setting))];
  throw new ToolError('forbidden', `Refused: ${refusals.map((one) => one.what).join('; ')}.`, {
    hint: `The operator can allow this in the docker server’s settings (servers.docker): ${settings.join('; ')}.${also}`,
    details: { refused: refusals },
  });
}
