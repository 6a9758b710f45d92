// Next command: `npm run bench:sequence -- --users DIR [--from N] | --trajectories FILE --json [--out F]`.
//
// A name is the first whitespace-separated word of a line; lines of blanks are passed over, but counted by `--from`.
// --users: a file a person, each with a predictor that knows nothing; every line is predicted, then learned.
// --trajectories: { agent: [{ actions, q }] }: one predictor learns the other agents' trajectories, then predicts and
// learns those of --agent (gpt-4). The task's words are known from a trajectory's beginning. "submit" and "blocked" are
// names like others. One person, so its figures are plain means over its commands.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { CommandPredictor } from '@deployment-engine/native';
import { benchmark, mean, percentile, readArguments, readText, rounded, UsageError, writeJsonLines } from './command.ts';

/** A run of commands under one task. */
interface Session {
  readonly task?: string | undefined;
  readonly commands: readonly string[];
}

/** Whom to predict; `before` is learned first. */
interface Person {
  readonly user: string;
  readonly before: readonly { readonly user: string; readonly sessions: readonly Session[] }[];
  readonly sessions: readonly Session[];
  readonly from: number;
}

interface Prediction {
  readonly user: string;
  readonly index: number;
  readonly next: readonly string[];
}

interface Trajectory {
  readonly actions: readonly string[];
  readonly q: string;
}

/** How many names are ranked, for the reciprocal rank. */
const RANKED = 50;

function people(values: Record<string, string | undefined>): Person[] {
  const { users, trajectories, agent = 'gpt-4' } = values;
  const from = Number(values['from'] ?? 0);
  if (!Number.isInteger(from) || from < 0) throw new UsageError('--from: expected a whole number, 0 or more');
  if ((users === undefined) === (trajectories === undefined)) throw new UsageError('Give either --users DIR or --trajectories FILE');
  if (trajectories !== undefined) {
    const agents = Object.entries(JSON.parse(readText(trajectories)) as Record<string, Trajectory[]>).map(([user, list]) => ({
      user,
      sessions: list.map(({ q, actions }) => ({ task: q, commands: actions })),
    }));
    const tested = agents.filter(({ user }) => user === agent);
    if (tested.length === 0) throw new UsageError(`--agent: there is no ${agent} in ${trajectories}`);
    return tested.map(({ user, sessions }) => ({ user, sessions, from, before: agents.filter((other) => other.user !== user) }));
  }
  const folder = users as string;
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() && !entry.name.startsWith('.') ? [entry.name] : [],
    );
  } catch {
    throw new UsageError(`${folder} cannot be read as a folder`);
  }
  if (names.length === 0) throw new UsageError(`${folder} has no files`);
  return names.toSorted().map((user) => {
    const text = readText(join(folder, user));
    return { user, before: [], sessions: [{ commands: text.replace(/\r?\n$/, '').split(/\r?\n/) }], from };
  });
}

/** Predicts, tells what came, learns. The gold is seen only after the prediction was given away. */
function* follow(
  person: Person,
  lstm: boolean,
  times: number[],
  score: (next: readonly string[], name: string) => void,
): Generator<Prediction> {
  const predictor = new CommandPredictor({ lstm });
  const begin = (user: string, { task }: Session) => predictor.begin(person.before.length > 0 ? { task, person: user } : { task });
  for (const { user, sessions } of person.before) {
    for (const session of sessions) {
      begin(user, session);
      for (const command of session.commands) predictor.observe({ command });
    }
  }
  let index = 0;
  for (const session of person.sessions) {
    begin(person.user, session);
    for (const command of session.commands) {
      const name = command.trim().split(/\s+/)[0] ?? '';
      if (name !== '' && index >= person.from) {
        const start = performance.now();
        const next = predictor.predict(5).map((suggestion) => suggestion.name);
        times.push((performance.now() - start) * 1_000);
        yield { user: person.user, index, next };
        const ranked = next.includes(name) ? next : predictor.predict(RANKED).map((suggestion) => suggestion.name);
        score(ranked, name);
      }
      predictor.observe({ command });
      index += 1;
    }
  }
}

function run(all: readonly Person[], lstm: boolean, keep: Prediction[]) {
  const times: number[] = [];
  const totals = { top1: [] as number[], top3: [] as number[], top5: [] as number[], mrr: [] as number[] };
  let predictions = 0;
  for (const person of all) {
    const hits = { top1: 0, top3: 0, top5: 0, mrr: 0 };
    let count = 0;
    const score = (ranked: readonly string[], name: string) => {
      const rank = ranked.indexOf(name);
      count += 1;
      hits.top1 += Number(rank === 0);
      hits.top3 += Number(rank >= 0 && rank < 3);
      hits.top5 += Number(rank >= 0 && rank < 5);
      hits.mrr += rank < 0 ? 0 : 1 / (rank + 1);
    };
    for (const prediction of follow(person, lstm, times, score)) keep.push(prediction);
    predictions += count;
    if (count === 0) continue;
    for (const key of ['top1', 'top3', 'top5', 'mrr'] as const) totals[key].push(hits[key] / count);
  }
  return {
    top1: rounded(mean(totals.top1)),
    top3: rounded(mean(totals.top3)),
    top5: rounded(mean(totals.top5)),
    mrr: rounded(mean(totals.mrr)),
    p50_us: rounded(percentile(times, 50)),
    p99_us: rounded(percentile(times, 99)),
    people: totals.top1.length,
    predictions,
  };
}

await benchmark(() => {
  const values = readArguments({
    users: { what: 'folder, a file a person, a command a line' },
    trajectories: { what: 'file of trajectories by agent' },
    agent: { what: 'who is predicted, default gpt-4' },
    from: { what: 'first line scored, from 0' },
  });
  const all = people(values);
  const kept: Prediction[] = [];
  const without = run(all, false, kept);
  const withNetwork = run(all, true, []);
  writeJsonLines(values['out'], kept);
  return { ...without, with_lstm: withNetwork, without_lstm: without };
});
