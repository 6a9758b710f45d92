import { expect, test } from 'vitest';

import { CommandPredictor, PredictorStateError } from './index.ts';

function work(predictor: CommandPredictor, rounds = 12): CommandPredictor {
  for (let round = 0; round < rounds; round += 1) {
    for (const command of ['git pull', 'npm ci', 'npm test', 'git commit -m wip', 'git push']) predictor.observe({ command, exitCode: 0 });
  }
  return predictor;
}

test('a habit is predicted, its line too, with probabilities that sum to at most 1', () => {
  const predictor = work(new CommandPredictor());
  expect(predictor.predict(1)).toMatchObject([{ name: 'git', line: 'git pull' }]);
  predictor.observe({ command: 'git pull', exitCode: 0 });
  const [first] = predictor.predict(5);
  expect(first).toMatchObject({ name: 'npm', line: 'npm ci' });
  expect(first?.probability).toBeGreaterThan(0.5);
  const all = predictor.predict(1_000);
  expect(all.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(1);
  for (const { probability, lineProbability } of all) expect(lineProbability).toBeLessThanOrEqual(probability);
  expect(predictor.predict(0)).toEqual([]);
});

test('the directory and the task tell sessions apart', () => {
  const predictor = new CommandPredictor();
  for (let round = 0; round < 10; round += 1) {
    predictor.begin({ task: 'list large files' });
    predictor.observe({ command: 'du -sh', directory: '/data' });
    predictor.begin({ task: 'show running processes' });
    predictor.observe({ command: 'ps aux', directory: '/data' });
    predictor.begin();
    predictor.observe({ command: 'make all', directory: '/src' });
    predictor.begin();
    predictor.observe({ command: 'cargo build', directory: '/other' });
  }
  expect(predictor.predict(1, { task: 'running processes' })[0]?.name).toBe('ps');
  expect(predictor.predict(1, { task: 'large files, please' })[0]?.name).toBe('du');
  predictor.begin();
  expect(predictor.predict(1, { directory: '/src' })[0]?.name).toBe('make');
  expect(predictor.predict(1, { directory: '/other' })[0]?.name).toBe('cargo');
});

test('what was learned goes out and comes back as bytes', () => {
  const predictor = work(new CommandPredictor());
  const again = CommandPredictor.import(predictor.export());
  for (const command of ['git pull', 'vim notes', 'npm ci']) {
    expect(again.predict(10)).toEqual(predictor.predict(10));
    predictor.observe({ command });
    again.observe({ command });
  }
  expect(again.export()).toEqual(predictor.export());
});

test('bytes that are no state are refused by a code', () => {
  const bytes = work(new CommandPredictor(), 2).export();
  const refused = (from: Uint8Array) => {
    try {
      CommandPredictor.import(from);
    } catch (error) {
      if (error instanceof PredictorStateError) return error.code;
      throw error;
    }
    return undefined;
  };
  const changed = (at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
  expect(refused(new TextEncoder().encode('garbage, not a state'))).toBe('not_a_state');
  expect(refused(new Uint8Array())).toBe('not_a_state');
  expect(refused(bytes.subarray(0, 6))).toBe('truncated');
  expect(refused(changed(4))).toBe('unknown_version');
  expect(refused(changed(100))).toBe('damaged');
  expect(refused(bytes.subarray(0, bytes.length - 1))).toBe('damaged');
  expect(refused(bytes)).toBeUndefined();
});

test('the network is a choice, and the same seed gives the same answers', () => {
  const [one, other] = [1, 1].map((seed) => work(new CommandPredictor({ lstm: true, seed })));
  expect(one?.predict(5)).toEqual(other?.predict(5));
  expect(one?.predict(5)).not.toEqual(work(new CommandPredictor()).predict(5));
});

test('wrong numbers are refused by name', () => {
  const predictor = new CommandPredictor();
  expect(predictor.predict(5)).toEqual([]);
  for (const count of [-1, 1.5, Number.NaN]) expect(() => predictor.predict(count)).toThrow(/^count:/);
  expect(() => new CommandPredictor({ seed: -1 })).toThrow(/^seed:/);
  expect(() => predictor.observe({ command: 5 as never })).toThrow();
});
