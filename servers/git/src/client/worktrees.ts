import type { Repository } from '@deployment-engine/shared/git';

export interface Worktree {
  path: string;
  head?: string;
  branch?: string;
  bare: boolean;
  locked: boolean;
  /** True if its folder is gone. */
  missing: boolean;
  /** True for the first working tree, which holds the .git folder. */
  main: boolean;
}

/** git-worktree(1), PORCELAIN FORMAT with -z. */
export async function listWorktrees(repository: Repository): Promise<Worktree[]> {
  const { stdout } = await repository.run(['worktree', 'list', '--porcelain', '-z']);
  return parseWorktrees(stdout);
}

export function parseWorktrees(output: string): Worktree[] {
  return output
    .split('\0\0')
    .filter((record) => record.trim() !== '')
    .map((record, index) => {
      const lines = record.split('\0').filter((line) => line !== '');
      const value = (name: string) => lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
      const has = (name: string) => lines.some((line) => line === name || line.startsWith(`${name} `));
      const [head, branch] = [value('HEAD'), value('branch')];
      return {
        path: value('worktree') ?? '',
        ...(head === undefined || /^0+$/.test(head) ? {} : { head }),
        ...(branch === undefined ? {} : { branch: branch.replace(/^refs\/heads\//, '') }),
        bare: has('bare'),
        locked: has('locked'),
        missing: has('prunable'),
        main: index === 0,
      };
    });
}
