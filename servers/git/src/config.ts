import { isAbsolute } from 'node:path';
import { z } from 'zod';

const Protocol = z.enum(['https', 'http', 'ssh', 'git', 'file']);

export const GitConfig = z.strictObject({
  trusted: z
    .array(z.string().refine((path) => isAbsolute(path), 'must be an absolute path'))
    .default([])
    .describe(
      'Repositories whose hooks, filters and config may run commands: the folder of each, or `folder/*` for all below a folder. All others run nothing.',
    ),
  network: z
    .strictObject({
      protocols: z
        .array(Protocol)
        .default(['https', 'http', 'ssh', 'git', 'file'])
        .describe('Protocols that remotes may use. `file` means a folder inside the allowed folders.'),
      hosts: z
        .array(z.string().min(1))
        .default([])
        .describe(
          'Hosts of remotes that may be reached at any address: `git.corp`, `*.corp`, `git.corp:8443`. Others must have public addresses.',
        ),
    })
    .prefault({})
    .describe('Where fetch, pull and push may go.'),
  identity: z
    .strictObject({ name: z.string().min(1).describe('Name on commits.'), email: z.string().min(1).describe('Address on commits.') })
    .optional()
    .describe('Who commits where neither the repository nor your own git config says it.'),
  undo: z
    .strictObject({
      keep: z.int().min(1).max(1000).default(100).describe('How many undo points each repository keeps.'),
      maxMegabytes: z
        .int()
        .min(1)
        .max(100_000)
        .default(512)
        .describe('Larger sets of untracked files are not saved before they are deleted; the call is refused instead.'),
    })
    .prefault({})
    .describe('Undo points, kept as refs/deployment-engine/undo/… in each repository.'),
});

export type GitSettings = z.output<typeof GitConfig>;
