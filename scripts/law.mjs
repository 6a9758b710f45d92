// The law of dependencies: which folder may import what, and what to do instead. `.oxlintrc.json` is written from it (scripts/law-config.mjs).
// Plain JavaScript for Node 20.

/**
 * A named part of the tree. A file belongs to the last zone whose patterns match it, and may do what that zone may.
 * @typedef {object} Zone
 * @property {string} name
 * @property {string[]} files
 * @property {string[]} may ids of the articles that this zone is free of
 */

/**
 * One article of the law.
 * @typedef {object} Article
 * @property {string} id
 * @property {string} message what to do instead
 * @property {string[]} [group] import specifiers as gitignore-like globs, `!` for exceptions
 * @property {string} [regex] or as a regular expression (no look-around)
 * @property {string} [importNamePattern] only these names of the module
 * @property {boolean} [allowTypeImports]
 */

const MACHINE = 'child_process|cluster|dgram|dns|fs|http2|https|inspector|net|repl|sqlite|tls|vm|wasi|worker_threads';
const DOORS = 'use a door of @deployment-engine/shared/platform (http, paths, exec, listen, store …), or add one there';

/** Relative roads into another layer of shared: `../platform/…`. */
const layer = (...names) => String.raw`^(\.\./)+(${names.join('|')})(/|$)`;
/** What two servers need of one field, beside the four layers. */
export const DOMAINS = ['git', 'findings', 'inventory'];

/** Client libraries with a transport of their own, and the only files that may know them. */
export const CLIENT_LIBRARIES = [
  {
    id: 'simple-git',
    group: ['simple-git', 'simple-git/**', '@simple-git/*'],
    files: ['shared/src/git/**', 'servers/git/src/client.ts', 'servers/git/src/client/**'],
  },
  {
    id: 'dockerode',
    group: ['dockerode', 'dockerode/**', 'docker-modem'],
    files: ['servers/docker/src/client.ts', 'servers/docker/src/client/**'],
  },
  { id: 'ws', group: ['ws', 'ws/**'], files: ['servers/kubernetes/src/client/**'] },
  { id: 'undici', group: ['undici', 'undici/**'], files: ['shared/src/platform/http/**'] },
];

