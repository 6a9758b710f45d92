import { ToolError } from '@deployment-engine/shared/contracts';
import { expect, it } from 'vitest';
import { statusFailure } from '../client/failure.ts';
import { againOnConflict } from './again.ts';

const answered = (status: number, reason: string) => statusFailure(status, JSON.stringify({ kind: 'Status', reason }), {}, 'test');

it.each([
  ['goes on after somebody else was quicker', [answered(409, 'Conflict'), answered(409, 'Conflict')], 3, undefined],
  ['gives up after five times', Array.from({ length: 9 }, () => answered(409, 'Conflict')), 5, 'conflict'],
  ['passes what the server refuses for another reason', [answered(422, 'Invalid')], 1, 'invalid_input'],
  ['passes a conflict of our own', [new ToolError('conflict', 'has 2 replicas, not 7')], 1, 'conflict'],
])('%s', async (_title, failures, tries, code) => {
  let asked = 0;
  const result = await againOnConflict(async () => {
    asked += 1;
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return 'done';
  }).catch((error: unknown) => (error as ToolError).code);
  expect([result, asked]).toEqual([code ?? 'done', tries]);
});
