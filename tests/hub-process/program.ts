import { program } from '@deployment-engine/shared/testing';

export interface Program {
  command: string;
  args: string[];
}

/** How to start the command line from its sources, e.g. `hubProgram('hub', '--stdio')`. */
export function hubProgram(...args: string[]): Program {
  const { command, args: all } = program(new URL('../../hub/src/main.ts', import.meta.url), args);
  return { command, args: all };
}
