import { worktreePath } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineResource, type ToolContext } from '@deployment-engine/shared/toolkit';
import { readContent } from '../client/content.ts';
import type { GitDeps } from '../client/index.ts';
import { listBranches, listTags } from '../client/refs.ts';
import { commitOf } from '../client/revisions.ts';
import { READ } from '../fields.ts';

const MOST_NAMES = 50;

export const fileAtRevision = defineResource({
  uri: 'git://file/{+path}{?repo,ref}',
  name: 'file-at-revision',
  title: 'File at a revision',
  description:
    'A file, or the listing of a folder, as it is in a commit. `repo` is the path of the repository, `ref` a branch, tag or commit (default HEAD).',
  mimeType: 'text/plain',
  scopes: READ,
  async read({ path = '', repo = '', ref = 'HEAD' }, { deps, ...call }: ToolContext<GitDeps>) {
    if (repo === '') throw new ToolError('invalid_input', 'The URI names no repository.', { hint: 'Add ?repo=<path of the repository>.' });
    const repository = await deps.git.open(repo, call);
    const content = await readContent(
      repository,
      await commitOf(repository, ref),
      worktreePath(repository.top ?? repository.gitDir, path === '' ? '.' : path),
    );
    if (content.kind === 'folder')
      return { text: content.entries.map(({ name, kind }) => (kind === 'folder' ? `${name}/` : name)).join('\n') };
    if (content.kind === 'submodule') return { text: content.id };
    if (content.binary) return { mimeType: 'application/octet-stream', blob: content.bytes.toString('base64') };
    return { text: content.bytes.toString('utf8') };
  },
  async complete(variable, typed, { roots, deps, ...call }: ToolContext<GitDeps>) {
    // which repository is not known while a variable is completed, so names come from the first allowed folder that is one
    const [first] = roots.list();
    if (variable !== 'ref' || first === undefined) return [];
    const repository = await deps.git.open(first, { roots, ...call }).catch(() => undefined);
    if (repository === undefined) return [];
    const branches = await listBranches(repository, { kind: 'all', sort: 'recent', limit: 500 });
    const tags = await listTags(repository, { sort: 'recent', limit: 500 });
    return [...branches, ...tags]
      .map(({ name }) => name)
      .filter((name) => name.startsWith(typed))
      .slice(0, MOST_NAMES);
  },
});
