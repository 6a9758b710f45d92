import { z } from 'zod';

export const Cause = z.object({
  cause: z.string().describe('Stable name, e.g. out_of_memory'),
  title: z.string(),
  confidence: z.enum(['certain', 'likely', 'possible']),
  evidence: z.array(z.string()),
  next_steps: z.array(z.string()),
});

export type Cause = z.output<typeof Cause>;

const RANK = { certain: 0, likely: 1, possible: 2 };

/** Best first; of several with one name the first and surest stays, with the evidence of all. */
export function ranked(causes: readonly Cause[]): Cause[] {
  const byName = new Map<string, Cause>();
  for (const one of causes.toSorted((a, b) => RANK[a.confidence] - RANK[b.confidence])) {
    const before = byName.get(one.cause);
    if (before === undefined) byName.set(one.cause, { ...one, evidence: [...one.evidence] });
    else before.evidence.push(...one.evidence.filter((line) => !before.evidence.includes(line)));
  }
  return [...byName.values()];
}
