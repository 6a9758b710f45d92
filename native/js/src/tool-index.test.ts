import { expect, test } from 'vitest';

import { MemoryFormatError, ToolIndex } from './index.ts';

function catalogue(): ToolIndex {
  const index = new ToolIndex();
  index.replaceServer('docker', [
    { name: 'container_list', description: 'List containers.', parameters: [{ name: 'all' }] },
    { name: 'container_logs', description: 'Read the logs of a container.' },
    {
      name: 'container_stop',
      title: 'Stop',
      description: 'Ends it.',
      parameters: [{ name: 'signal', description: 'What is sent', enum: ['SIGTERM', 'SIGKILL'] }],
    },
  ]);
  index.replaceServer('git', [{ name: 'branch_create', description: 'Create a branch.' }]);
  return index;
}

test('questions, identifiers, values and misspelled words find their tool', () => {
  const index = catalogue();
  for (const [query, server, name] of [
    ['show me the logs of my container', 'docker', 'container_logs'],
    ['containerList', 'docker', 'container_list'],
    ['sigkill', 'docker', 'container_stop'],
    ['creating branhces', 'git', 'branch_create'],
  ] as const) {
    expect(index.search(query, 3)[0], query).toMatchObject({ server, name });
  }
});

test('answers are ranked, limited and the same each time', () => {
  const index = catalogue();
  const hits = index.search('container', 10);
  expect(hits.map((hit) => hit.name).toSorted()).toEqual(['container_list', 'container_logs', 'container_stop']);
  expect(hits.map((hit) => hit.score)).toEqual(hits.map((hit) => hit.score).toSorted((one, other) => other - one));
  expect(index.search('container', 2)).toEqual(hits.slice(0, 2));
  expect(index.search('container', 0)).toEqual([]);
  expect(index.search('nothing-like-it-xyzzy', 5)).toEqual([]);
});

test('a server is replaced and removed', () => {
  const index = catalogue();
  expect(index.size).toBe(4);
  index.replaceServer('docker', [{ name: 'image_pull' }]);
  expect(index.size).toBe(2);
  expect(index.search('container', 5)).toEqual([]);
  index.removeServer('git');
  index.removeServer('git');
  expect(index.size).toBe(1);
});

test('names are those of the tools that are there now', () => {
  const index = catalogue();
  const names = (query: string) => index.search(query, 100).map(({ server, name }) => `${server} ${name}`);
  expect(names('branch')).toEqual(['git branch_create']);
  // The slot that comes free is given to another tool.
  index.removeServer('git');
  index.replaceServer('forge', [{ name: 'branch_list' }]);
  expect(names('branch')).toEqual(['forge branch_list']);
  index.replaceServer('forge', [{ name: 'branch_drop' }]);
  expect(names('branch')).toEqual(['forge branch_drop']);
});

test('more tools than usual are found when they are asked for', () => {
  const index = new ToolIndex();
  const tools = Array.from({ length: 60 }, (_, at) => ({ name: `container_${at}` }));
  index.replaceServer('many', tools);
  const found = index.search('container', 0xffff_ffff);
  expect(found.map(({ name }) => name).toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
  expect(index.search('container', 17)).toEqual(found.slice(0, 17));
});

test('bad input is refused by name', () => {
  const index = catalogue();
  expect(() => index.replaceServer('x', [{ title: 'no name' } as never])).toThrow(/^tools: missing field `name`/);
  expect(index.size).toBe(4);
  for (const limit of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => index.search('container', limit)).toThrow(RangeError);
  expect(() => index.search(5 as never, 5)).toThrow();
});

test('past calls teach, are stored and read again', () => {
  const index = catalogue();
  for (const request of ['which boxes are there', 'my boxes']) expect(index.learn(request, 'docker', 'container_list', 'ok')).toBe(true);
  expect(index.learn('boxes', 'docker', 'nothing', 'ok')).toBe(false);
  expect(index.memorySize).toBe(2);
  const other = catalogue();
  other.importMemory(index.exportMemory());
  expect(other.search('boxes', 1)[0]).toMatchObject({ server: 'docker', name: 'container_list' });
  expect(() => other.importMemory(new TextEncoder().encode('{}'))).toThrow(MemoryFormatError);
  expect(other.memorySize).toBe(2);
});

test('a hit says how sure it is', () => {
  const [hit] = catalogue().search('read the logs of a container', 3);
  expect(hit?.confidence).toBeGreaterThan(0.4);
  expect(hit?.confidence).toBeLessThanOrEqual(1);
});
