import type { PlanAnswer, PlanReason, ToolReference } from '@deployment-engine/native';
import type { ListedTool } from '@deployment-engine/shared/toolkit';
import { qualify } from './names.ts';

const WHY: Readonly<Record<PlanReason, string>> = {
  planned: 'planned',
  nothing_fits: 'no tool fits',
  unsure: 'the best tool fits too little',
  ambiguous: 'several tools fit about as well',
  unusable_schema: "the best tool's input schema cannot be used",
  unreadable: 'the sentence is empty or too long',
};

/** Most other tools that are named. */
const ALTERNATIVES = 5;

export interface Planned {
  text: string;
  structured: Record<string, unknown>;
  /** Every tool that is named, by its qualified name. */
  tools: string[];
}

/** A plan as a model reads it and as a program does, tools by their qualified names. */
export function planned(answer: PlanAnswer, sentence: string, listed: ReadonlyMap<string, ListedTool>): Planned {
  const nameOf = ({ server, name }: ToolReference) => qualify(server, name);
  const steps = (answer.plan?.steps ?? []).map((step) => ({
    tool: nameOf(step.tool),
    arguments: step.arguments,
    missing: step.missing,
    confidence: rounded(step.confidence),
    destructive: listed.get(nameOf(step.tool))?.annotations?.destructiveHint ?? true,
    from: step.from.map(({ parameter, span, confidence }) => ({
      parameter,
      words: span === null ? null : sentence.slice(...span),
      confidence: rounded(confidence),
    })),
  }));
  const alternatives = answer.alternatives
    .slice(0, ALTERNATIVES)
    .map(({ tool, confidence }) => ({ tool: nameOf(tool), confidence: rounded(confidence) }));
  const unplanned = answer.unplanned.map(({ span, reason }) => ({ words: sentence.slice(...span), reason }));
  const others =
    alternatives.length === 0 ? [] : [`Others: ${alternatives.map(({ tool, confidence }) => `${tool} (${confidence})`).join(', ')}.`];
  const lines =
    steps.length === 0
      ? [`No plan: ${WHY[answer.reason]}.`, ...others, 'Use search_tools with other words, or say more.']
      : [
          ...steps.map(({ tool, arguments: args, missing, confidence }, index) => {
            const lacks = missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`;
            return `${index + 1}. ${tool} ${JSON.stringify(args)} (confidence ${confidence}${lacks})`;
          }),
          ...unplanned.map(({ words, reason }) => `Not planned: ${JSON.stringify(words)} (${WHY[reason]}).`),
          ...others,
          'Nothing was called. Check it, fill in what is missing, then use call_tool.',
        ];
  return {
    text: lines.join('\n'),
    structured: {
      plan: answer.plan === null ? null : { steps },
      unplanned,
      confidence: rounded(answer.confidence),
      reason: answer.reason,
      alternatives,
    },
    tools: [...steps, ...alternatives].map(({ tool }) => tool),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
