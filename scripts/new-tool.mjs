// `npm run new-tool -- <server> <noun_verb> [--effect read|write|destroy]`: a tool in one file, its test, and its line in server.ts.
// Plain JavaScript for Node 20.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format } from './new-server.mjs';
import { toolFile, toolPath, toolTest } from './new-server-files.mjs';
import { camel, serverName, toolName } from './new-words.mjs';
import { Advice, main, say } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const EFFECTS = ['read', 'write', 'destroy'];

/**
 * Adds a tool's import and its place in the list to the text of server.ts.
 * @returns {string | undefined} undefined where the list is not written out there
 */
export function withTool(text, identifier, path) {
  const list = /\btools: \[/.exec(text);
  const imports = [...text.matchAll(/^import .*;$/gm)];
  const last = imports.at(-1);
  if (list === null || last === undefined) return undefined;
  const end = last.index + last[0].length;
  const open = list.index + list[0].length;
  return `${text.slice(0, end)}\nimport { ${identifier} } from './${path}';${text.slice(end, open)}${identifier}, ${text.slice(open)}`;
}

/**
 * Writes a new tool and names it in its server.
 * @param {string} home the repository
 * @param {{ server: string, name: string, effect: 'read' | 'write' | 'destroy' }} options
 * @returns {{ files: string[], listed: boolean }} the files written, and whether server.ts now lists the tool
 */
export function newTool(home, { server, name, effect }) {
  const folder = join('servers', serverName(server));
  const declaration = join(folder, 'src/server.ts');
  if (!existsSync(join(home, declaration))) throw new Advice(`${declaration} is missing: make the server first, with npm run new-server.`);
  const path = toolPath(toolName(name));
  const identifier = camel(name);
  if (existsSync(join(home, folder, path))) throw new Advice(`${join(folder, path)} is there already.`);
  const files = [join(folder, path), join(folder, path.replace(/\.ts$/, '.test.ts'))];
  writeFileSync(join(home, files[0]), toolFile({ name, effect, server, identifier }));
  writeFileSync(join(home, files[1]), toolTest({ name }));
  const text = withTool(readFileSync(join(home, declaration), 'utf8'), identifier, path.replace(/^src\//, ''));
  if (text === undefined) return { files, listed: false };
  writeFileSync(join(home, declaration), text);
  return { files: [...files, declaration], listed: true };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const { positionals, values } = parseArgs({ allowPositionals: true, options: { effect: { type: 'string', default: 'read' } } });
    const [server, name] = positionals;
    if (server === undefined || name === undefined)
      throw new Advice('Say which: npm run new-tool -- <server> <noun_verb> [--effect read|write|destroy]');
    if (!EFFECTS.includes(values.effect)) throw new Advice(`A tool has one effect: ${EFFECTS.join(', ')}.`);
    const { files, listed } = newTool(root, { server, name, effect: values.effect });
    format(root, files);
    for (const file of files) say(`  ${file}`);
    if (!listed) say(`Add ${camel(name)} to the tools of servers/${server}/src/server.ts.`);
    say(`Next: npm run fix (writes tools.json and the tables), npm test -- servers/${server}`);
  });
}
