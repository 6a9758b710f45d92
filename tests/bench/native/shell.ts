// The shell crate's first step, words out of a line, against the same rules in TypeScript. The native side also follows and judges.
import { judgeCommand } from '@deployment-engine/native';
import type { Comparison } from '../native.ts';

const LINE = 'git log --oneline -n 20 | grep -v \'a b\' | sort -u | head -n "5"';

/** Splits pipelines of plain and quoted words. */
function plainCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [token] of line.matchAll(/\||(?:[^\s|'"]|'[^']*'|"[^"]*")+/gu)) {
    if (token === '|') commands.push([]);
    else commands.at(-1)?.push(token.replaceAll(/'([^']*)'|"([^"]*)"/gu, (_, single?: string, double?: string) => single ?? double ?? ''));
  }
  return commands;
}

export function comparisons(): Comparison[] {
  return [
    {
      name: 'shell: a pipeline of four',
      native: () => judgeCommand(LINE).commands.map(({ argv }) => argv),
      plain: () => plainCommands(LINE),
      same: (native, plain) => {
        if (JSON.stringify(native) !== JSON.stringify(plain)) throw new Error('the words differ');
      },
    },
  ];
}
