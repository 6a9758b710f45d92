import { untilRead } from '@deployment-engine/shared/start';
import { openEarly } from './opening.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // the reader has enough, as `head` does
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const argv = process.argv.slice(2);
const opened = await openEarly(argv);
if (opened?.left === true) {
  await untilRead();
  process.exit(0);
}
const { run } = await import('./cli/run.ts');
const code = await run(argv, opened?.answered);
// what was written to a pipe must arrive; a client library's socket or timer must not keep the command alive
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
