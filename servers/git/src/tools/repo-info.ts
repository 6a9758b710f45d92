import { redactedUrl } from '@deployment-engine/shared/git';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { countCommits, readCommit } from '../client/history.ts';
import type { GitDeps } from '../client/index.ts';
import { refsBelow } from '../client/refs.ts';
import { currentBranch, headOf } from '../client/revisions.ts';
import { listStashes } from '../client/stashes.ts';
import { CommitShape, READ, repo, short } from '../fields.ts';

export const repoInfo = defineTool({
  name: 'repo_info',
  title: 'Overview of a repository',
  description: 'Where a repository lies, its branch, last commit, remotes, counts, size, and whether it is trusted. A good first call.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({ repo }),
  outputSchema: z.object({
    top: z.string().optional().describe('Absent for a bare repository.'),
    git_dir: z.string(),
    bare: z.boolean(),
    linked: z.boolean().describe('A linked working tree of a repository elsewhere.'),
    branch: z.string().optional(),
    last_commit: CommitShape.optional(),
    commits: z.number(),
    branches: z.number(),
    remote_branches: z.number(),
    tags: z.number(),
    stashes: z.number(),
    files: z.number(),
    disk_kib: z.number(),
    shallow: z.boolean(),
    unfinished: z.string().optional(),
    remotes: z.array(z.object({ name: z.string(), url: z.string() })),
    trusted: z.boolean(),
    neutralised: z.array(z.string()),
    filters: z.array(z.string()).describe('Filters, such as lfs, that do not run here.'),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const head = await headOf(repository);
    const refs = [...(await refsBelow(repository, 'refs/heads/', 'refs/remotes/', 'refs/tags/')).keys()];
    const below = (prefix: string) => refs.filter((name) => name.startsWith(prefix)).length;
    const counted = (await repository.run(['count-objects', '-v'])).stdout;
    const kib = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(counted)?.[1] ?? 0);
    const remotes = [];
    for (const name of repository.remotes().slice(0, 20))
      remotes.push({ name, url: redactedUrl((await repository.remoteUrls(name, 'fetch'))[0] ?? '') });
    const index = await repository.run(['ls-files', '-z'], { maxOutputBytes: 64 * 1024 * 1024 });
    return {
      top: repository.top,
      git_dir: repository.gitDir,
      bare: repository.top === undefined,
      linked: repository.gitDir !== repository.commonDir,
      branch: await currentBranch(repository),
      ...(head === undefined ? {} : { last_commit: await readCommit(repository, head) }),
      commits: head === undefined ? 0 : await countCommits(repository, [head]),
      branches: below('refs/heads/'),
      remote_branches: below('refs/remotes/'),
      tags: below('refs/tags/'),
      stashes: (await listStashes(repository)).length,
      files: index.stdout.split('\0').length - 1,
      disk_kib: kib('size') + kib('size-pack'),
      shallow: (await repository.run(['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true',
      unfinished: await repository.unfinished(),
      remotes,
      trusted: repository.trusted,
      neutralised: [...repository.neutralised],
      filters: [...repository.filters],
    };
  },
  render(info) {
    const last = info.last_commit;
    const lines = [
      info.top ?? info.git_dir,
      `branch ${info.branch ?? 'none (detached HEAD)'}${last === undefined ? ', no commit yet' : `, last commit ${short(last.id)} ${last.date.slice(0, 10)} ${last.author}: ${last.subject}`}`,
      ...info.remotes.map(({ name, url }) => `remote ${name} ${url}`),
      ...info.neutralised.map((key) => `out of force: ${key}`),
    ];
    const notes = `${info.shallow ? ' Shallow.' : ''}${info.unfinished === undefined ? '' : ` A ${info.unfinished} is unfinished.`}${info.filters.length === 0 ? '' : ` Filters that do not run: ${info.filters.length}.`}`;
    return {
      summary: `${info.commits} commits, ${info.branches} branches, ${info.tags} tags, ${info.files} files, ${info.disk_kib} KiB; ${info.trusted ? 'trusted' : 'not trusted'}.${notes}`,
      data: lines.join('\n'),
    };
  },
});
