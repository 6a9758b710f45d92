import { createGit, type Git, type Repository } from '@deployment-engine/shared/git';
import type { CallContext, ServerEnv } from '@deployment-engine/shared/toolkit';
import type { GitSettings } from '../config.ts';

/** What tools get as `deps.git`. */
export interface GitApi {
  git: Git;
  settings: GitSettings;
  /** Opens the repository for one call: within its roots, until its signal. */
  open(repo: string, call: Pick<CallContext, 'roots' | 'signal'>): Promise<Repository>;
}

export interface GitDeps {
  git: GitApi;
}

export function openGit({ config, exec, roots, env }: ServerEnv<GitSettings>): GitApi {
  const git = createGit({ exec, roots, env, trusted: config.trusted, network: config.network, identity: config.identity });
  return { git, settings: config, open: (repo, call) => git.open(repo, { roots: call.roots, signal: call.signal }) };
}