/** @type {Article[]} */
export const ARTICLES = [
  { id: 'machine', regex: `^(node:)?(${MACHINE})(/|$)`, message: `Only shared/src/platform touches the machine: ${DOORS}.` },
  { id: 'http', regex: '^(node:)?http$', message: `Only shared/src/platform opens sockets: ${DOORS}.` },
  {
    id: 'http-types',
    regex: '^(node:)?http$',
    allowTypeImports: true,
    message: `Here node:http gives types only (import type): listening is shared/src/platform/listen, asking is platform's http.`,
  },
  {
    id: 'create-require',
    regex: '^(node:)?module$',
    importNamePattern: '^(createRequire|register|registerHooks)$',
    message: 'A made-up require goes around the law: import statically, or load it in native/js, shared/src/platform or hub/src/registry.',
  },
  {
    id: 'deep',
    regex: String.raw`^@deployment-engine/[^/]+/(src|dist)(/|$)`,
    message: 'Import the package by its exports: @deployment-engine/<name>; what is missing there, export from its index.ts.',
  },
  {
    id: 'leaving',
    regex: String.raw`^(\.\./)+([^/]+/)+(src|dist)(/|$)`,
    message: 'A relative import stays inside its package: import the other one by name (@deployment-engine/<name>).',
  },
  {
    id: 'contracts-ours',
    group: ['@deployment-engine/**'],
    message: 'contracts holds words and shapes and imports nothing of ours: move what needs more to platform or toolkit.',
  },
  {
    id: 'contracts-layers',
    regex: layer('platform', 'toolkit', 'testing', ...DOMAINS),
    message: 'contracts is the lowest layer: move what needs platform or toolkit up to them.',
  },
  {
    id: 'platform-ours',
    group: [
      '@deployment-engine/**',
      '!@deployment-engine/shared',
      '!@deployment-engine/shared/contracts',
      '@deployment-engine/shared/toolkit',
      '@deployment-engine/shared/platform',
      '@deployment-engine/shared/testing',
      ...DOMAINS.map((name) => `@deployment-engine/shared/${name}`),
    ],
    message: 'platform stands on contracts and native only: turn the dependency round, or take what you need as an argument.',
  },
  {
    id: 'platform-layers',
    regex: layer('toolkit', ...DOMAINS),
    message: 'platform stands on contracts only: turn the dependency round, or take what you need as an argument.',
  },
  {
    id: 'domain-ours',
    group: ['@deployment-engine/*', '!@deployment-engine/shared', '@deployment-engine/shared/toolkit', '@deployment-engine/shared/testing'],
    message:
      'A domain folder of shared stands on contracts, platform and native: what knows tools or servers belongs to toolkit or to the server.',
  },
  {
    id: 'domain-layers',
    regex: layer('toolkit'),
    message: 'A domain folder of shared stands on contracts, platform and native: what knows tools belongs to toolkit or to the server.',
  },
  {
    id: 'toolkit-ours',
    group: ['@deployment-engine/*', '!@deployment-engine/shared', ...DOMAINS.map((name) => `@deployment-engine/shared/${name}`)],
    message:
      'toolkit stands on contracts and platform only: a capability belongs to a server, a field of knowledge to its own folder of shared.',
  },
  {
    id: 'toolkit-layers',
    regex: layer(...DOMAINS),
    message: 'toolkit stands on contracts and platform only: it knows no field of knowledge.',
  },
  {
    id: 'hub-servers',
    group: ['@deployment-engine/*', '!@deployment-engine/shared', '!@deployment-engine/launcher'],
    message: 'The hub never imports a server: it meets it over MCP and tools.json, or loads the module that the config names.',
  },
  {
    id: 'server-servers',
    group: ['@deployment-engine/*', '!@deployment-engine/shared'],
    message:
      'A server imports shared and its own client library, never another server or the hub: what two servers need becomes a domain folder of shared.',
  },
  {
    id: 'native-ours',
    group: ['@deployment-engine/**'],
    message: 'native is a leaf: it imports no TypeScript of ours; give it what it needs as arguments.',
  },
  {
    id: 'native',
    group: ['@deployment-engine/native', '@deployment-engine/native/**'],
    message:
      'native is for the hub, shared/src/platform, the domain folders of shared and the servers that compute: ask platform for the result instead.',
  },
  {
    id: 'addon',
    regex: String.raw`^@napi-rs/|\.node$`,
    message: 'Only native/js loads the addon: import its typed face, @deployment-engine/native.',
  },
  {
    id: 'mcp-server',
    group: [
      '@modelcontextprotocol/server',
      '@modelcontextprotocol/server/**',
      '@modelcontextprotocol/node',
      '@modelcontextprotocol/node/**',
      '@modelcontextprotocol/core',
      '@modelcontextprotocol/core/**',
    ],
    message: 'No server sees the SDK: use defineServer, defineTool and serve of @deployment-engine/shared/toolkit.',
  },
  {
    id: 'mcp-client',
    group: ['@modelcontextprotocol/client', '@modelcontextprotocol/client/**'],
    message: 'The MCP client lives in hub/src/upstream (and in tests): ask the hub, or use connect() of @deployment-engine/shared/testing.',
  },
  {
    id: 'mcp-legacy',
    group: ['@modelcontextprotocol/sdk', '@modelcontextprotocol/sdk/**'],
    message: 'The v1 SDK is only a test client: use @deployment-engine/shared/toolkit.',
  },
  {
    id: 'testing',
    regex: String.raw`^@deployment-engine/shared/testing(/|$)|^(\./|(\.\./)+)(.*/)?(testing(/|$)|[^/]+\.(test|testing)\.ts$)|^vitest(/|$)`,
    message: 'Test code is for tests: move what the product needs out of shared/src/testing.',
  },
  ...CLIENT_LIBRARIES.map(({ id, group, files }) => ({
    id,
    group,
    message: `${id} is confined to ${files.join(', ')}: call that client's own functions.`,
  })),
];

const LAYERS = [
  'contracts-ours',
  'contracts-layers',
  'platform-ours',
  'platform-layers',
  'domain-ours',
  'domain-layers',
  'toolkit-ours',
  'toolkit-layers',
  'hub-servers',
  'server-servers',
  'native-ours',
];
/** Everything but the articles that concern a zone of this kind. */
const layersBut = (...kept) => LAYERS.filter((id) => !kept.includes(id));
/** What only holds where a zone may hear a port's types, or nothing at all. */
const NO_HTTP_TYPES = 'http-types';
const TYPES_ONLY = 'http';
/** For code that is not shipped: everything except deep imports. */
const DEV = ARTICLES.map((article) => article.id).filter((id) => id !== 'deep' && id !== 'leaving');

