import { expect, test } from 'vitest';

import { Planner } from './index.ts';

function planner(): Planner {
  const made = new Planner();
  made.replaceServer('docker', [
    {
      name: 'container_scale',
      description: 'Scale a container to a number of replicas.',
      inputSchema: {
        type: 'object',
        properties: {
          container: { type: 'string', description: 'Name of the container, e.g. web-1' },
          replicas: { type: 'integer', minimum: 1, description: 'How many replicas' },
        },
        required: ['container', 'replicas'],
      },
    },
  ]);
  made.replaceServer('weather', [
    {
      name: 'forecast_get',
      description: 'Weather forecast of a city.',
      inputSchema: {
        type: 'object',
        properties: { city: { type: 'string', description: 'The city, e.g. Oslo' }, days: { type: 'integer' } },
        required: ['city'],
      },
    },
  ]);
  return made;
}

test('a sentence becomes a checked call, and says where each argument came from', () => {
  const sentence = 'Weather forecast for the city of São Paulo, please';
  const { plan, reason } = planner().plan(sentence);
  expect(reason).toBe('planned');
  const step = plan?.steps[0];
  expect(step).toMatchObject({ tool: { server: 'weather', name: 'forecast_get' }, arguments: { city: 'São Paulo' }, missing: [] });
  const [start, end] = step?.from[0]?.span ?? [0, 0];
  expect(sentence.slice(start, end)).toBe('São Paulo');
});

test('what the sentence does not say is missing, not guessed', () => {
  const { plan } = planner().plan('Scale the container "web-1" to more replicas');
  expect(plan?.steps[0]).toMatchObject({ arguments: { container: 'web-1' }, missing: ['replicas'] });
});

test('a part of the sentence that found no tool is told', () => {
  const sentence = 'Weather forecast for the city of São Paulo, then compose a symphony in three movements';
  const { plan, unplanned } = planner().plan(sentence);
  expect(plan?.steps.map(({ tool }) => tool.name)).toEqual(['forecast_get']);
  expect(unplanned.map(({ span }) => sentence.slice(...span))).toEqual(['then compose a symphony in three movements']);
});

test('a value that the schema refuses is no argument', () => {
  const { plan } = planner().plan('Scale the container "web-1" to 0 replicas');
  expect(plan?.steps[0]?.arguments).toEqual({ container: 'web-1' });
});

test('it abstains where nothing fits, and keeps to the tools it may plan', () => {
  expect(planner().plan('Compose a symphony in three movements').plan).toBeNull();
  const among = [{ server: 'docker', name: 'container_scale' }];
  expect(planner().plan('Weather forecast for the city of Oslo', {}, among).plan).toBeNull();
  expect(planner().plan('').reason).toBe('unreadable');
});

test('a schema that points outside of itself is refused', () => {
  const refused = new Planner().replaceServer('a', [{ name: 'b', inputSchema: { $ref: 'https://example.org/c.json' } }]);
  expect(refused).toMatchObject([{ name: 'b', reason: expect.stringContaining('example.org') as string }]);
});

test('a moment that is none is an error', () => {
  expect(() => planner().plan('Weather in Oslo tomorrow', { now: 'soon' })).toThrow('now');
});
