import type { RepositoryPlace } from './discover.ts';
import type { Direction, RemoteAccess } from './remotes.ts';
import type { ConfigEntry } from './config-entries.ts';
import type { Operation } from './unfinished.ts';

/** Variables of git that a caller may set for one run. */
export type RunVariable =
  | 'GIT_INDEX_FILE'
  | 'GIT_LITERAL_PATHSPECS'
  | 'GIT_OBJECT_DIRECTORY'
  | 'GIT_ALTERNATE_OBJECT_DIRECTORIES'
  | 'GIT_AUTHOR_NAME'
  | 'GIT_AUTHOR_EMAIL'
  | 'GIT_AUTHOR_DATE'
  | 'GIT_COMMITTER_NAME'
  | 'GIT_COMMITTER_EMAIL'
  | 'GIT_COMMITTER_DATE';

export interface GitRunOptions {
  /** `read` (the default) takes no lock, not even to refresh the index. */
  access?: 'read' | 'write';
  /** A remote judged by `Repository.remote`; without it no transport opens. */
  remote?: RemoteAccess;
  /** Exit codes that are results; default `[0]`. */
  ok?: readonly number[];
  input?: string | Uint8Array;
  signal?: AbortSignal;
  /** Default 60,000; with a remote 600,000. */
  timeoutMs?: number;
  /** Output beyond it is cut and `truncated` is true; default 4 MiB. */
  maxOutputBytes?: number;
  variables?: Partial<Record<RunVariable, string>>;
  /** Each finished phase that git tells on stderr, e.g. `Receiving objects: 100% (12/12), done.` */
  onProgress?: (line: string) => void;
}

export interface GitResult {
  code: number | null;
  stdout: string;
  stderr: string;
  truncated: boolean;
}

export interface GitBytes extends Omit<GitResult, 'stdout'> {
  stdout: Buffer;
}

/** A repository whose storage and config have been judged. */
export interface Repository extends RepositoryPlace {
  /** True if the operator lets its config, hooks and attributes run commands. */
  readonly trusted: boolean;
  /** Keys of its config that were put out of force. */
  readonly neutralised: readonly string[];
  /** Filter drivers (clean, smudge) that do not run here, though the repository or the person's own config defines them. */
  readonly filters: readonly string[];
  /** Entries of its own config. */
  readonly config: readonly ConfigEntry[];
  /**
   * Runs one program of git, given as its name and arguments. Callers' text goes after `--` or `--end-of-options`, or has been checked.
   *
   * @throws ToolError for an exit code that is not `ok`, and `forbidden` for an argument that could run a program
   */
  run(argv: readonly string[], options?: GitRunOptions): Promise<GitResult>;
  bytes(argv: readonly string[], options?: GitRunOptions): Promise<GitBytes>;
  /** Names of the remotes in its config. */
  remotes(): string[];
  /** The URLs of a remote, `insteadOf` applied; they may hold credentials. */
  remoteUrls(name: string, direction: Direction): Promise<string[]>;
  /**
   * Judges a remote. Give the answer to `run`.
   *
   * @throws ToolError `forbidden` (protocol, path, host, or a setting that could lead elsewhere), `not_found`, `unavailable`
   */
  remote(name: string, direction: Direction): Promise<RemoteAccess>;
  /** The merge, rebase, cherry-pick… that was begun and not ended. */
  unfinished(): Promise<Operation | undefined>;
}