const platform = [...layersBut('platform-ours', 'platform-layers'), 'machine', 'http', 'http-types', 'create-require', 'native'];
const domain = [...layersBut('domain-ours', 'domain-layers'), NO_HTTP_TYPES, 'native'];
const toolkit = [...layersBut('toolkit-ours', 'toolkit-layers'), TYPES_ONLY, 'mcp-server'];
const hub = [...layersBut('hub-servers'), TYPES_ONLY, 'mcp-server', 'native'];
const server = [...layersBut('server-servers'), NO_HTTP_TYPES];
const COMPUTE = ['experts', 'synthex', 'commander', 'sast', 'scanner', 'supply-chain'];

/** @typedef {Zone & { free?: ('globals' | 'console' | 'stdout')[] }} FreeZone */
/** @type {FreeZone[]} */
const PRODUCT = [
  // What lies in no zone may do nothing: a new folder gets its zone here first.
  { name: 'elsewhere', files: ['**/*.{ts,mts,mjs,js}'], may: [NO_HTTP_TYPES] },
  { name: 'domain', files: ['shared/src/*/**'], may: domain },
  { name: 'contracts', files: ['shared/src/contracts/**'], may: [...layersBut('contracts-ours', 'contracts-layers'), NO_HTTP_TYPES] },
  { name: 'platform', files: ['shared/src/platform/**'], may: platform, free: ['globals'] },
  { name: 'toolkit', files: ['shared/src/toolkit/**'], may: toolkit, free: ['stdout'] },
  { name: 'hub', files: ['hub/src/**'], may: hub, free: ['stdout'] },
  { name: 'hub/upstream', files: ['hub/src/upstream/**'], may: [...hub, 'mcp-client'], free: ['stdout'] },
  // The one place that loads a server's module and surface by the name in the config.
  { name: 'hub/registry', files: ['hub/src/registry/**'], may: [...hub, 'create-require'], free: ['stdout'] },
  { name: 'hub/cli', files: ['hub/src/cli/**'], may: hub, free: ['console', 'stdout'] },
  { name: 'native', files: ['native/js/**'], may: [...layersBut('native-ours'), 'machine', NO_HTTP_TYPES, 'create-require', 'addon'] },
  { name: 'server', files: ['servers/*/src/**'], may: server },
  { name: 'server that computes', files: COMPUTE.map((name) => `servers/${name}/src/**`), may: [...server, 'native'] },
];

/** A zone for each file that may know a client library: what its surroundings may, and that library. */
function clientZones() {
  const around = (file) => (file.startsWith('servers/') ? 'server' : file.startsWith('shared/src/platform/') ? 'platform' : 'domain');
  return CLIENT_LIBRARIES.flatMap(({ id, files }) =>
    files.map((file) => {
      const zone = PRODUCT.find(({ name }) => name === around(file));
      return { ...zone, name: `${id} in ${file}`, files: [file], may: [...zone.may, id] };
    }),
  );
}

const unbound = ['globals', 'console', 'stdout'];
/** @type {FreeZone[]} */
export const ZONES = [
  ...PRODUCT,
  ...clientZones(),
  { name: 'testing', files: ['**/src/testing/**', '**/*.testing.ts'], may: DEV, free: unbound },
  { name: 'launcher', files: ['launcher/**', 'servers/*/bin/**'], may: DEV, free: unbound },
  // They show how others use the hub: over MCP, with nothing of ours imported.
  { name: 'examples', files: ['examples/**'], may: [NO_HTTP_TYPES], free: ['console', 'stdout'] },
  { name: 'scripts', files: ['scripts/**', '**/vitest.config.ts'], may: DEV, free: unbound },
  { name: 'tests', files: ['tests/**', '**/*.test.ts'], may: DEV, free: unbound },
];

/** Globals that reach the network or load code. */
export const GLOBALS = [
  ...['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'].map((name) => ({
    name,
    message: "Only shared/src/platform opens connections: use platform's http, which guards, limits and aborts.",
  })),
  { name: 'require', message: 'Import statically: a require goes around the law.' },
];

/** Roads around the import law, and stdout, which on a stdio server belongs to the protocol. */
export const PROPERTIES = ['getBuiltinModule', 'binding', 'dlopen'].map((property) => ({
  object: 'process',
  property,
  message: `This goes around the law of imports: ${DOORS}.`,
}));
export const STDOUT = {
  object: 'process',
  property: 'stdout',
  message: 'stdout belongs to the protocol: write with the log of @deployment-engine/shared/platform, or return a result.',
};
