// Installs the locked packages when they are missing or differ from the lockfile. Plain JavaScript for Node 20.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Advice, main, step } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Says what npm would have to do: npm writes `node_modules/.package-lock.json` at the very end of an install, so comparing it with the
 * lockfile tells a complete install from a stale or broken one.
 * @param {string} [home] the repository's folder
 * @returns {string | undefined} why an install is needed; undefined when none is
 */
export function whyInstall(home = root) {
  const installedFile = join(home, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'packages are not installed';
  const wanted = JSON.parse(readFileSync(join(home, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    // The root and the workspaces are sources, not packages; a platform's optional package may rightly be absent.
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue;
    const found = installed[path];
    if (found === undefined) {
      if (entry.optional || entry.devOptional || entry.peer) continue;
      return `${path} is missing`;
    }
    const other = found.integrity !== undefined && entry.integrity !== undefined && found.integrity !== entry.integrity;
    if (found.version !== entry.version || other) return `${path} is not the locked version`;
  }
  for (const path of Object.keys(installed)) {
    if (wanted[path] === undefined && path.startsWith('node_modules/')) return `${path} is no longer in the lockfile`;
  }
  return undefined;
}

const NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i;

/**
 * One line for a person from npm's complaint.
 * @param {string} output npm's standard error
 */
export function installAdvice(output) {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('A complete log of this run'));
  const network = NETWORK.exec(output);
  if (network) {
    return `Packages could not be fetched (${network[0]}): connect to the network, or point npm at a registry or proxy that you can reach (npm config set registry …), and run the command again.`;
  }
  return `npm ci failed: ${lines.slice(0, 3).join(' · ') || 'no message'}`;
}

/** @returns {{ command: string, prefix: string[] }} */
function npmCommand() {
  // `npm start` says which npm runs it; started by hand, the one on PATH has to do.
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return { command: process.execPath, prefix: [cli] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', prefix: [] };
}

function runNpm() {
  const { command, prefix } = npmCommand();
  // Shorter waits between npm's retries than its own 10 and 60 s: who has no network should hear so soon.
  const retries = ['--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=8000'];
  const args = [...prefix, 'ci', '--loglevel=error', '--no-audit', '--no-fund', '--ignore-scripts', ...retries];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], shell: command.endsWith('.cmd') });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) =>
      reject(new Advice(error.code === 'ENOENT' ? 'npm was not found: install Node with npm from https://nodejs.org' : String(error))),
    );
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Advice(installAdvice(output)))));
  });
}

/** Makes `node_modules` what the lockfile says; does nothing when it already is. */
export async function install() {
  if (!existsSync(join(root, 'package-lock.json'))) throw new Advice('package-lock.json is missing: this is not a whole checkout.');
  const reason = whyInstall();
  if (reason === undefined) return;
  await step(`Installing packages (${reason})`, runNpm);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(install);
