import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '@deployment-engine/shared/contracts';

/** Where the calls may go, and where they must not. */
export interface Ground {
  /** The folder that the operator has allowed. */
  root: string;
  /** A repository inside it; `link` in it points at the secret outside. */
  repo: string;
  /** A folder outside it, with a repository and a file that nobody may read. */
  outside: string;
}

export interface HostileCall {
  name: string;
  tool: string;
  args: (ground: Ground) => unknown;
  /** The arguments as JSON text, for what JavaScript itself cannot write. */
  json?: string;
  /** The code of the typed error, or `unknown_tool` for the protocol error that MCP wants. */
  code: ErrorCode | 'unknown_tool';
  /** What the message must tell. */
  says: RegExp;
  /** Over HTTP, where nobody can be asked and no plan is shown. */
  http?: Pick<HostileCall, 'code' | 'says'>;
}

const KEY = `AKIAIOSFODNN7EXAMPLE`;
/** A text that must not come back: a secret, colours, a reversed line, a space of no width. */
export const POISON = `x ${KEY} \u001B[31m\u202Eevil\u202C\u200B`;

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

export const HOSTILE_ARGUMENTS: readonly HostileCall[] = [
  // paths
  { name: 'a path outside the roots', tool: 'git__status', args: () => ({ repo: '/etc' }), code: 'forbidden', says: /outside|allowed/i },
  {
    name: 'a path that climbs out',
    tool: 'git__status',
    args: ({ repo }) => ({ repo: `${repo}/../../outside` }),
    code: 'forbidden',
    says: /outside|allowed/i,
  },
  {
    name: 'a relative path that climbs out',
    tool: 'git__status',
    args: () => ({ repo: '../../../../etc' }),
    code: 'forbidden',
    says: /outside|allowed/i,
  },
  {
    name: 'a link that leads out',
    tool: 'git__status',
    args: ({ root }) => ({ repo: `${root}/link` }),
    code: 'forbidden',
    says: /outside|allowed|link/i,
  },
  { name: 'an empty path', tool: 'git__status', args: () => ({ repo: '' }), code: 'invalid_input', says: /repo/ },
  {
    name: 'a path with a null byte',
    tool: 'git__status',
    args: ({ repo }) => ({ repo: `${repo}\0/x` }),
    code: 'invalid_input',
    says: /NUL/,
  },
  { name: 'a home folder', tool: 'git__status', args: () => ({ repo: '~/.ssh' }), code: 'invalid_input', says: /~/ },
  {
    name: 'a URL for a path',
    tool: 'git__status',
    args: () => ({ repo: 'file:///etc/passwd' }),
    code: 'not_found',
    says: /Nothing exists/,
  },
  {
    name: 'a path of a megabyte',
    tool: 'git__status',
    args: () => ({ repo: `/${'x'.repeat(500_000)}` }),
    code: 'invalid_input',
    says: /repo|long|path/i,
  },
  {
    name: 'a file that climbs out of its repository',
    tool: 'git__blame',
    args: ({ repo }) => ({ repo, path: '../../outside/secret.txt' }),
    code: 'invalid_input',
    says: /leaves the repository/,
  },
  {
    name: 'a file behind a link out of its repository',
    tool: 'git__blame',
    args: ({ repo }) => ({ repo, path: 'link/secret.txt' }),
    code: 'not_found',
    says: /./,
  },
  { name: 'pathspec magic', tool: 'git__add', args: ({ repo }) => ({ repo, paths: [':(top,glob)**'] }), code: 'not_found', says: /./ },
  {
    name: 'a working tree outside',
    tool: 'git__worktree_add',
    args: ({ repo, outside }) => ({ repo, path: `${outside}/tree`, new_branch: 'x' }),
    code: 'forbidden',
    says: /./,
  },
  {
    name: 'a repository to be made outside',
    tool: 'git__repo_init',
    args: ({ outside }) => ({ repo: `${outside}/new` }),
    code: 'forbidden',
    says: /./,
  },
  // options and references that would be options
  {
    name: 'an option for a reference',
    tool: 'git__show',
    args: ({ repo }) => ({ repo, ref: '--output=/tmp/deployment-engine-owned' }),
    code: 'invalid_input',
    says: /ref|-/,
  },
  {
    name: 'an option for a reference to a log',
    tool: 'git__log',
    args: ({ repo }) => ({ repo, ref: '--exec=touch /tmp/deployment-engine-owned' }),
    code: 'invalid_input',
    says: /./,
  },
  {
    name: 'an option for a branch',
    tool: 'git__branch_create',
    args: ({ repo }) => ({ repo, name: '--upload-pack=touch /tmp/deployment-engine-owned' }),
    code: 'invalid_input',
    says: /./,
  },
  {
    name: 'a branch name that climbs',
    tool: 'git__branch_create',
    args: ({ repo }) => ({ repo, name: '../../../hooks/post-commit' }),
    code: 'invalid_input',
    says: /./,
  },
  {
    name: 'a reference that is a command',
    tool: 'git__diff',
    args: ({ repo }) => ({ repo, from: '$(touch /tmp/deployment-engine-owned)' }),
    code: 'invalid_input',
    says: /character/,
  },
  {
    name: 'a reference that does not exist, with colours',
    tool: 'git__show',
    args: ({ repo }) => ({ repo, ref: `nope${POISON}` }),
    code: 'invalid_input',
    says: /./,
  },
  {
    name: 'a program behind a URL',
    tool: 'git__repo_clone',
    args: ({ root }) => ({ url: 'ext::sh -c "touch /tmp/deployment-engine-owned"', repo: `${root}/${randomUUID()}` }),
    code: 'forbidden',
    says: /ext::/,
  },
  {
    name: 'an option for a URL',
    tool: 'git__repo_clone',
    args: ({ root }) => ({ url: '--upload-pack=touch /tmp/deployment-engine-owned', repo: `${root}/${randomUUID()}` }),
    code: 'not_found',
    says: /does not exist/,
  },
  {
    name: 'a clone of what lies outside',
    tool: 'git__repo_clone',
    args: ({ root, outside }) => ({ url: outside, repo: `${root}/${randomUUID()}` }),
    code: 'forbidden',
    says: /./,
  },
  {
    name: 'the metadata service of a cloud',
    tool: 'git__repo_clone',
    args: ({ root }) => ({ url: 'http://169.254.169.254/latest/x.git', repo: `${root}/${randomUUID()}` }),
    code: 'forbidden',
    says: /./,
  },
  {
    name: 'an author with line breaks',
    tool: 'git__commit',
    args: ({ repo }) => ({ repo, message: 'x', allow_empty: true, author: 'A\ncommitter B <b@x> 0 +0000 <a@x>' }),
    code: 'invalid_input',
    says: /author/,
  },
  // types
  { name: 'a number for a text', tool: 'git__status', args: () => ({ repo: 5 }), code: 'invalid_input', says: /repo: .*expected string/ },
  { name: 'null for a text', tool: 'git__status', args: () => ({ repo: null }), code: 'invalid_input', says: /repo/ },
  { name: 'a list for a text', tool: 'git__status', args: ({ repo }) => ({ repo: [repo] }), code: 'invalid_input', says: /repo/ },
  { name: 'nothing where something is needed', tool: 'git__status', args: () => ({}), code: 'invalid_input', says: /repo/ },
  { name: 'a number below the least', tool: 'git__log', args: ({ repo }) => ({ repo, limit: -1 }), code: 'invalid_input', says: /limit/ },
  {
    name: 'a number beyond the largest',
    tool: 'git__log',
    args: ({ repo }) => ({ repo, limit: 1e308 }),
    code: 'invalid_input',
    says: /limit/,
  },
  { name: 'half a commit', tool: 'git__log', args: ({ repo }) => ({ repo, limit: 1.5 }), code: 'invalid_input', says: /limit/ },
  {
    name: 'a word that is not among those allowed',
    tool: 'git__reset',
    args: ({ repo }) => ({ repo, mode: 'everything' }),
    code: 'invalid_input',
    says: /mode/,
  },
  { name: 'an empty query', tool: 'prometheus__query', args: () => ({ promql: '' }), code: 'invalid_input', says: /promql/ },
  // unknown arguments
  {
    name: 'a mistyped argument',
    tool: 'git__status',
    args: ({ repo }) => ({ rpeo: repo }),
    code: 'invalid_input',
    says: /rpeo: unknown argument, did you mean "repo"\?/,
  },
  {
    name: 'an argument of another server',
    tool: 'prometheus__query',
    args: () => ({ query: 'up' }),
    code: 'invalid_input',
    says: /query: unknown argument/,
  },
  {
    name: 'an argument named __proto__',
    tool: 'git__status',
    args: ({ repo }) => JSON.parse(`{"repo":${JSON.stringify(repo)},"__proto__":{"polluted":true}}`) as unknown,
    code: 'invalid_input',
    says: /__proto__: unknown argument/,
  },
  {
    name: 'an argument named constructor',
    tool: 'git__status',
    args: ({ repo }) => ({ repo, constructor: { prototype: { polluted: true } } }),
    code: 'invalid_input',
    says: /constructor: unknown argument/,
  },
  {
    name: 'ten thousand arguments',
    tool: 'git__status',
    args: ({ repo }) => ({ repo, ...Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`a${index}`, index])) }),
    code: 'invalid_input',
    says: /unknown argument/,
  },
  {
    name: 'an argument whose name is poison',
    tool: 'git__status',
    args: ({ repo }) => ({ repo, [POISON]: 1 }),
    code: 'invalid_input',
    says: /unknown argument/,
  },
  {
    name: 'arguments nested without end',
    tool: 'git__status',
    args: () => ({}),
    json: nested(50_000),
    code: 'invalid_input',
    says: /nested deeper/,
  },
];
