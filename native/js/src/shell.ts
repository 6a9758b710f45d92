import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface ShellAddon {
  judgeCommand(line: string, place: string): string;
}

/** Where a line would run, as far as that is known. */
export interface CommandPlace {
  /** The working folder, absolute: relative paths are resolved against it. */
  readonly cwd?: string;
  /** The home folder, absolute. */
  readonly home?: string;
  /** The shell's name or path, `bash` when left out. Lines for shells of another grammar (`fish`, `pwsh`) are asked about. */
  readonly shell?: string;
}

export type CommandVerdict = 'allow' | 'ask' | 'deny';
export type CommandEffectKind = 'read' | 'write' | 'destroy' | 'network' | 'privilege';

/** An effect and the command that causes it. */
export interface CommandEffect {
  readonly effect: CommandEffectKind;
  /** The command's name, after wrappers. */
  readonly command: string;
  /** The path or thing it falls on, where that is known; `…` stands for what is only known when it runs. */
  readonly target?: string;
}

export interface CommandRedirection {
  /** As written: `>`, `2>>`, `<`, `<<`, `<<<` … */
  readonly operator: string;
  /** The file or descriptor, or the text of a heredoc or here-string. */
  readonly target: string;
}

/** A simple command that would run, wherever in the line it stands. */
export interface ParsedCommand {
  /** Name and arguments after quotes, escapes and constant expansions; `…` stands for what is only known when it runs. */
  readonly argv: readonly string[];
  /** Places in `argv` of words not wholly known, or holding a pattern that files are matched with. */
  readonly unknown: readonly number[];
  /** What starts it, outermost first: `sudo`, `bash`, `xargs`, `find -exec` … */
  readonly wrappers: readonly string[];
  /** Variables set for it alone, as `NAME=value`. */
  readonly assignments: readonly string[];
  readonly redirections: readonly CommandRedirection[];
  /** Texts it lies within: 0 in the line itself, 1 in `sh -c '…'` … */
  readonly depth: number;
}

export interface CommandJudgement {
  /** allow: only reads, or writes where temporary files lie. deny: plainly destructive, or disguised. ask: all else. */
  readonly verdict: CommandVerdict;
  /** Why, in words for a person. */
  readonly reason: string;
  readonly effects: readonly CommandEffect[];
  readonly commands: readonly ParsedCommand[];
  /** What a person should know besides. */
  readonly warnings: readonly string[];
}

/**
 * Says what a command line would run and whether it is safe to. Runs nothing and looks at no file; the same line at the same
 * place always gets the same answer. A line that does not parse, or is longer than 64 KiB, is asked about.
 */
export function judgeCommand(command: string, place: CommandPlace = {}): CommandJudgement {
  const { cwd, home, shell } = place;
  const empty = cwd === undefined && home === undefined && shell === undefined;
  return JSON.parse(binding().judgeCommand(command, empty ? '' : JSON.stringify({ cwd, home, shell }))) as CommandJudgement;
}
