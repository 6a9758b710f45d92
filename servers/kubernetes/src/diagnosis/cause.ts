export type Confidence = 'certain' | 'likely' | 'possible';

/** A call of this server that leads on. */
export interface NextCall {
  tool: string;
  arguments: Record<string, unknown>;
}

/** Why something does not work. */
export interface Cause {
  /** Stable name, e.g. out_of_memory. */
  cause: string;
  title: string;
  confidence: Confidence;
  /** Key of the object that is at fault: the workload of a pod, the Service, the claim. */
  object: string;
  /** Facts, each with the object that it comes from. */
  evidence: string[];
  /** What would mend it, in a sentence. */
  remedy: string;
  next: NextCall;
  /** Keys of objects whose trouble it explains. */
  explains?: string[];
  /** Keys of objects: if one of them is itself at fault, this is only a symptom of that. */
  because?: string[];
  /** Nothing is down for it; it matters only when it was asked for, or when something follows from it. */
  informational?: boolean;
}

/** A cause in its place among the others. */
export interface RankedCause extends Cause {
  /** The cause that this one follows from. */
  follows?: Cause;
}

const CONFIDENCE = { certain: 0, likely: 1, possible: 2 };

/** One cause of one name for one object, with the evidence of all. */
function merged(causes: readonly Cause[]): Cause[] {
  const known = new Map<string, Cause>();
  for (const one of causes.toSorted((a, b) => CONFIDENCE[a.confidence] - CONFIDENCE[b.confidence])) {
    const key = `${one.cause} ${one.object}`;
    const before = known.get(key);
    if (before === undefined) {
      known.set(key, { ...one, evidence: [...new Set(one.evidence)] });
      continue;
    }
    before.evidence.push(...one.evidence.filter((line) => !before.evidence.includes(line)));
    before.explains = [...(before.explains ?? []), ...(one.explains ?? [])];
    before.because = [...(before.because ?? []), ...(one.because ?? [])];
    if (one.informational !== true) delete before.informational;
  }
  return [...known.values()];
}

/**
 * Roots before symptoms, what stops something before what is only worth knowing, sure before possible, near the question before far.
 *
 * @param distance steps from what was asked about to a cause; 0 for itself
 */
export function ranked(causes: readonly Cause[], distance: (cause: Cause) => number): RankedCause[] {
  const all = merged(causes);
  const about = new Map<string, Cause[]>();
  for (const one of all) for (const key of new Set([one.object, ...(one.explains ?? [])])) about.set(key, [...(about.get(key) ?? []), one]);
  const rooted = all.map((one): RankedCause => {
    const root = (one.because ?? []).flatMap((key) => about.get(key) ?? []).find((other) => other !== one && sure(other, one));
    return root === undefined ? one : { ...one, follows: root };
  });
  const followed = new Set(rooted.flatMap(({ follows }) => (follows === undefined ? [] : [follows])));
  const weight = (one: RankedCause): number[] => [
    one.follows === undefined ? 0 : 1,
    one.informational === true && !followed.has(one) && distance(one) > 0 ? 1 : 0,
    CONFIDENCE[one.confidence],
    followed.has(one) ? 0 : 1,
    distance(one),
    -(one.explains?.length ?? 0),
  ];
  return rooted
    .map((one) => ({ one, keys: weight(one) }))
    .toSorted((a, b) => a.keys.map((key, at) => key - (b.keys[at] ?? 0)).find((difference) => difference !== 0) ?? 0)
    .map(({ one }) => one);
}

/** A guess takes nothing's place, and of two that point at each other the first stays. */
const sure = (root: Cause, symptom: Cause): boolean => root.confidence !== 'possible' && !(root.because ?? []).includes(symptom.object);
