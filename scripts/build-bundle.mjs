// Bundles every workspace in one graph, so that servers, hub and library share their chunks. Runs under the Node that rolldown needs.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { CONDITION, entries, workspaces } from './build-entries.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const CHUNKS = 'shared/dist/chunks';

// Left to Node's own resolution at run time: they find files (a native addon, .proto files, a Node binary) relative to themselves, and none
// of them is needed before the first call.
const EXTERNAL = [/^@deployment-engine\/(?!shared(\/|$))/, /^dockerode(\/|$)/, /\.node$/];

const STARTER = '\0starter:';

/**
 * A program's entry: turns on Node's compile cache before anything large is loaded, which static imports would do too early.
 * @param {string} output where the starter will lie, relative to the repository
 * @param {string} source
 */
function starter(output, source) {
  const cache = relative(dirname(output), 'node_modules/.cache/deployment-engine/compile');
  return `import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
enableCompileCache(process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL(${JSON.stringify(cache)}, import.meta.url)));
await import(${JSON.stringify(join(root, source))});
`;
}

// Importing node:http as a module runs its getters, one of which loads the whole of Node's own undici: 65 ms of CPU against 5 ms for the
// same object without the three web classes, which nothing here takes from there. A `require` does not run them.
const HTTP = '\0lean:node:http';
const WEB_CLASSES = new Set(['WebSocket', 'CloseEvent', 'MessageEvent']);
const leanHttp = {
  name: 'lean-http',
  resolveId: (id, _importer, { kind }) => (/^(node:)?http$/.test(id) && kind !== 'require-call' ? HTTP : undefined),
  load(id) {
    if (id !== HTTP) return undefined;
    const names = Object.keys(createRequire(import.meta.url)('node:http')).filter((name) => !WEB_CLASSES.has(name));
    const code = `const http = process.getBuiltinModule('node:http');\nexport default http;\nexport const { ${names.join(', ')} } = http;\n`;
    return { code, moduleSideEffects: false };
  },
};

// Importing node:process as a module runs its getters too, one of which builds the table of every option that Node knows.
const PROCESS = '\0lean:node:process';
const leanProcess = {
  name: 'lean-process',
  resolveId: (id, _importer, { kind }) => (/^(node:)?process$/.test(id) && kind !== 'require-call' ? PROCESS : undefined),
  load: (id) => (id === PROCESS ? { code: 'export default globalThis.process;\n', moduleSideEffects: false } : undefined),
};

function starters(programs) {
  return {
    name: 'starters',
    resolveId: (id) => (id.startsWith(STARTER) ? id : undefined),
    load(id) {
      const program = programs.find((entry) => id === STARTER + entry.output);
      return program && { code: starter(program.output, program.source), moduleSideEffects: true };
    },
  };
}

/** A chunk that one server alone uses lies with that server, so that what it leaves external resolves from there. */
function chunkFolder(chunk) {
  const owners = new Set(chunk.moduleIds.map((id) => /^(servers\/[^/]+|hub|native\/js)\/src\//.exec(relative(root, id))?.[1]));
  owners.delete(undefined);
  const [owner] = owners;
  return owners.size === 1 && owner.startsWith('servers/') ? `${owner}/dist/chunks` : CHUNKS;
}

/** Writes beside the old file and renames, so that a program that starts meanwhile reads the old or the new one, never half of it. */
function write(path, content) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

/** Removes what earlier builds left in the output folders. */
function prune(kept) {
  for (const workspace of workspaces(root)) {
    const dist = join(root, workspace, 'dist');
    if (!existsSync(dist)) continue;
    for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name));
      if (entry.isFile() && /\.(js|js\.map|tmp)$/.test(entry.name) && !kept.has(path)) rmSync(join(root, path));
    }
  }
}

const all = entries(root);
const programs = all.filter((entry) => entry.program);
const bundle = await rolldown({
  cwd: root,
  platform: 'node',
  input: Object.fromEntries(
    all.map((entry) => [entry.output.replace(/\.js$/, ''), entry.program ? STARTER + entry.output : join(root, entry.source)]),
  ),
  external: EXTERNAL,
  plugins: [starters(programs), leanHttp, leanProcess],
  resolve: { conditionNames: [CONDITION, 'node', 'import', 'default'] },
  // Libraries import themselves in circles and it is not ours to mend; what cannot be resolved is an error anyway.
  checks: { circularDependency: false },
  logLevel: 'warn',
});
const { output } = await bundle.generate({
  dir: root,
  format: 'esm',
  sourcemap: true,
  keepNames: true,
  comments: { legal: true, annotation: false, jsdoc: false },
  entryFileNames: '[name].js',
  chunkFileNames: (chunk) => `${chunkFolder(chunk)}/[name]-[hash].js`,
});
await bundle.close();
for (const file of output) write(file.fileName, file.type === 'chunk' ? file.code : file.source);
prune(new Set(output.map((file) => file.fileName)));
