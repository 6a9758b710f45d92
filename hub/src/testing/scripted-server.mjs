// A server of the handshake era (2025-06-18) over stdio that does as it is told: tests call its tools to make things happen.
// argv[2]: JSON { tools?: definition[], prompts?, templates?, instructions?, initialize?: 'refuse' | 'never', listing?: 'never', ignoreSigterm?: true }
import { createInterface } from 'node:readline';

const script = JSON.parse(process.argv[2] ?? '{}');
const object = { type: 'object' };
const named = (name, more = {}) => ({ name, description: `Does ${name}.`, inputSchema: object, ...more });
const usual = [
  named('echo', { annotations: { readOnlyHint: true } }),
  ...['slow', 'die', 'raw', 'progress', 'ask', 'log', 'change', 'fail', 'break', 'cancelled', 'roots', 'env', 'big', 'touch'].map((name) =>
    named(name),
  ),
];
let tools = script.tools ?? usual;
const cancelled = [];
const watched = new Set();
let nextId = 1;
const waiting = new Map();

const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const answer = (id, result) => write({ id, result });
const text = (value) => ({ content: [{ type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) }] });
const ask = (method, params) => {
  const id = nextId++;
  write({ id, method, params });
  return new Promise((resolve) => waiting.set(id, resolve));
};

if (script.ignoreSigterm) process.on('SIGTERM', () => undefined);
process.stderr.write('script begins\n');

const calls = {
  echo: (id, args, params) => answer(id, { ...text(args), structuredContent: { args, meta: params._meta ?? null } }),
  slow: () => undefined,
  die: () => process.exit(3),
  // the bytes of the line, with the id put in
  raw: (id, { line }) => process.stdout.write(`${line.replaceAll('$ID', JSON.stringify(id))}\n`),
  progress: (id, _args, { _meta }) => {
    for (const progress of [1, 2])
      write({ method: 'notifications/progress', params: { progressToken: _meta?.progressToken, progress, total: 2 } });
    answer(id, text('done'));
  },
  ask: async (id) =>
    answer(
      id,
      text(
        await ask('elicitation/create', {
          message: 'Name?',
          requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
        }),
      ),
    ),
  roots: async (id) => answer(id, text(await ask('roots/list'))),
  log: (id, { data }) => {
    write({ method: 'notifications/message', params: { level: 'warning', data } });
    answer(id, text('logged'));
  },
  change: (id, { to, times = 1 }) => {
    tools = to ?? tools;
    for (let time = 0; time < times; time += 1) write({ method: 'notifications/tools/list_changed' });
    answer(id, text('changed'));
  },
  fail: (id) => answer(id, { ...text('it failed'), isError: true }),
  break: (id, { error }) => write({ id, error }),
  cancelled: (id) => answer(id, text(cancelled)),
  env: (id) => answer(id, text(Object.keys(process.env).toSorted())),
  touch: (id, { uri }) => {
    write({ method: 'notifications/resources/updated', params: { uri } });
    answer(id, text([...watched]));
  },
  big: (id, { bytes }) => answer(id, text('x'.repeat(bytes))),
};

const requests = {
  initialize: (id, { protocolVersion }) => {
    if (script.initialize === 'never') return;
    if (script.initialize === 'refuse') return write({ id, error: { code: -32_000, message: 'not today' } });
    answer(id, {
      protocolVersion,
      capabilities: {
        tools: { listChanged: true },
        ...(script.prompts ? { prompts: {} } : {}),
        ...(script.templates ? { resources: { subscribe: script.subscribe === true } } : {}),
        logging: {},
      },
      serverInfo: { name: 'scripted', version: '1.0.0', title: 'Scripted' },
      ...(script.instructions ? { instructions: script.instructions } : {}),
    });
  },
  ping: (id) => answer(id, {}),
  'tools/list': (id) => script.listing !== 'never' && answer(id, { tools }),
  'prompts/list': (id) => answer(id, { prompts: script.prompts }),
  'prompts/get': (id, { name }) => answer(id, { messages: [{ role: 'user', content: { type: 'text', text: `prompt ${name}` } }] }),
  'resources/list': (id) => answer(id, { resources: [{ uri: 'note://one', name: 'one' }] }),
  'resources/templates/list': (id) => answer(id, { resourceTemplates: script.templates }),
  'resources/read': (id, { uri }) =>
    uri === 'note://never'
      ? undefined
      : uri === 'note://none'
        ? write({ id, error: { code: -32_002, message: 'no such note' } })
        : answer(id, { contents: [{ uri, text: `text of ${uri}` }] }),
  'resources/subscribe': (id, { uri }) =>
    uri === 'note://none' ? write({ id, error: { code: -32_002, message: 'no such note' } }) : (watched.add(uri), answer(id, {})),
  'resources/unsubscribe': (id, { uri }) => (watched.delete(uri), answer(id, {})),
  'completion/complete': (id) => answer(id, { completion: { values: ['a', 'b'] } }),
  'tools/call': (id, params) =>
    calls[params.name]
      ? calls[params.name](id, params.arguments ?? {}, params)
      : write({ id, error: { code: -32_602, message: `Unknown tool: ${params.name}` } }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {}, result, error } = JSON.parse(line);
  if (method === undefined) return waiting.get(id)?.(result ?? { error });
  if (method === 'notifications/cancelled') return cancelled.push(params.requestId);
  if (id === undefined) return;
  if (requests[method]) requests[method](id, params);
  else write({ id, error: { code: -32_601, message: 'Method not found' } });
});
