// The next command, native against the same mixture written plainly.
import { CommandPredictor } from '@deployment-engine/native';
import type { Comparison } from '../native.ts';
import { PlainPredictor } from './plain/predictor.ts';

const TASKS = ['build and test the service', 'find large files', 'release a version', 'look into the failing job'];
const VERBS = ['status', 'add .', 'commit -m x', 'push', 'log -n 5', 'diff'];
const TOOLS = ['git', 'npm', 'docker', 'ls', 'cat', 'grep', 'find', 'make', 'kubectl', 'curl'];

interface Session {
  readonly task: string;
  readonly commands: readonly string[];
}

/** Habits with slips, by a generator of 32 bits (xorshift), so that every run sees the same. */
function sessions(count: number): Session[] {
  let state = 0x9e37_79b9;
  const below = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const pick = (list: readonly string[]) => list[below(list.length)] ?? '';
  return Array.from({ length: count }, () => {
    const at = below(TASKS.length);
    const commands = Array.from({ length: 4 + below(8) }, (_, step) =>
      below(5) === 0 ? `${pick(TOOLS)} ${pick(VERBS)}` : `${TOOLS[(at * 3 + step) % TOOLS.length]} ${VERBS[(at + step) % VERBS.length]}`,
    );
    return { task: TASKS[at] ?? '', commands };
  });
}

interface Suggested {
  readonly name: string;
  readonly probability: number;
  readonly line?: string | undefined;
}

const SESSIONS = sessions(24);

function follow(predictor: {
  begin(task: string): void;
  observe(command: string): void;
  predict(count: number): readonly Suggested[];
}): (readonly Suggested[])[] {
  return SESSIONS.flatMap(({ task, commands }) => {
    predictor.begin(task);
    return commands.map((command) => {
      const next = predictor.predict(5);
      predictor.observe(command);
      return next;
    });
  });
}

export function comparisons(): Comparison[] {
  return [
    {
      name: `sequence: ${SESSIONS.reduce((sum, { commands }) => sum + commands.length, 0)} commands predicted and learned`,
      native: () => {
        const predictor = new CommandPredictor();
        return follow({
          begin: (task) => predictor.begin({ task }),
          observe: (command) => predictor.observe({ command }),
          predict: (count) => predictor.predict(count),
        });
      },
      plain: () => follow(new PlainPredictor()),
      same: (native, plain) => {
        const [ours, theirs] = [native as Suggested[][], plain as Suggested[][]];
        for (const [index, list] of ours.entries()) {
          for (const [rank, { name, probability, line }] of list.entries()) {
            const other = theirs[index]?.find((suggestion) => suggestion.name === name);
            // The native side counts in 32 bits; near the end of the list equal ones may change places.
            const near = other !== undefined && Math.abs(other.probability - probability) < 2e-3;
            if (!near && probability - (list.at(-1)?.probability ?? 0) > 2e-3)
              throw new Error(`prediction ${index}, rank ${rank}: ${name} ${probability}, plainly ${other?.probability}`);
            if (near && rank === 0 && line !== other.line) throw new Error(`prediction ${index}: ${line}, plainly ${other.line}`);
          }
        }
      },
    },
  ];
}
