import { redactedUrl } from '@deployment-engine/shared/git';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { READ, repo } from '../fields.ts';

export const remoteList = defineTool({
  name: 'remote_list',
  title: 'List remotes',
  description: 'The remotes of a repository with the URLs that fetch and push would use (credentials left out). Nothing is contacted.',
  scopes: READ,
  toolset: 'remote',
  annotations: reads(),
  inputSchema: z.strictObject({ repo }),
  outputSchema: z.object({ remotes: z.array(z.object({ name: z.string(), fetch: z.array(z.string()), push: z.array(z.string()) })) }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const remotes = [];
    for (const name of repository.remotes().slice(0, 100)) {
      const [fetch, push] = [await repository.remoteUrls(name, 'fetch'), await repository.remoteUrls(name, 'push')];
      remotes.push({ name, fetch: fetch.map(redactedUrl), push: push.map(redactedUrl) });
    }
    return { remotes };
  },
  render: ({ remotes }) => ({
    summary: `${remotes.length} remote(s).`,
    data: remotes
      .map(({ name, fetch, push }) => `${name} ${fetch.join(' ')}${push.join() === fetch.join() ? '' : ` (push ${push.join(' ')})`}`)
      .join('\n'),
  }),
});
