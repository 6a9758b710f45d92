import type { PoisoningVerdict, ScoredDefinition } from '@deployment-engine/native';
import type { Upstream } from '../upstream/upstream.ts';
import { type Judge, pinName, type Suspicion } from './pins.ts';

/** Reasons that are kept of one definition. */
const MAX_REASONS = 8;

/** Who judges the definitions of strangers' servers: prompts and tools, each also against the names of the other servers' tools. */
export function judgeFor(upstreams: () => Iterable<Upstream>): Judge {
  return async (slug, { tools, prompts }) => {
    const { scoreDefinitions } = await import('@deployment-engine/native');
    const others = [...upstreams()].flatMap((upstream) =>
      upstream.slug === slug ? [] : (upstream.known()?.tools ?? []).map(({ name }) => ({ server: upstream.slug, name })),
    );
    const own = tools.map(({ name }) => ({ server: slug, name }));
    const named = [
      ...tools.map((definition) => ({ kind: 'tool' as const, name: definition.name, definition })),
      ...prompts.map((definition) => ({ kind: 'prompt' as const, name: definition.name, definition })),
    ];
    const scored = named.map(({ definition }): ScoredDefinition => ({ ...definition, server: slug }));
    const verdicts = scoreDefinitions(scored, { others: [...own, ...others] });
    return new Map(
      named.flatMap((one, index): [string, Suspicion][] => {
        const verdict = verdicts[index];
        return verdict?.flagged === true ? [[pinName(one), suspicionOf(verdict)]] : [];
      }),
    );
  };
}

function suspicionOf({ score, signals }: PoisoningVerdict): Suspicion {
  const reasons = new Set(signals.map(({ reason, where }) => (where === '' ? reason : `${reason} (at ${where})`)));
  return { score: Math.round(score * 1000) / 1000, reasons: [...reasons].slice(0, MAX_REASONS) };
}
