// Plans for sentences: `npm run bench:route -- --cases C.jsonl --json [--out F]`. A case is a line
// { query, tools: [{ server, name, title?, description, inputSchema? }…], calls: [{ name, arguments: { parameter: [accepted values] } }] }.
// An accepted empty string means that the parameter may be left out; a case without calls is one to abstain from.
import { Planner, type PlanAnswer, type PlanTool } from '@deployment-engine/native';
import { benchmark, readArguments, readJsonLines, rounded, UsageError, writeJsonLines } from './command.ts';

type CaseTool = PlanTool & { readonly server: string };

interface Question {
  readonly query: string;
  readonly tools: readonly CaseTool[];
}

interface GoldCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, readonly unknown[]>>;
}

interface Predicted {
  readonly tool: string;
  readonly server: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly missing: readonly string[];
  readonly confidence: number;
}

interface Prediction {
  readonly query: string;
  readonly plan: (Predicted & { readonly steps?: readonly Predicted[] }) | null;
}

/** The plan for a sentence. It is given the sentence and the tools and nothing else of the case. */
function predict({ query, tools }: Question): Prediction {
  const planner = new Planner();
  for (const [server, definitions] of Map.groupBy(tools, (tool) => tool.server)) planner.replaceServer(server, definitions);
  const answer: PlanAnswer = planner.plan(query);
  const steps = (answer.plan?.steps ?? []).map((step) => ({
    tool: step.tool.name,
    server: step.tool.server,
    arguments: step.arguments,
    missing: step.missing,
    confidence: rounded(step.confidence),
  }));
  const [first] = steps;
  if (first === undefined) return { query, plan: null };
  return { query, plan: steps.length > 1 ? { ...first, steps } : first };
}

/** What two values have in common when case, spaces and punctuation do not count. */
function essence(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.toLowerCase().replaceAll(/[\s\p{P}\p{S}]/gu, '');
}

function accepted(value: unknown, values: readonly unknown[]): boolean {
  return values.some((candidate) => essence(candidate) === essence(value));
}

const named = (plan: Predicted, call: GoldCall) => call.name === plan.tool || call.name === `${plan.server}__${plan.tool}`;

const optional = (values: readonly unknown[]) => values.some((value) => value === '');

interface Tally {
  cases: number;
  answered: number;
  tools: number;
  given: number;
  right: number;
  wanted: number;
  found: number;
  exact: number;
  complete: number;
  completeRight: number;
  idle: number;
  abstained: number;
}

function score(tally: Tally, { plan }: Prediction, calls: readonly GoldCall[]): void {
  const [first] = calls;
  if (first === undefined) {
    tally.idle += 1;
    if (plan === null) tally.abstained += 1;
    return;
  }
  tally.cases += 1;
  if (plan === null) return;
  tally.answered += 1;
  // Of several calls of one tool the one that the plan meets best counts.
  const meets = (call: GoldCall) =>
    Object.entries(call.arguments).filter(([name, values]) => name in plan.arguments && accepted(plan.arguments[name], values)).length;
  const call = calls.filter((candidate) => named(plan, candidate)).toSorted((one, other) => meets(other) - meets(one))[0];
  if (call === undefined) {
    if (plan.missing.length === 0) tally.complete += 1;
    return;
  }
  tally.tools += 1;
  const given = Object.keys(plan.arguments).length;
  const right = meets(call);
  const needed = Object.entries(call.arguments).filter(([, values]) => !optional(values));
  tally.given += given;
  tally.right += right;
  tally.wanted += needed.length;
  const found = needed.filter(([name, values]) => name in plan.arguments && accepted(plan.arguments[name], values)).length;
  tally.found += found;
  const exact = right === given && found === needed.length;
  if (exact) tally.exact += 1;
  if (plan.missing.length === 0) {
    tally.complete += 1;
    if (exact) tally.completeRight += 1;
  }
}

await benchmark(() => {
  const values = readArguments({ cases: { what: 'JSON lines of cases', required: true } });
  const cases = readJsonLines<Question & { readonly calls?: readonly GoldCall[] }>(values['cases'] ?? '');
  if (cases.length === 0) throw new UsageError('--cases: there is no case');
  const predictions = cases.map(({ query, tools }) => predict({ query, tools }));
  writeJsonLines(values['out'], predictions);
  const tally: Tally = {
    cases: 0,
    answered: 0,
    tools: 0,
    given: 0,
    right: 0,
    wanted: 0,
    found: 0,
    exact: 0,
    complete: 0,
    completeRight: 0,
    idle: 0,
    abstained: 0,
  };
  cases.forEach(({ calls = [] }, index) => {
    const prediction = predictions[index];
    if (prediction !== undefined) score(tally, prediction, calls);
  });
  const rate = (part: number, of: number) => (of === 0 ? null : rounded(part / of));
  return {
    cases: tally.cases,
    answered_rate: rate(tally.answered, tally.cases),
    tool_precision: rate(tally.tools, tally.answered),
    argument_precision: rate(tally.right, tally.given),
    argument_recall: rate(tally.found, tally.wanted),
    exact_rate: rate(tally.exact, tally.cases),
    complete_precision: rate(tally.completeRight, tally.complete),
    no_call_cases: tally.idle,
    abstained_rate: rate(tally.abstained, tally.idle),
  };
});
