import { z } from 'zod';
import { fit, sizeOf } from './budget.ts';
import { count } from './text.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that an audit has found, with what shows it. */
export interface Finding {
  severity: Severity;
  /** Short name of what was looked for. */
  rule: string;
  /** `deployments.apps shop/web` */
  object: string;
  /** Where in the object. */
  path?: string | undefined;
  evidence: string;
}

/** How an audit is asked. */
export const findingsInput = {
  min_severity: z.enum(SEVERITIES).default('low').describe('Nothing less severe'),
  rules: z.array(z.string().max(60)).max(40).optional().describe('Only these rules'),
  skip: z.int().min(0).max(100_000).default(0).describe('Findings already seen'),
};

export const findingsOutput = {
  counts: z.record(z.string(), z.number()),
  findings: z.array(
    z.object({ severity: z.enum(SEVERITIES), rule: z.string(), object: z.string(), path: z.string().optional(), evidence: z.string() }),
  ),
  advice: z.record(z.string(), z.string()).describe('By rule'),
  left: z.number(),
  unread: z.array(z.string()).optional().describe('What could not be looked at'),
};

export interface FindingsAnswer {
  counts: Record<string, number>;
  findings: Finding[];
  advice: Record<string, string>;
  left: number;
  unread?: string[] | undefined;
}

export interface FindingsWish {
  min_severity: Severity;
  rules?: readonly string[] | undefined;
  skip: number;
}

/** The worst first, as many as fit, with the advice for each rule that is shown. */
export function ranked(
  all: readonly Finding[],
  { min_severity, rules, skip }: FindingsWish,
  { advice, unread, bytes }: { advice: Readonly<Record<string, string>>; unread: readonly string[]; bytes: number },
): FindingsAnswer {
  const rank = (one: Finding): number => SEVERITIES.indexOf(one.severity);
  const wanted = all
    .filter((one) => rank(one) <= SEVERITIES.indexOf(min_severity) && (rules === undefined || rules.includes(one.rule)))
    .toSorted((a, b) => rank(a) - rank(b) || compare(a.rule, b.rule) || compare(a.object, b.object) || compare(a.path ?? '', b.path ?? ''));
  const advised = new Set<string>();
  const told = unread.slice(0, 10);
  const { items, left } = fit(wanted.slice(skip), bytes - sizeOf(told) - 100, (one) => {
    const first = !advised.has(one.rule);
    advised.add(one.rule);
    return sizeOf(one) + (first ? sizeOf(advice[one.rule] ?? '') + one.rule.length + 4 : 0);
  });
  const counts: Record<string, number> = {};
  for (const { severity } of wanted) counts[severity] = (counts[severity] ?? 0) + 1;
  return {
    counts,
    findings: items,
    advice: Object.fromEntries([...new Set(items.map(({ rule }) => rule))].map((rule) => [rule, advice[rule] ?? ''])),
    left,
    ...(told.length > 0 ? { unread: told } : {}),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Text of an answer of findings: a line each, then what to do about each rule. */
export function findingsText({ counts, findings, advice, left, unread }: FindingsAnswer, skip: string): { summary: string; data: string } {
  const amounts = SEVERITIES.flatMap((one) => (counts[one] === undefined ? [] : [`${counts[one]} ${one}`]));
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const lines = findings.map(
    ({ severity, rule, object, path, evidence }) => `${severity}\t${rule}\t${object}${path === undefined ? '' : ` ${path}`}\t${evidence}`,
  );
  const advices = Object.entries(advice).map(([rule, text]) => `${rule}: ${text}`);
  return {
    summary: [
      `${count(total, 'finding')}${amounts.length > 0 ? `: ${amounts.join(', ')}` : ''}.`,
      left > 0 ? ` ${left} more: ${skip}.` : '',
      unread === undefined ? '' : ` Not looked at: ${unread.join('; ')}.`,
    ].join(''),
    data: [...lines, ...(advices.length > 0 ? ['', ...advices] : [])].join('\n'),
  };
}
