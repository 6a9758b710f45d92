// Real backends for the tests: install, build, up, down, status, env.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { down, NAMES, status, up } from './fleet.ts';
import { backendsFile } from './state.ts';

const USAGE = `Usage: node scripts/node.mjs scripts/backends/main.ts <command>

  install   install the Debian packages that are missing (root), starting no service
  build     build the Go programs behind the backend kubernetes, into ~/.cache; about fifteen minutes the first time
  up        start what does not run yet and write the file that tests read; with CI_REQUIRE_BACKENDS=1 a missing one is a failure
  down      end them all and remove their data (logs stay)
  status    ask each one whether it answers; exit code 1 if one does not
  env       print the file that tests read, as JSON

Everything is on 127.0.0.1 or a socket file. State lies beside the file that tests read: ${backendsFile()}
(the variable DEPLOYMENT_ENGINE_TEST_BACKENDS names another).`;

async function main(command: string | undefined): Promise<number> {
  switch (command) {
    case 'install':
    case 'build': {
      const child = spawn(fileURLToPath(new URL(`${command}.sh`, import.meta.url)), {
        stdio: 'inherit',
      });
      const [code] = (await once(child, 'exit')) as [number | null];
      return code ?? 1;
    }
    case 'up': {
      const { backends, missing } = await up();
      for (const name of NAMES)
        console.log(backends[name] ? `${name}: ready, ${backends[name].health}` : `${name}: missing, ${missing[name]}`);
      console.log(`Tests find them by ${backendsFile()}`);
      return process.env['CI_REQUIRE_BACKENDS'] === '1' && Object.keys(missing).length > 0 ? 1 : 0;
    }
    case 'down': {
      const ended = await down();
      console.log(ended.length > 0 ? `ended: ${ended.toSorted().join(', ')}` : 'none was running');
      return 0;
    }
    case 'status': {
      const all = await status();
      for (const { name, answers, detail } of all) console.log(`${name}: ${answers ? 'ready' : 'missing'}, ${detail}`);
      return all.every(({ answers }) => answers) ? 0 : 1;
    }
    case 'env': {
      const text = await readFile(backendsFile(), 'utf8').catch(() => undefined);
      if (text === undefined) {
        console.error('No backends were started: run "node scripts/node.mjs scripts/backends/main.ts up" first.');
        return 1;
      }
      process.stdout.write(text);
      return 0;
    }
    case 'help':
    case '--help':
      console.log(USAGE);
      return 0;
    default:
      console.error(USAGE);
      return 2;
  }
}

process.exitCode = await main(process.argv[2]);
