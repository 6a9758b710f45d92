// `npm run bench:<name> -- …`: installs and builds what is missing, then runs tests/bench/<name>.ts. Plain JavaScript for Node 20.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFor, findNode, missingNodeMessage, runNode } from '../launcher/index.mjs';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { Advice, main } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  const file = join(root, 'tests/bench', `${name}.ts`);
  if (name === undefined || !existsSync(file))
    throw new Advice(`There is no benchmark named ${name}: see the bench: scripts of package.json`);
  await install();
  await build();
  const node = findNode();
  if (node === undefined) throw new Advice(missingNodeMessage());
  // Relative paths among the arguments mean what they mean where the person is; npm runs scripts in the root.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  return runNode(node, ['--conditions=@deployment-engine/source', file, ...args], { cwd, env: environmentFor(node) });
});
