// `npm start`: installs and builds what is missing, then runs the hub over HTTP. Plain JavaScript for Node 20.
import { fileURLToPath } from 'node:url';
import { environmentFor, findNode, missingNodeMessage, runNode } from '../launcher/index.mjs';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { Advice, main } from './terminal.mjs';

await main(async () => {
  await install();
  await build();
  const node = findNode();
  if (node === undefined) throw new Advice(missingNodeMessage());
  const hub = fileURLToPath(new URL('../hub/dist/main.js', import.meta.url));
  return runNode(node, [hub, 'hub', ...process.argv.slice(2)], { env: environmentFor(node) });
});
