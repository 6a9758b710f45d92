import { checkRefName, redactedUrl } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { WRITE, branchName, repo } from '../fields.ts';

export const remoteAdd = defineTool({
  name: 'remote_add',
  title: 'Add a remote',
  description: 'Gives a URL a name in the repository. Nothing is contacted; whether it may be is judged when it is used.',
  scopes: WRITE,
  toolset: 'remote',
  annotations: writes(),
  inputSchema: z.strictObject({
    repo,
    name: branchName('Name of the remote, for example upstream.'),
    url: z
      .string()
      .min(1)
      .max(2000)
      .describe('https or ssh URL, or the path of a repository inside the allowed folders. No password in it.'),
  }),
  outputSchema: z.object({ name: z.string(), url: z.string() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const name = checkRefName(input.name, 'remote');
    if (/^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(input.url)) {
      throw new ToolError('invalid_input', 'The URL holds a password.', {
        hint: 'Leave it out; credentials belong to a credential helper of your own git config.',
      });
    }
    // every road by which it could be used is judged again; this refuses early what never works
    deps.git.git.checkUrl(input.url);
    await repository.run(['remote', 'add', '--', name, input.url], { access: 'write' });
    return { name, url: redactedUrl(input.url) };
  },
  render: ({ name, url }) => ({ summary: 'Added the remote.', data: `${name} ${url}` }),
});
