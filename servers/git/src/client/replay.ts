import type { Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { GitSettings } from '../config.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { commitOf, needsWorkingTree } from './revisions.ts';
import { keepUndo } from './undo.ts';

export interface Replay {
  program: 'cherry-pick' | 'revert';
  commits: readonly string[];
  /** For merge commits: which parent counts as the main line, from 1. */
  mainline?: number | undefined;
  noCommit: boolean;
  /** Add "(cherry picked from …)". */
  mention?: boolean;
}

/** Applies (or takes back) the changes of single commits on top of HEAD. */
export async function replay(repository: Repository, limits: GitSettings['undo'], wanted: Replay): Promise<Outcome> {
  needsWorkingTree(repository);
  const unfinished = await repository.unfinished();
  if (unfinished !== undefined)
    throw new ToolError('conflict', `A ${unfinished} is unfinished.`, { hint: 'Use operation_continue or operation_abort first.' });
  const ids: string[] = [];
  for (const commit of wanted.commits) ids.push(await commitOf(repository, commit));
  const undo = await keepUndo(repository, limits, { operation: wanted.program, untracked: 'none' });
  const argv = [
    wanted.program,
    ...(repository.trusted ? [] : ['--no-gpg-sign']),
    ...(wanted.program === 'revert' ? ['--no-edit'] : []),
    ...(wanted.noCommit ? ['--no-commit'] : []),
    ...(wanted.mention ? ['-x'] : []),
    ...(wanted.mainline === undefined ? [] : [`--mainline=${wanted.mainline}`]),
    '--strategy=ort',
    ...ids,
  ];
  const result = await repository.run(argv, { access: 'write', ok: [0, 1], timeoutMs: 280_000 });
  return outcomeOf(repository, result, wanted.program, undo);
}
