// `npm run check`: the whole static gate, two steps at a time. `--fix` first mends what a machine can mend. Plain JavaScript for Node 20.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFor, findNode, missingNodeMessage } from '../launcher/index.mjs';
import { install } from './install.mjs';
import { Advice, main, say, seconds } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const AT_ONCE = 2;

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} run the command; `node` is the Node that the repository needs
 * @property {string[]} [fix] the command that mends what this step checks
 * @property {string} [folder] where to run, relative to the repository
 */

const tool = (name, bin = name) => ['node', join(root, 'node_modules', name, 'bin', bin)];
const script = (file, ...args) => ['node', '--conditions=@deployment-engine/source', join(root, 'scripts', file), ...args];
const cargo = (...args) => ['cargo', ...args];

/** Steps of one lane run one after the other: cargo's share a lock, and would only wait for each other. @type {Step[][]} */
export const LANES = [
  [
    { name: 'lockfile complete', run: script('lockfile.mjs', '--check'), fix: script('lockfile.mjs') },
    { name: 'law up to date', run: script('law-config.mjs', '--check'), fix: script('law-config.mjs') },
    { name: 'surfaces up to date', run: script('surface.ts', '--check'), fix: script('surface.ts') },
    { name: 'documents up to date', run: script('docs.ts', '--check'), fix: script('docs.ts') },
    {
      name: 'lint and law',
      run: [...tool('oxlint'), '--type-aware', '--deny-warnings'],
      fix: [...tool('oxlint'), '--type-aware', '--fix', '--quiet'],
    },
    { name: 'format', run: [...tool('oxfmt'), '--check'], fix: tool('oxfmt') },
    { name: 'types', run: [...tool('typescript', 'tsc'), '-p', 'tsconfig.json'] },
    { name: 'file lengths and names', run: script('check-files.mjs') },
  ],
  [
    { name: 'cargo fmt', run: cargo('fmt', '--all', '--check'), fix: cargo('fmt', '--all'), folder: 'native' },
    { name: 'cargo clippy', run: cargo('clippy', '--workspace', '--all-targets', '--quiet', '--', '-D', 'warnings'), folder: 'native' },
    { name: 'cargo test', run: cargo('test', '--workspace', '--quiet'), folder: 'native' },
  ],
];

/**
 * @param {string[]} command
 * @param {{ folder?: string, node: string }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
function execute([program, ...args], { folder = '.', node }) {
  return new Promise((resolve) => {
    const env = environmentFor(node);
    const child = spawn(program === 'node' ? node : program, args, { cwd: join(root, folder), env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) => {
      const missing = error.code === 'ENOENT' && program === 'cargo';
      resolve({ code: 1, output: missing ? 'cargo was not found: install Rust 1.90 or newer from https://rustup.rs' : String(error) });
    });
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs the lanes side by side, at most two at a time, each in its order. */
async function runLanes(lanes, work) {
  const waiting = [...lanes];
  const results = [];
  const worker = async () => {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) {
      for (const step of lane) results.push(await work(step));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/**
 * Runs every step, whether or not others fail, then shows what the failed ones said.
 * @param {Step[][]} lanes
 * @param {{ fix: boolean, node: string, print?: (line: string) => void }} options
 * @returns {Promise<number>} the exit code
 */
export async function check(lanes, { fix, node, print = say }) {
  const look = async (step) => {
    const start = Date.now();
    const { code, output } = await execute(step.run, { ...step, node });
    print(`${code === 0 ? '✓' : '✗'} ${step.name} (${seconds(Date.now() - start)})`);
    return { name: step.name, code, output };
  };
  // What cannot be mended is no news yet: the look afterwards says it.
  const mend = async (step) => {
    const start = Date.now();
    await execute(step.fix, { ...step, node });
    print(`• mended what can be: ${step.name} (${seconds(Date.now() - start)})`);
  };
  if (fix) {
    const mendable = lanes.map((lane) => lane.filter((step) => step.fix !== undefined));
    await runLanes(mendable, mend);
  }
  const results = await runLanes(lanes, look);
  const failed = results.filter((result) => result.code !== 0);
  for (const { name, output } of failed) print(`\n✗ ${name}\n${output.trimEnd()}`);
  if (failed.length === 0) return 0;
  const names = failed.map(({ name }) => name).join(', ');
  print(`\n${failed.length} of ${results.length} steps failed: ${names}.${fix ? '' : ' "npm run fix" mends what a machine can mend.'}`);
  return 1;
}

async function checkRepository() {
  await install();
  const node = findNode();
  if (node === undefined) throw new Advice(missingNodeMessage());
  return check(LANES, { fix: process.argv.includes('--fix'), node });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(checkRepository);
