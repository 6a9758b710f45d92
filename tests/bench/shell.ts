// Judges command lines, one a JSON line: `npm run bench:shell -- --commands C.jsonl --json [--out F]`.
import { performance } from 'node:perf_hooks';
import { judgeCommand } from '@deployment-engine/native';
import { benchmark, percentile, readArguments, readJsonLines, rounded, UsageError, writeJsonLines } from './command.ts';

await benchmark(() => {
  const { commands: file, out } = readArguments({ commands: { what: 'JSON lines of {command}', required: true } });
  const lines = readJsonLines<{ command?: unknown }>(file ?? '');
  const commands = lines.map(({ command }, index) => {
    if (typeof command !== 'string') throw new UsageError(`line ${index + 1} has no command`);
    return command;
  });
  // The tables are read at the first call.
  judgeCommand('true');
  const times = new Float64Array(commands.length);
  const counts = { allow: 0, ask: 0, deny: 0 };
  const answers = commands.map((command, index) => {
    const start = performance.now();
    const { verdict, effects, reason } = judgeCommand(command);
    times[index] = (performance.now() - start) * 1_000;
    counts[verdict] += 1;
    return { command, verdict, effects, reason };
  });
  writeJsonLines(out, answers);
  process.stdout.write(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
  return {
    total: commands.length,
    ...counts,
    p50_us: rounded(percentile(times, 50)),
    p99_us: rounded(percentile(times, 99)),
  };
});
