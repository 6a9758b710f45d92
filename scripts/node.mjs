// Runs a TypeScript or JavaScript file of the repository with the right Node, sources resolved through the workspace.
import { findNode, missingNodeMessage, runNode } from '../launcher/index.mjs';

const node = findNode();
if (node === undefined) {
  console.error(missingNodeMessage());
  process.exit(1);
}
process.exitCode = await runNode(node, ['--conditions=@deployment-engine/source', ...process.argv.slice(2)]);
