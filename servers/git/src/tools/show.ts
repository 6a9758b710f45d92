import { worktreePath } from '@deployment-engine/shared/git';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { readContent } from '../client/content.ts';
import { readCommit } from '../client/history.ts';
import type { GitDeps } from '../client/index.ts';
import { diffReport, renderDiff } from '../client/report.ts';
import { commitOf, idOf } from '../client/revisions.ts';
import { CommitShape, FilePatchShape, READ, limit, ref, repo, short } from '../fields.ts';

export const show = defineTool({
  name: 'show',
  title: 'Show a commit, file or folder',
  description: 'One commit with its changes; or, with `path`, the file or folder as it was at that commit. Use log to find commits.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({
    repo,
    ref: ref('Which commit').default('HEAD'),
    path: z.string().min(1).max(4096).optional().describe('A file or folder at that commit, relative to the top; "." is the top.'),
    start_line: z.int().min(1).default(1).describe('First line of a file.'),
    lines: limit(5000, 400, 'lines of a file, entries of a folder'),
    size: z.int().min(1000).max(400_000).default(30_000).describe("Characters of a commit's patches together."),
  }),
  outputSchema: z.object({
    kind: z.enum(['commit', 'file', 'link', 'folder', 'submodule']),
    commit: CommitShape,
    files: z.array(FilePatchShape).optional(),
    totals: z.object({ files: z.number(), insertions: z.number(), deletions: z.number() }).optional(),
    path: z.string().optional(),
    text: z.string().optional(),
    binary: z.boolean().optional(),
    bytes: z.number().optional(),
    total_lines: z.number().optional(),
    entries: z
      .array(z.object({ name: z.string(), kind: z.enum(['file', 'folder', 'link', 'submodule']), size: z.number().optional() }))
      .optional(),
    truncated: z.boolean(),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const id = await commitOf(repository, input.ref);
    const commit = await readCommit(repository, id);
    if (input.path === undefined) {
      const parent = commit.parents[0] ?? (await idOf(repository, `${id}^{tree}`)) ?? id;
      // the first commit is compared with nothing: git's own name of the empty tree
      const base = commit.parents[0] === undefined ? await emptyTree(repository) : parent;
      const report = await diffReport(
        repository,
        { commits: [base, id] },
        { files: 300, patch: input.size, perFile: Math.min(input.size, 12_000) },
      );
      return { kind: 'commit' as const, commit, files: report.files, totals: report.totals, truncated: report.truncated };
    }
    const path = worktreePath(repository.top ?? repository.gitDir, input.path);
    const content = await readContent(repository, id, path);
    if (content.kind === 'folder') {
      const entries = content.entries.slice(0, input.lines).map(({ id: _id, ...entry }) => entry);
      return { kind: content.kind, commit, path, entries, truncated: entries.length < content.entries.length };
    }
    if (content.kind === 'submodule') return { kind: content.kind, commit, path, text: content.id, truncated: false };
    if (content.binary) return { kind: content.kind, commit, path, binary: true, bytes: content.size, truncated: false };
    const all = content.bytes.toString('utf8').split('\n');
    if (all.at(-1) === '') all.pop();
    const shown = all.slice(input.start_line - 1, input.start_line - 1 + input.lines);
    const truncated = input.start_line - 1 + shown.length < all.length;
    return {
      kind: content.kind,
      commit,
      path,
      text: shown.join('\n'),
      binary: false,
      bytes: content.size,
      total_lines: all.length,
      truncated,
    };
  },
  render(output) {
    const { commit } = output;
    const head = `${short(commit.id)} ${commit.date} ${commit.author} <${commit.email}>\n${commit.subject}${commit.body === '' ? '' : `\n\n${commit.body}`}`;
    if (output.kind === 'commit') {
      const body = renderDiff({
        files: output.files ?? [],
        totals: output.totals ?? { files: 0, insertions: 0, deletions: 0 },
        truncated: output.truncated,
      });
      return { summary: `Commit with ${body.summary}`, data: `${head}\n\n${body.data ?? ''}` };
    }
    const more = output.truncated ? ' Cut; ask for more by `start_line` and `lines`.' : '';
    if (output.kind === 'folder') {
      return {
        summary: `Folder with ${output.entries?.length ?? 0} entries shown.${more}`,
        data: (output.entries ?? []).map(({ name, kind, size }) => `${kind} ${name}${size === undefined ? '' : ` ${size}`}`).join('\n'),
      };
    }
    if (output.binary) return { summary: `Binary file of ${output.bytes} bytes.` };
    return {
      summary: `${output.kind === 'file' ? 'File' : 'Link'} at ${short(commit.id)}${output.total_lines === undefined ? '' : `, ${output.total_lines} lines`}.${more}`,
      data: output.text ?? '',
    };
  },
});

async function emptyTree(repository: {
  run(argv: readonly string[], options: { input: string }): Promise<{ stdout: string }>;
}): Promise<string> {
  return (await repository.run(['hash-object', '-t', 'tree', '--stdin'], { input: '' })).stdout.trim();
}
