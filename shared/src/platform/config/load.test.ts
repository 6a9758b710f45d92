import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig, type LoadConfigOptions } from './load.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';
import { Secret } from './secret.ts';
import { secretText } from './secret-schema.ts';
import { printPath } from './tree.ts';

let folder: string;
let file: string;

const Upstream = z.union([
  z.strictObject({ command: z.string(), args: z.array(z.string()).default([]), env: z.record(z.string(), z.string()).optional() }),
  z.strictObject({ url: z.url(), headers: z.record(z.string(), z.string()).optional() }),
]);

const Config = z.strictObject({
  hub: z
    .object({
      port: z.number().int().min(1).max(65_535).default(8040),
      profile: z.enum(['flat', 'compact']).default('compact'),
      readOnly: z.boolean().default(false),
      hosts: z.array(z.string()).optional(),
      token: secretText().optional(),
      limit: z.union([z.number(), z.literal('none')]).optional(),
      labels: z.record(z.string(), z.string()).optional(),
      extra: z.looseObject({ known: z.number().optional() }).optional(),
    })
    .prefault({}),
  mcpServers: z.record(z.string(), Upstream).default({}),
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
  file = join(folder, 'mcp.config.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function load(content: unknown, options: Partial<LoadConfigOptions<z.infer<typeof Config>>> = {}) {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadConfig({ schema: Config, file, env: {}, ...options });
}

async function failure(content: unknown, options: Partial<LoadConfigOptions<z.infer<typeof Config>>> = {}): Promise<ConfigError> {
  const error = await load(content, options).then(
    () => undefined,
    (one: unknown) => one,
  );
  if (!(error instanceof ConfigError)) throw new Error(`no ConfigError: ${inspect(error)}`);
  return error;
}

const problems = async (...given: Parameters<typeof failure>): Promise<readonly ConfigProblem[]> => (await failure(...given)).problems;

describe('layers', () => {
  it('merges defaults, file, environment and flags; the later wins', async () => {
    const options = {
      defaults: { hub: { port: 1, profile: 'flat', hosts: ['a', 'b'] } },
      env: { PORT: '3', EMPTY: '' },
      envMap: { PORT: 'hub.port', EMPTY: 'hub.profile' },
    };
    const config = await load({ hub: { port: 2, hosts: ['c'] } }, options);
    expect(config.hub).toEqual({ port: 3, profile: 'flat', readOnly: false, hosts: ['c'] });
    expect((await load({}, { ...options, flags: { hub: { port: 4, profile: undefined } } })).hub).toMatchObject({
      port: 4,
      profile: 'flat',
      hosts: ['a', 'b'],
    });
  });

  it('needs no file', () => {
    expect(loadConfig({ schema: Config, env: {} }).hub.port).toBe(8040);
  });

  it('reads texts of variables as what the schema wants', async () => {
    const envMap = { RO: 'hub.readOnly', HOSTS: 'hub.hosts', LIMIT: 'hub.limit', TOKEN: 'hub.token', LABELS: 'hub.labels' };
    const first = await load({}, { envMap, env: { RO: 'yes', HOSTS: 'a, b', LIMIT: '5', TOKEN: '12345', LABELS: '{"a":"b"}' } });
    expect(first.hub).toMatchObject({ readOnly: true, hosts: ['a', 'b'], limit: 5, labels: { a: 'b' } });
    expect(first.hub.token?.reveal()).toBe('12345');
    const second = await load({}, { envMap, env: { RO: '0', HOSTS: '["a,b"]', LIMIT: 'none' } });
    expect(second.hub).toMatchObject({ readOnly: false, hosts: ['a,b'], limit: 'none' });
  });

  it('names the variable and the flag that are wrong', async () => {
    const found = await problems(
      {},
      { envMap: { PORT: 'hub.port', RO: 'hub.readOnly' }, env: { PORT: 'many', RO: 'perhaps' }, flags: { hub: { profile: 'flatt' } } },
    );
    expect(found).toEqual([
      { path: 'hub.port', message: 'expected number, received string', source: 'PORT' },
      { path: 'hub.profile', message: 'expected one of "flat"|"compact", did you mean "flat"?', source: 'command line' },
      { path: 'hub.readOnly', message: 'expected boolean, received string', source: 'RO' },
    ]);
    expect(await problems({}, { envMap: { PORT: 'hub.port' }, env: { PORT: '70000' } })).toMatchObject([
      { path: 'hub.port', source: 'PORT' },
    ]);
  });

  it('cannot be poisoned through __proto__', async () => {
    await load({}, { flags: JSON.parse('{"hub":{"labels":{"__proto__":"x"}}}') as object });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(await problems('{"__proto__":{"polluted":1}}')).toMatchObject([{ message: 'line 1, column 2: this name is reserved' }]);
  });
});

describe('problems', () => {
  it('reports all at once with path, source and the nearest name', async () => {
    const error = await failure({
      hub: { prot: 1, port: 'x', extra: { whatever: 1 }, readOnly: 'no' },
      mcpServers: { one: { comand: 'x' }, two: { url: 'nope' }, 'a.b': { command: 'x', args: [1] }, three: 7 },
      server: {},
    });
    expect(error.code).toBe('invalid_input');
    expect(error.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'hub.prot: is not known, did you mean "port"?',
      'mcpServers.one.comand: is not known, did you mean "command"?',
      'server: is not known; known are hub, mcpServers',
      'hub.port: expected number, received string',
      'hub.readOnly: expected boolean, received string',
      'mcpServers.one.command: is required (string)',
      'mcpServers.two.url: Invalid URL',
      'mcpServers["a.b"].args[0]: expected string, received number',
      'mcpServers.three: does not have an accepted form',
    ]);
    expect(error.problems.every((one) => one.source === undefined || one.source === 'mcp.config.json')).toBe(true);
    expect(error.message).toMatch(/^The configuration has 9 problems:\n {2}hub\.prot: is not known/);
  });

  it('prints a single one on one line', async () => {
    expect((await failure({ hub: { port: 0 } })).message).toBe(
      'The configuration has a problem: hub.port: Too small: expected number to be >=1 (mcp.config.json)',
    );
  });

  it.each([
    ['{\n  // port\n  "hub": {}\n}', 'line 2, column 3: comments are not JSON: remove it'],
    ['# x', 'line 1, column 1: comments are not JSON: remove it'],
    ['{ "hub": {}, }', 'line 1, column 14: remove the comma before }'],
    ['{ "mcpServers": { "a": { "command": "x", "args": ["y",] } } }', 'line 1, column 55: remove the comma before ]'],
    ['{\n "hub": {"token": hunter2}\n}', 'line 2, column 19: expected a value (text in double quotes, number, true, false, null, { or [)'],
    ["{ 'hub': {} }", 'line 1, column 3: expected a name in double quotes'],
    ['{ "hub": \'x\' }', 'line 1, column 10: texts take double quotes'],
    ['{ "hub" {} }', 'line 1, column 9: expected : after the name'],
    ['{ "hub": {} "x": 1 }', 'line 1, column 13: expected , or }'],
    ['{ "a": [1 2] }', 'line 1, column 11: expected , or ]'],
    ['{ "hub": {', 'line 1, column 11: expected a name in double quotes'],
    ['{ "hub": ', 'line 1, column 10: the file ends too early'],
    ['', 'line 1, column 1: the file ends too early'],
    ['{ "hub": {}, "hub": {} }', 'line 1, column 14: this name appears twice in one object'],
    ['{ "a": "C:\\work" }', 'line 1, column 11: a backslash must be doubled (or begin an escape such as \\n)'],
    ['{ "a": "x\ny" }', 'line 1, column 10: the text is not closed before the end of its line'],
    ['{ "a": "\t" }', 'line 1, column 9: a control character must be escaped'],
    ['{ "a": "x', 'line 1, column 8: the text is not closed'],
    ['{} {}', 'line 1, column 4: nothing may follow the closing bracket'],
    ['{ "a": 01 }', 'line 1, column 8: expected a value (text in double quotes, number, true, false, null, { or [)'],
    [`{ "a": ${'['.repeat(300)}`, 'line 1, column 208: too deeply nested'],
    ['[]', 'it must hold one object: { … }'],
  ])('says where JSON breaks: %j', async (text, message) => {
    const found = await problems(text);
    expect(found).toEqual([{ path: '', message, source: 'mcp.config.json' }]);
    expect(found[0]?.message).not.toContain('hunter2');
  });

  it('accepts a byte order mark, escapes and numbers', async () => {
    const config = await load('\uFEFF{"hub":{"port":8e3,"labels":{"a":"\\u00fc\\n\\"","b":"\\\\"}},"mcpServers":{}}');
    expect(config.hub).toMatchObject({ port: 8000, labels: { a: 'ü\n"', b: '\\' } });
  });

  it('says what is wrong with the file itself', async () => {
    expect(() => loadConfig({ schema: Config, file: join(folder, 'gone.json'), env: {} })).toThrow('does not exist');
    expect(() => loadConfig({ schema: Config, file: folder, env: {} })).toThrow('not a regular file');
    expect(() => loadConfig({ schema: Config, file: join(folder, 'mcp.config.json', 'x'), env: {} })).toThrow(
      /does not exist|cannot be read/,
    );
    await writeFile(file, Buffer.alloc(5 * 1024 * 1024, ' '));
    expect(() => loadConfig({ schema: Config, file, env: {} })).toThrow('larger than');
  });

  it('finds unknown names in every kind of schema', () => {
    const inner = z.object({ known: z.number().optional() });
    const schema = z.object({
      optional: inner.optional(),
      nullable: inner.nullable(),
      defaulted: inner.default({}),
      readonly: inner.readonly(),
      piped: inner.transform((value) => value),
      lazy: z.lazy(() => inner),
      list: z.array(inner),
      tuple: z.tuple([inner], inner),
      record: z.record(z.string(), inner),
      both: z.intersection(inner, z.object({ more: z.number().optional() })),
      loose: z.looseObject({}),
      caught: z.object({}).catchall(inner),
      any: z.any(),
    });
    const bad = { knwon: 1 };
    const value = {
      optional: bad,
      nullable: bad,
      defaulted: bad,
      readonly: bad,
      piped: bad,
      lazy: bad,
      list: [bad],
      tuple: [bad, bad],
      record: { a: bad },
      both: { more: 1, ...bad },
      loose: bad,
      caught: { a: bad },
      any: bad,
    };
    let found: readonly ConfigProblem[] = [];
    try {
      loadConfig({ schema, env: {}, flags: value });
    } catch (error) {
      found = (error as ConfigError).problems;
    }
    expect(found.map((one) => one.path)).toEqual([
      'optional.knwon',
      'nullable.knwon',
      'defaulted.knwon',
      'readonly.knwon',
      'piped.knwon',
      'lazy.knwon',
      'list[0].knwon',
      'tuple[0].knwon',
      'tuple[1].knwon',
      'record.a.knwon',
      'both.knwon',
      'caught.a.knwon',
    ]);
    expect(found.every((one) => one.message.includes('did you mean "known"'))).toBe(true);
  });
});

describe('references', () => {
  it('resolves variables and files', async () => {
    await writeFile(join(folder, 'token'), 's3cret\n', { mode: 0o600 });
    const content = {
      hub: { token: { $file: 'token' }, port: { $env: 'PORT' } },
      mcpServers: { a: { command: 'x', args: ['--key', { $env: 'KEY' }], env: { K: { $file: join(folder, 'token') } } } },
    };
    const config = await load(content, { env: { PORT: '99', KEY: 'k' } });
    expect(config.hub.port).toBe(99);
    expect(config.hub.token?.reveal()).toBe('s3cret');
    expect(config.mcpServers.a).toEqual({ command: 'x', args: ['--key', 'k'], env: { K: 's3cret' } });
  });

  it('lets a later layer replace a reference, also one that leads nowhere', async () => {
    const content = { hub: { token: { $env: 'MISSING' } } };
    expect((await load(content, { flags: { hub: { token: 'given' } } })).hub.token?.reveal()).toBe('given');
    expect((await load(content, { env: { T: 'x' }, envMap: { T: 'hub.token' } })).hub.token?.reveal()).toBe('x');
    expect(
      (await load({ hub: { token: 'plain' } }, { env: { T: 'x' }, flags: { hub: { token: { $env: 'T' } } } })).hub.token?.reveal(),
    ).toBe('x');
  });

  it('reports every one that leads nowhere, together with the other problems', async () => {
    await writeFile(join(folder, 'binary'), Buffer.from([0xff]));
    await writeFile(join(folder, 'empty'), '\n');
    await writeFile(join(folder, 'large'), Buffer.alloc(70_000, 'x'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const labels = {
      a: { $env: 'MISSING' },
      b: { $env: 'EMPTY' },
      c: { $env: 1 },
      d: { $env: 'X', more: 1 },
      e: { $file: 'gone' },
      f: { $file: 'binary' },
      g: { $file: 'empty' },
      h: { $file: 'large' },
      i: { $file: 'pipe' },
      j: { $file: '' },
    };
    const found = await problems({ hub: { labels, port: { $env: 'MISSING' }, profile: 'x' } }, { env: { EMPTY: '' } });
    expect(found.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'hub.labels.a: the environment variable MISSING is not set',
      'hub.labels.b: the environment variable EMPTY is not set',
      'hub.labels.c: $env must name a variable',
      'hub.labels.d: a reference has one member, $env or $file, and nothing beside it',
      'hub.labels.e: the file gone cannot be read (ENOENT)',
      'hub.labels.f: the file binary is not UTF-8 text',
      'hub.labels.g: the file empty is empty',
      'hub.labels.h: the file large is larger than 65536 bytes',
      'hub.labels.i: the file pipe is not a regular file',
      'hub.labels.j: $file must name a file',
      'hub.port: the environment variable MISSING is not set',
      'hub.profile: expected one of "flat"|"compact"',
    ]);
  });

  it('warns of a secret file that everyone can read', async () => {
    const secret = join(folder, 'token');
    await writeFile(secret, 'x');
    const warnings: string[] = [];
    const warn = (message: string) => warnings.push(message);
    await chmod(secret, 0o644);
    await load({ hub: { token: { $file: 'token' } } }, { warn });
    await chmod(secret, 0o600);
    await load({ hub: { token: { $file: 'token' } } }, { warn });
    expect(warnings).toEqual([`${secret} can be read by everyone on this machine; chmod 600 closes it.`]);
  });

  it('never prints a value that came by reference', async () => {
    const schema = z.strictObject({
      key: z.string().refine(() => false, { error: (issue) => `bad key ${String(issue.input)}` }),
      mode: z.enum(['a']),
    });
    await writeFile(file, JSON.stringify({ key: { $env: 'KEY' }, mode: { $env: 'KEY' } }));
    let error: unknown;
    try {
      loadConfig({ schema, file, env: { KEY: 'hunter22' } });
    } catch (one) {
      error = one;
    }
    expect((error as ConfigError).problems).toHaveLength(2);
    expect((error as ConfigError).problems[0]?.message).toBe('bad key [masked]');
    expect(inspect(error, { depth: 10 })).not.toContain('hunter22');
  });
});

describe('Secret', () => {
  it('shows itself only when asked', () => {
    const secret = new Secret('hunter2');
    expect([
      String(secret),
      `name=${String(secret)}`,
      JSON.stringify({ secret }),
      inspect({ secret }),
      secret + '',
      Object.keys(secret).join(),
    ]).toEqual(['[masked]', 'name=[masked]', '{"secret":"[masked]"}', '{ secret: [masked] }', '[masked]', '']);
    expect(secret.toString()).toBe('[masked]');
    expect(secret.reveal()).toBe('hunter2');
    expect(JSON.stringify(structuredClone({ secret }))).not.toContain('hunter2');
  });

  it('is not made of an empty text', () => {
    expect(secretText().safeParse('').success).toBe(false);
  });
});

it('prints paths as a person would write them', () => {
  expect(printPath(['a', 0, 'b-c', 'd e', 'f.g'])).toBe('a[0].b-c["d e"]["f.g"]');
  expect(printPath(['a b'])).toBe('["a b"]');
});
