import { z } from 'zod';

// Input fields that many tools share.
export const repo = z.string().min(1).max(4096).describe('Path of the repository: its folder or one inside it.');
export const ref = (what: string) =>
  z.string().min(1).max(512).describe(`${what}: a branch, tag, commit id or an expression such as HEAD~2.`);
export const branchName = (what: string) => z.string().min(1).max(512).describe(what);
export const paths = (what: string) =>
  z.array(z.string().min(1).max(4096)).max(1000).describe(`${what} Relative to the top; \`*\`, \`**\`, \`?\` match as in a shell.`);
export const remoteName = z.string().min(1).max(200).optional().describe("Name of the remote. Default: the branch's own, or origin.");
export const limit = (most: number, usual: number, what: string) =>
  z.int().min(1).max(most).default(usual).describe(`At most this many ${what}.`);
export const flag = (what: string) => z.boolean().default(false).describe(what);

// Output shapes that many tools share.
export const ChangeName = z.enum(['added', 'modified', 'deleted', 'renamed', 'copied', 'type_changed']);
export const ChangedPath = z.object({ path: z.string(), change: ChangeName, from: z.string().optional() });
export const CommitShape = z.object({
  id: z.string(),
  parents: z.array(z.string()),
  author: z.string(),
  email: z.string(),
  date: z.string().describe('ISO 8601.'),
  subject: z.string(),
  body: z.string(),
  refs: z.array(z.string()),
  stat: z.object({ files: z.number(), insertions: z.number(), deletions: z.number() }).optional(),
});
export const FilePatchShape = z.object({
  path: z.string(),
  from: z.string().optional(),
  change: ChangeName,
  insertions: z.number(),
  deletions: z.number(),
  binary: z.boolean(),
  patch: z.string().optional(),
  patch_truncated: z.boolean().optional(),
});
export const RefUpdateShape = z.object({
  ref: z.string(),
  change: z.enum(['new', 'updated', 'deleted']),
  from: z.string().optional(),
  to: z.string().optional(),
});

export const READ = ['git:read'] as const;
export const WRITE = ['git:write'] as const;
export const REMOTE = ['git:write', 'git:remote'] as const;
export const short = (id: string | undefined): string => id?.slice(0, 10) ?? 'nothing';
