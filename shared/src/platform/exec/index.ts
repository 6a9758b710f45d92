export {
  createExec,
  type Exec,
  type ExecOptions,
  type PipeOptions,
  type RunOptions,
  type RunResult,
  type StreamingProcess,
  type StreamOptions,
  type Supervision,
} from './exec.ts';
export { findExecutable, usualPlaces, type FindExecutableOptions } from './find-executable.ts';
export { childEnvironment, TREE_VARIABLE, type ChildEnvironmentOptions, type Environment } from './environment.ts';
