import { run } from './cli/run.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // the reader has enough, as `head` does
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const code = await run(process.argv.slice(2));
// what was written to a pipe must arrive; a client library's socket or timer must not keep the command alive
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
