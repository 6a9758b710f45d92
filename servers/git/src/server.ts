import { ToolError } from '@deployment-engine/shared/contracts';
import { defineServer, type ServerEnv } from '@deployment-engine/shared/toolkit';
import { type GitApi, openGit } from './client/index.ts';
import { GitConfig, type GitSettings } from './config.ts';
import { changesReview } from './prompts/changes-review.ts';
import { commitMessage } from './prompts/commit-message.ts';
import { fileAtRevision } from './resources/file-at-revision.ts';
import * as tools from './tools/index.ts';

export const server = defineServer({
  name: 'git',
  title: 'Git',
  description:
    'Git repositories on this machine: history, changes, branches, commits, stash, merges, remotes, working trees, with undo. Nothing that a repository brings along is run.',
  version: '0.1.0',
  port: 8003,
  instructions:
    'Git repositories inside the allowed folders. Every tool takes `repo`, a path. Begin with repo_info or status. Conflicts come back as data (status "conflict"): resolve, add, operation_continue, or operation_abort. Destructive tools keep an undo point; undo_list and undo_restore bring things back. Hooks, filters and commands of a repository do not run unless the operator trusts it.',
  config: GitConfig,
  deps: { git: (env: ServerEnv<GitSettings>): GitApi => openGit(env) },
  tools: [
    tools.status,
    tools.log,
    tools.diff,
    tools.show,
    tools.blame,
    tools.grep,
    tools.repoInfo,
    tools.repoInit,
    tools.repoClone,
    tools.add,
    tools.unstage,
    tools.commit,
    tools.restore,
    tools.reset,
    tools.clean,
    tools.branchList,
    tools.branchCreate,
    tools.branchSwitch,
    tools.branchRename,
    tools.branchDelete,
    tools.stashSave,
    tools.stashList,
    tools.stashShow,
    tools.stashApply,
    tools.stashPop,
    tools.stashDrop,
    tools.tagList,
    tools.tagCreate,
    tools.tagDelete,
    tools.remoteList,
    tools.remoteAdd,
    tools.fetch,
    tools.pull,
    tools.push,
    tools.pushForce,
    tools.merge,
    tools.mergePreview,
    tools.rebase,
    tools.cherryPick,
    tools.revert,
    tools.conflictList,
    tools.conflictResolve,
    tools.operationContinue,
    tools.operationAbort,
    tools.worktreeList,
    tools.worktreeAdd,
    tools.worktreeRemove,
    tools.undoList,
    tools.undoRestore,
    tools.reflogList,
  ],
  resources: [fileAtRevision],
  prompts: [commitMessage, changesReview],
  async probe({ git }, { roots }) {
    try {
      const version = await git.git.version();
      const { unset } = roots.status();
      if (unset !== undefined)
        return { ready: false, missing: unset, hint: 'Set DEPLOYMENT_ENGINE_ROOTS to the folders that hold your repositories.' };
      return { ready: true, detail: `git ${version}` };
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return { ready: false, missing: error.message, hint: error.hint ?? 'Install git and try again.' };
    }
  },
});
