// A panel of language models, fixed format: `npm run bench:panel -- --answers answers.tsv --models a,b,c --gold 50 --seed S [--out F]`.
// The gold of a question reaches the panel only when the panel asked for that question to be judged.
import { Panel, type PanelQuestion } from '@deployment-engine/native';
import { benchmark, readArguments, readText, rounded, UsageError, writeJsonLines } from './command.ts';

interface Item {
  readonly id: string;
  readonly gold: string;
  readonly question: PanelQuestion;
}

const letter = (option: number) => String.fromCharCode(65 + option);

function read(file: string, wanted: readonly string[] | undefined): { names: string[]; items: Item[] } {
  const lines = readText(file)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const [header, models] = [lines[0]?.replace(/^#\s*/, '').split('\t'), lines[1]?.split('\t').slice(1)];
  if (header === undefined || models === undefined || lines[1]?.startsWith('#models') !== true)
    throw new UsageError(`${file}: the first line names the columns, the second is #models and their names`);
  const column = (name: string) => {
    const at = header.findIndex((title) => title.split(' ')[0] === name);
    if (at < 0) throw new UsageError(`${file}: there is no column ${name}`);
    return at;
  };
  const [id, count, gold, answers] = [column('question_id'), column('n_options'), column('gold'), column('answers')];
  const names = [...(wanted ?? models)];
  const places = names.map((name) => {
    const at = models.indexOf(name);
    if (at < 0) throw new UsageError(`There is no model ${name}; there are ${models.join(', ')}`);
    return at;
  });
  const items = lines.slice(2).map((line) => {
    const cells = line.split('\t');
    const options = Number(cells[count]);
    const given = cells[answers] ?? '';
    const option = (at: number) => {
      const number = (given[at] ?? '.').charCodeAt(0) - 65;
      return number >= 0 && number < options ? number : null;
    };
    return { id: cells[id] ?? '', gold: cells[gold] ?? '', question: { options, answers: places.map(option) } };
  });
  return { names, items };
}

/** Expected calibration error over ten equal bins. */
function calibrationError(rows: readonly { confidence: number; right: boolean }[]): number {
  const bins = Array.from({ length: 10 }, () => ({ sure: 0, right: 0 }));
  for (const { confidence, right } of rows) {
    const bin = bins[Math.min(9, Math.floor(confidence * 10))];
    if (bin === undefined) continue;
    bin.sure += confidence;
    bin.right += Number(right);
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.sure - bin.right), 0) / Math.max(1, rows.length);
}

/** How often a right answer is surer than a wrong one; ties count half. */
function areaUnderCurve(rows: readonly { confidence: number; right: boolean }[]): number {
  const sorted = rows.toSorted((a, b) => a.confidence - b.confidence);
  let [ranks, right] = [0, 0];
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to]?.confidence === sorted[from]?.confidence) to += 1;
    const hits = sorted.slice(from, to).filter((row) => row.right).length;
    ranks += (hits * (from + 1 + to)) / 2;
    right += hits;
    from = to;
  }
  const wrong = sorted.length - right;
  return right === 0 || wrong === 0 ? 0.5 : (ranks - (right * (right + 1)) / 2) / (right * wrong);
}

await benchmark(() => {
  const options = readArguments({
    answers: { what: 'answers.tsv', required: true },
    models: { what: 'names, by commas; all without it' },
    gold: { what: 'how many questions may be judged, default 50' },
    seed: { what: 'a number, default 0' },
  });
  const number = (name: string, otherwise: number) => {
    const value = Number(options[name] ?? otherwise);
    if (!Number.isSafeInteger(value) || value < 0) throw new UsageError(`--${name} must be a whole number`);
    return value;
  };
  const [budget, seed] = [number('gold', 50), number('seed', 0)];
  const { names, items } = read(options['answers'] ?? '', options['models']?.split(','));
  const questions = items.map((item) => item.question);
  const panel = new Panel(names.map((name) => ({ name })));
  panel.see(questions);
  const known: number[] = [];
  while (known.length < Math.min(budget, items.length)) {
    const batch = panel.teach(questions, known, budget - known.length, seed);
    if (batch.length === 0) break;
    for (const place of batch) {
      const item = items[place];
      if (item !== undefined) panel.feedback(item.question, item.gold.charCodeAt(0) - 65);
      known.push(place);
    }
  }
  const judged = new Set(known);
  const left = items.filter((_, place) => !judged.has(place));
  const verdicts = panel.answers(left.map((item) => item.question));
  const plan = panel.plan();
  const rehearsed = panel.rehearse(
    plan,
    left.map((item) => item.question),
  );
  const rows = left.map((item, place) => {
    const verdict = verdicts[place];
    const answer = verdict?.answer ?? null;
    return { question_id: item.id, answer: answer === null ? null : letter(answer), confidence: verdict?.confidence ?? 0 };
  });
  writeJsonLines(options['out'], rows);
  // Scores: here and nowhere above is the gold of these questions read.
  const total = Math.max(1, left.length);
  const share = (hit: (item: Item, place: number) => boolean) => left.filter(hit).length / total;
  const scored = rows.map(({ answer, confidence }, place) => ({ confidence, right: answer === left[place]?.gold }));
  const named = (option: number | null | undefined) => (option === null || option === undefined ? null : letter(option));
  const members = names.map((_, at) => share((item) => named(item.question.answers[at]) === item.gold));
  const best = Math.max(...members);
  const mostNamed = ({ question: { options: count, answers } }: Item) => {
    const votes = Array.from({ length: count }, (_, option) => answers.filter((answer) => answer === option).length);
    const most = Math.max(...votes);
    return most === 0 ? null : letter(votes.indexOf(most));
  };
  return {
    questions: left.length,
    gold: known.length,
    models: names.length,
    accuracy: rounded(share((item, place) => rows[place]?.answer === item.gold)),
    best_member: rounded(best),
    best_member_name: names[members.indexOf(best)],
    majority: rounded(share((item) => mostNamed(item) === item.gold)),
    ece: rounded(calibrationError(scored)),
    auroc: rounded(areaUnderCurve(scored)),
    calls_per_question: rounded(rehearsed.reduce((sum, { asked }) => sum + asked, 0) / total),
    cascade_accuracy: rounded(share((item, place) => named(rehearsed[place]?.answer) === item.gold)),
    effective_votes: rounded(panel.portrait().effectiveVotes),
  };
});
