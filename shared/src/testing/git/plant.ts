import type { Sandbox } from './sandbox.ts';

/** A way in which a repository makes git run a command of its choice. */
export interface Plant {
  name: string;
  /** Sets the trap; the sandbox's mark is left when it springs. */
  plant(sandbox: Sandbox): void;
  /** Springs it by plain git: the control that shows the trap works. */
  provoke(sandbox: Sandbox): void;
}

/** Sets keys of the repository's config. */
export const config =
  (...pairs: [key: string, value: (s: Sandbox) => string][]) =>
  (s: Sandbox): void => {
    for (const [key, value] of pairs) s.git('config', key, value(s));
  };

export const mark = (s: Sandbox) => s.touch;
