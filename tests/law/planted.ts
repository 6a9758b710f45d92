// One planted violation and one lawful sibling for each article of the law. A sibling's path or code differs in what makes it lawful.

/** A file of the planted tree. */
export interface Planted {
  path: string;
  code: string;
}

export interface Case {
  /** The article's id in scripts/law.mjs, or the name of another rule. */
  article: string;
  broken: Planted;
  lawful: Planted;
}

const uses = (specifier: string): string => `import { thing } from '${specifier}';\nexport const used = thing;\n`;
const types = (specifier: string): string => `import type { Thing } from '${specifier}';\nexport type Used = Thing;\n`;
const at = (path: string, code: string): Planted => ({ path, code });

const imports = (article: string, specifier: string, broken: string, lawful: string, instead = specifier): Case => ({
  article,
  broken: at(broken, uses(specifier)),
  lawful: at(lawful, uses(instead)),
});

const MACHINE_MODULES = [
  'fs',
  'fs/promises',
  'child_process',
  'net',
  'https',
  'http2',
  'tls',
  'dgram',
  'dns',
  'dns/promises',
  'worker_threads',
  'cluster',
];

const machine: Case[] = MACHINE_MODULES.flatMap((name) =>
  ['', 'node:'].map((prefix) => {
    const file = `${prefix === '' ? 'bare' : 'node'}-${name.replace(/[/_]/g, '-')}.ts`;
    return imports('machine', `${prefix}${name}`, `servers/git/src/${file}`, `shared/src/platform/machine/${file}`);
  }),
);

const roads: Case[] = [
  imports('machine', 'node:fs', 'shared/src/toolkit/road.ts', 'native/js/src/road.ts'),
  imports('machine', 'node:fs', 'hub/src/road.ts', 'launcher/road.mjs'),
  imports('machine', 'node:fs', 'shared/src/contracts/road.ts', 'scripts/road.ts'),
  imports('machine', 'node:fs', 'shared/src/git/road.ts', 'shared/src/testing/road.ts'),
  imports('machine', 'node:fs', 'hub/src/cli/road.ts', 'hub/src/cli/road.test.ts'),
  imports('machine', 'node:fs', 'elsewhere/road.ts', 'tests/e2e/road.ts'),
  {
    article: 'machine',
    broken: at('servers/git/src/dynamic.ts', "export const files = await import('node:fs');\n"),
    lawful: at('shared/src/platform/dynamic.ts', "export const files = await import('node:fs');\n"),
  },
  {
    article: 'machine',
    broken: at('servers/git/src/again.ts', "export { readFile } from 'node:fs/promises';\n"),
    lawful: at('shared/src/platform/again.ts', "export { readFile } from 'node:fs/promises';\n"),
  },
];

const http: Case[] = [
  imports('http', 'node:http', 'servers/git/src/listens.ts', 'shared/src/platform/listen/listens.ts'),
  { article: 'http', broken: at('servers/git/src/hears.ts', types('node:http')), lawful: at('hub/src/hears.ts', types('node:http')) },
  {
    article: 'http-types',
    broken: at('hub/src/listens.ts', uses('node:http')),
    lawful: at('hub/src/listens-types.ts', types('node:http')),
  },
  {
    article: 'http-types',
    broken: at('shared/src/toolkit/listens.ts', uses('http')),
    lawful: at('shared/src/toolkit/types.ts', types('http')),
  },
  {
    article: 'create-require',
    broken: at('hub/src/made.ts', "import { createRequire } from 'node:module';\nexport const load = createRequire(import.meta.url);\n"),
    lawful: at(
      'hub/src/registry/made.ts',
      "import { createRequire } from 'node:module';\nexport const load = createRequire(import.meta.url);\n",
    ),
  },
  {
    article: 'create-require',
    broken: at(
      'servers/git/src/made.ts',
      "import { createRequire } from 'node:module';\nexport const load = createRequire(import.meta.url);\n",
    ),
    lawful: at('servers/git/src/made-not.ts', "import { builtinModules } from 'node:module';\nexport const names = builtinModules;\n"),
  },
];

const packages: Case[] = [
  imports(
    'deep',
    '@deployment-engine/shared/src/platform/index.ts',
    'servers/git/src/deep.ts',
    'servers/git/src/deep-not.ts',
    '@deployment-engine/shared/platform',
  ),
  imports('deep', '@deployment-engine/git/dist/server.js', 'tests/e2e/deep.ts', 'tests/e2e/deep-not.ts', '@deployment-engine/git'),
  imports(
    'leaving',
    '../../hub/src/index.ts',
    'shared/src/platform/leaving.ts',
    'shared/src/platform/leaving-not.ts',
    '../contracts/index.ts',
  ),
  imports(
    'leaving',
    '../../../docker/src/server.ts',
    'servers/git/src/tools/leaving.ts',
    'servers/git/src/tools/leaving-not.ts',
    '../client.ts',
  ),
];

