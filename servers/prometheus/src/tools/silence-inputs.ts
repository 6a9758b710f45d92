import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import type { Matcher, Silence } from '../client/index.ts';
import { tokensOf } from '../promql/lexer.ts';
import { oneLine } from '../words/text.ts';

export const TOOLSET = 'alertmanager';

export const SilenceView = z.object({
  id: z.string(),
  state: z.string().describe('active, pending or expired.'),
  matchers: z.array(z.string()),
  starts_at: z.string(),
  ends_at: z.string(),
  created_by: z.string(),
  comment: z.string(),
});
export type SilenceView = z.output<typeof SilenceView>;

export function matcherText({ name, value, isRegex, isEqual }: Matcher): string {
  return `${name}${isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!='}${JSON.stringify(value)}`;
}

/** Reads `name="value"`, also with !=, =~ or !~. Throws `invalid_input`. */
export function parseMatcher(text: string): Matcher {
  const [name, operator, value, ...rest] = tokensOf(text);
  const known = operator !== undefined && ['=', '!=', '=~', '!~'].includes(operator.text);
  if (name?.kind !== 'identifier' || !known || value?.kind !== 'string' || rest.length > 0) {
    throw new ToolError('invalid_input', `The matcher ${JSON.stringify(oneLine(text, 100))} cannot be read.`, {
      hint: 'Write it as name="value", or with !=, =~ or !~, the value in double quotes.',
    });
  }
  return { name: name.text, value: value.text, isRegex: operator.text.endsWith('~'), isEqual: operator.text.startsWith('=') };
}

export function silenceView({ id, state, matchers, startsAt, endsAt, createdBy, comment }: Silence): SilenceView {
  return {
    id,
    state,
    matchers: matchers.map(matcherText),
    starts_at: startsAt,
    ends_at: endsAt,
    created_by: createdBy,
    comment: oneLine(comment, 500),
  };
}
