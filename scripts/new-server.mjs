// `npm run new-server -- <name> [--port number]`: a server in three files, with its bin, its test and its documents. Plain JavaScript for Node 20.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serverNames } from './build-entries.mjs';
import { serverFiles } from './new-server-files.mjs';
import { serverName } from './new-words.mjs';
import { Advice, main, say } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const FIRST_PORT = 8050;

function usedPorts(home) {
  return new Set(
    serverNames(home).map((name) => {
      const file = join(home, 'servers', name, 'tools.json');
      return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).port : undefined;
    }),
  );
}

/**
 * Writes a new server's files.
 * @param {string} home the repository
 * @param {{ name: string, port?: number | undefined }} options without a port: the first free one above those that DESIGN gives away
 * @returns {string[]} the files written, relative to the repository
 */
export function newServer(home, { name, port }) {
  const folder = join('servers', serverName(name));
  if (existsSync(join(home, folder))) throw new Advice(`${folder} is there already.`);
  const used = usedPorts(home);
  let free = port ?? FIRST_PORT;
  while (port === undefined && used.has(free)) free += 1;
  if (used.has(free)) throw new Advice(`Port ${free} belongs to another server: choose one with --port.`);
  const { zod } = JSON.parse(readFileSync(join(home, 'shared/package.json'), 'utf8')).dependencies;
  return Object.entries(serverFiles({ name, port: free, zod })).map(([path, text]) => {
    const file = join(folder, path);
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), text, { mode: path.startsWith('bin/') ? 0o755 : 0o644 });
    return file;
  });
}

/** Formats files as the gate wants them. @param {string} home @param {string[]} files */
export function format(home, files) {
  const { status, stderr } = spawnSync(process.execPath, [join(home, 'node_modules/oxfmt/bin/oxfmt'), ...files], {
    cwd: home,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Advice(`The new files could not be formatted: ${stderr.trim()}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const { positionals, values } = parseArgs({ allowPositionals: true, options: { port: { type: 'string' } } });
    const [name] = positionals;
    if (name === undefined) throw new Advice('Say how the server is called: npm run new-server -- <name> [--port number]');
    const files = newServer(root, { name, port: values.port === undefined ? undefined : Number(values.port) });
    format(
      root,
      files.filter((file) => /\.(ts|mjs|json)$/.test(file)),
    );
    for (const file of files) say(`  ${file}`);
    say(`Next: npm install (links the new workspace), npm run fix (writes tools.json and the tables), npm test -- servers/${name}`);
  });
}