const layers: Case[] = [
  imports(
    'contracts-ours',
    '@deployment-engine/shared/platform',
    'shared/src/contracts/ours.ts',
    'shared/src/contracts/ours-not.ts',
    'zod',
  ),
  imports('contracts-layers', '../platform/index.ts', 'shared/src/contracts/layers.ts', 'shared/src/contracts/layers-not.ts', './error.ts'),
  imports(
    'platform-ours',
    '@deployment-engine/shared/toolkit',
    'shared/src/platform/ours.ts',
    'shared/src/platform/ours-not.ts',
    '@deployment-engine/shared/contracts',
  ),
  imports(
    'platform-ours',
    '@deployment-engine/git',
    'shared/src/platform/http/ours.ts',
    'shared/src/platform/http/ours-not.ts',
    '@deployment-engine/native',
  ),
  imports(
    'platform-layers',
    '../../toolkit/index.ts',
    'shared/src/platform/http/layers.ts',
    'shared/src/platform/http/layers-not.ts',
    '../../contracts/error.ts',
  ),
  imports(
    'domain-ours',
    '@deployment-engine/shared/toolkit',
    'shared/src/git/ours.ts',
    'shared/src/git/ours-not.ts',
    '@deployment-engine/shared/platform',
  ),
  imports(
    'domain-ours',
    '@deployment-engine/hub',
    'shared/src/findings/ours.ts',
    'shared/src/findings/ours-not.ts',
    '@deployment-engine/native',
  ),
  imports(
    'domain-layers',
    '../toolkit/index.ts',
    'shared/src/findings/layers.ts',
    'shared/src/findings/layers-not.ts',
    '../platform/index.ts',
  ),
  imports(
    'toolkit-ours',
    '@deployment-engine/git',
    'shared/src/toolkit/ours.ts',
    'shared/src/toolkit/ours-not.ts',
    '@deployment-engine/shared/platform',
  ),
  imports(
    'toolkit-ours',
    '@deployment-engine/shared/git',
    'shared/src/toolkit/knows.ts',
    'shared/src/toolkit/knows-not.ts',
    '@deployment-engine/shared/contracts',
  ),
  imports('toolkit-layers', '../git/index.ts', 'shared/src/toolkit/layers.ts', 'shared/src/toolkit/layers-not.ts', '../platform/index.ts'),
  imports('hub-servers', '@deployment-engine/git', 'hub/src/servers.ts', 'hub/src/servers-not.ts', '@deployment-engine/shared/toolkit'),
  imports(
    'server-servers',
    '@deployment-engine/docker',
    'servers/git/src/other.ts',
    'servers/git/src/other-not.ts',
    '@deployment-engine/shared/git',
  ),
  imports(
    'server-servers',
    '@deployment-engine/hub',
    'servers/git/src/hub.ts',
    'servers/git/src/hub-not.ts',
    '@deployment-engine/shared/toolkit',
  ),
  imports('native-ours', '@deployment-engine/shared/contracts', 'native/js/src/ours.ts', 'native/js/src/ours-not.ts', './types.ts'),
  imports('native', '@deployment-engine/native', 'servers/git/src/computes.ts', 'servers/supply-chain/src/computes.ts'),
  imports('native', '@deployment-engine/native', 'shared/src/toolkit/computes.ts', 'shared/src/platform/computes.ts'),
  imports('native', '@deployment-engine/native', 'servers/docker/src/computes.ts', 'hub/src/computes.ts'),
];

const libraries: Case[] = [
  imports('addon', '@napi-rs/cli', 'hub/src/addon.ts', 'native/js/src/addon.ts'),
  imports('addon', './addon.node', 'shared/src/platform/addon.ts', 'native/js/src/file.ts'),
  imports('mcp-server', '@modelcontextprotocol/server', 'servers/git/src/sdk.ts', 'shared/src/toolkit/sdk.ts'),
  imports('mcp-server', '@modelcontextprotocol/server/stdio', 'servers/git/src/stdio.ts', 'shared/src/toolkit/stdio.ts'),
  imports('mcp-server', '@modelcontextprotocol/node', 'shared/src/platform/sdk.ts', 'hub/src/sdk.ts'),
  imports('mcp-client', '@modelcontextprotocol/client', 'hub/src/client.ts', 'hub/src/upstream/client.ts'),
  imports('mcp-client', '@modelcontextprotocol/client/stdio', 'servers/git/src/mcp.ts', 'shared/src/testing/mcp.ts'),
  imports('mcp-legacy', '@modelcontextprotocol/sdk/client/index.js', 'shared/src/toolkit/legacy.ts', 'shared/src/testing/legacy.ts'),
  imports('mcp-legacy', '@modelcontextprotocol/sdk/client/index.js', 'hub/src/upstream/legacy.ts', 'tests/interop/legacy.ts'),
  imports('testing', '@deployment-engine/shared/testing', 'servers/git/src/fake.ts', 'servers/git/src/fake.test.ts'),
  imports('testing', '../testing/index.ts', 'shared/src/platform/fake.ts', 'shared/src/platform/fake.test.ts'),
  imports('testing', './fake.test.ts', 'shared/src/platform/takes.ts', 'shared/src/platform/takes-not.ts', './other.ts'),
  imports('testing', './testing/fake.ts', 'servers/git/src/tries.ts', 'servers/git/src/testing/tries.ts'),
  imports('testing', './swap.testing.ts', 'hub/src/tries.ts', 'hub/src/tries.testing.ts'),
  imports('testing', 'vitest', 'hub/src/fake.ts', 'hub/src/fake.test.ts'),
  imports('simple-git', 'simple-git', 'servers/git/src/tools/status.ts', 'servers/git/src/client.ts'),
  imports('simple-git', 'simple-git', 'shared/src/platform/git.ts', 'shared/src/git/runner.ts'),
  imports('simple-git', 'simple-git', 'servers/sast/src/client.ts', 'servers/git/src/client/run.ts'),
  imports('dockerode', 'dockerode', 'servers/docker/src/server.ts', 'servers/docker/src/client/engine.ts'),
  imports('ws', 'ws', 'servers/kubernetes/src/tools/pods-exec.ts', 'servers/kubernetes/src/client/socket.ts'),
  imports('undici', 'undici', 'servers/prometheus/src/client.ts', 'shared/src/platform/http/pool.ts'),
];

const globals: Case[] = ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource', 'require'].flatMap((name) => {
  const file = `global-${name.toLowerCase()}.ts`;
  const code = `export const used = ${name};\n`;
  return [
    { article: name, broken: at(`servers/git/src/${file}`, code), lawful: at(`shared/src/platform/${file}`, code) },
    { article: name, broken: at(`hub/src/${file}`, `export const used = globalThis.${name};\n`), lawful: at(`scripts/${file}`, code) },
  ];
});

const properties: Case[] = [
  ...['getBuiltinModule', 'binding', 'dlopen'].map((name) => ({
    article: name,
    broken: at(`servers/git/src/${name.toLowerCase()}.ts`, `export const used = process.${name};\n`),
    lawful: at(`shared/src/platform/${name.toLowerCase()}.ts`, `export const used = process.${name};\n`),
  })),
  {
    article: 'stdout',
    broken: at('servers/git/src/stdout.ts', "process.stdout.write('noise');\n"),
    lawful: at('shared/src/toolkit/stdout.ts', "process.stdout.write('{}');\n"),
  },
];

const others: Case[] = [
  {
    article: 'no-console',
    broken: at('servers/git/src/noise.ts', "console.error('noise');\n"),
    lawful: at('hub/src/cli/print.ts', "console.log('help');\n"),
  },
  {
    article: 'no-console',
    broken: at('hub/src/noise.ts', "console.log('noise');\n"),
    lawful: at('scripts/print.ts', "console.log('done');\n"),
  },
  {
    article: 'no-explicit-any',
    broken: at('hub/src/loose.ts', 'export const loose = (value: any): unknown => value;\n'),
    lawful: at('hub/src/strict.ts', 'export const strict = (value: unknown): unknown => value;\n'),
  },
  {
    article: 'no-explicit-any',
    broken: at('hub/src/loose.test.ts', 'export const loose = [] as any[];\n'),
    lawful: at('hub/src/strict.test.ts', 'export const strict = [] as unknown[];\n'),
  },
  {
    article: 'ban-ts-comment',
    broken: at('hub/src/silenced.ts', "// @ts-expect-error: it is known\nexport const silenced: number = 'a';\n"),
    lawful: at('hub/src/silenced.test.ts', "// @ts-expect-error: a string is not a number\nexport const silenced: number = 'a';\n"),
  },
  {
    article: 'no-default-export',
    broken: at('hub/src/nameless.ts', 'export default 1;\n'),
    lawful: at('hub/src/named.ts', 'export const named = 1;\n'),
  },
  {
    article: 'filename-case',
    broken: at('hub/src/CamelCase.ts', 'export const a = 1;\n'),
    lawful: at('hub/src/kebab-case.ts', 'export const a = 1;\n'),
  },
  {
    article: 'no-warning-comments',
    broken: at('hub/src/later.ts', '// TODO: later\nexport const a = 1;\n'),
    lawful: at('hub/src/now.ts', '// Why it is so.\nexport const a = 1;\n'),
  },
];

export const CASES: Case[] = [...machine, ...roads, ...http, ...packages, ...layers, ...libraries, ...globals, ...properties, ...others];
