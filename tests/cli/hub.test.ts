import { rmSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, connectV1, type Target } from '@deployment-engine/shared/testing';
import { Bench, ended, finished, isRunning, said, until } from './cli.testing.ts';

// each test starts several programs from source, which a busy machine does slowly
vi.setConfig({ testTimeout: 120_000 });

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

type Client = Awaited<ReturnType<typeof connect>>;

async function textOf(call: ReturnType<Client['callTool']>): Promise<string> {
  const { content } = (await call) as { content: { text: string }[] };
  return content.map(({ text }) => text).join('\n');
}

/** Starts the hub over HTTP on a free port and waits until it listens. */
async function listening(args: string[], env: Record<string, string> = {}) {
  const child = bench.start(['hub', '--http', '0', ...args], env);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [, url = ''] = await said(child, 'stdout', /listens on (http:\S+\/mcp)/);
  return { child, url, errors: () => errors };
}

describe('hub over HTTP', () => {
  it('says what is ready and what is not, how to sign in, and what to paste; and answers', async () => {
    const child = bench.start(['hub', '--http', '0'], { PATH: '' });
    let page = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (page += text));
    await said(child, 'stdout', /Ctrl-C ends the hub/);
    expect(page).toMatch(/✗ prometheus +\d+ tools +no Prometheus server is configured\n +Set PROMETHEUS_URL/);
    expect(page).toContain(`Folders that tools may touch: ${bench.project}`);
    expect(page).toContain(bench.path('state', 'owner-token'));
    expect(page).not.toContain('\u001b');
    const entry = JSON.parse(/\n(\{\n[\s\S]*\n\})\n/.exec(page)?.[1] ?? '') as { mcpServers: Record<string, { env: object }> };
    expect(entry.mcpServers['deployment-engine']?.env).toMatchObject({ DEPLOYMENT_ENGINE_ROOTS: bench.project });

    const [, url = ''] = /listens on (http:\S+)/.exec(page) ?? [];
    const token = (await bench.run(['token'])).stdout.trim();
    expect(page).not.toContain(token);
    for (const era of ['legacy', 'modern'] as const) {
      const stranger = await connect({ url }, era);
      expect((await stranger.listTools()).tools.map(({ name }) => name)).toContain('search_tools');
      expect(await textOf(stranger.callTool({ name: 'call_tool', arguments: { tool: 'prometheus__source_list', arguments: {} } }))).toMatch(
        /unauthenticated/,
      );
      await stranger.close();
      const owner = await connect({ url, headers: { Authorization: `Bearer ${token}` } }, era);
      expect(await textOf(owner.callTool({ name: 'call_tool', arguments: { tool: 'prometheus__source_list', arguments: {} } }))).toMatch(
        /No source is configured/,
      );
      await owner.close();
    }
    expect(await ended(child, 'SIGTERM')).toBe(0);
  });

  it('makes loopback the owner, lists flat, and is read-only, each when told', async () => {
    const { url } = await listening(['--trust-loopback', '--profile', 'flat', '--read-only']);
    const client = await connect({ url }, 'modern');
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('prometheus__query');
    expect(names).not.toContain('prometheus__silence_create');
    expect(await textOf(client.callTool({ name: 'prometheus__source_list', arguments: {} }))).toMatch(/No source/);
    await client.close();
  });

  it('says in one line that the port is taken, and exits with 1', async () => {
    const { url } = await listening([]);
    const { port } = new URL(url);
    const second = await bench.run(['hub', '--http', port]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(new RegExp(`^error: 127\\.0\\.0\\.1:${port} is already in use\\.\\n[^\\n]+\\n$`));
  });

  it.each(['0.0.0.0:0', '192.168.1.2:80', '[::]:0', '70000'])('refuses the address %s', async (address) => {
    const { code, stdout, stderr } = await bench.run(['hub', '--http', address]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/loopback|not a port/);
  });

  it('lets a call in flight end on SIGTERM, and leaves no process behind', async () => {
    const config = bench.write('mcp.config.json', {
      mcpServers: {
        changing: bench.fixture('changing-server', { STARTS_FILE: bench.path('starts') }),
        stubborn: bench.fixture('stubborn-server', { STARTS_FILE: bench.path('stubborn') }),
      },
    });
    const { child, url } = await listening(['--config', config, '--trust-loopback']);
    const client = await connect({ url }, 'modern');
    const waiting = textOf(
      client.callTool({ name: 'call_tool', arguments: { tool: 'changing__wait', arguments: { file: bench.path('now') } } }),
    );
    const pids = await until(() => {
      const found = [bench.read('starts'), bench.read('stubborn')].map((text) => Number(text.split('\n')[0]));
      return found.every((pid) => pid > 0) && found;
    });
    // the call has arrived when the upstream's process answers others
    await textOf(client.callTool({ name: 'call_tool', arguments: { tool: 'changing__greet', arguments: {} } }));
    const gone = ended(child, 'SIGTERM');
    bench.write('now', '');
    expect(await waiting).toMatch(/^waited in/);
    await client.close();
    expect(await gone).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
  });
});

describe('the hub follows its configuration file', () => {
  it('takes a valid change over without dropping a call or a server that has not changed, and tells clients', async () => {
    const changing = bench.fixture('changing-server', { STARTS_FILE: bench.path('starts') });
    const config = bench.write('mcp.config.json', { mcpServers: { changing } });
    const { child, url } = await listening(['--config', config, '--trust-loopback']);
    let listChanged = 0;
    const client = await connect({ url: `${url}?profile=flat` }, 'legacy', {
      listChanged: { tools: { onChanged: () => (listChanged += 1) } },
    });
    const firstAnswer = await textOf(client.callTool({ name: 'changing__greet', arguments: {} }));
    const waiting = textOf(client.callTool({ name: 'changing__wait', arguments: { file: bench.path('now') } }));
    await textOf(client.callTool({ name: 'changing__greet', arguments: {} }));
    const reloaded = said(child, 'stderr', /the configuration was reloaded/);

    writeFileSync(
      config,
      JSON.stringify({
        hub: { readOnly: false },
        servers: { prometheus: { enabled: false } },
        mcpServers: { changing, second: bench.fixture('changing-server') },
      }),
    );
    await reloaded;
    await until(() => listChanged > 0);
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('changing__greet');
    expect(names.filter((name) => name.startsWith('prometheus__'))).toEqual([]);
    expect(await textOf(client.callTool({ name: 'second__greet', arguments: {} }))).toMatch(/^hello/);
    expect(await textOf(client.callTool({ name: 'changing__greet', arguments: {} }))).toBe(firstAnswer);
    bench.write('now', '');
    expect(await waiting).toMatch(/^waited in/);
    expect(bench.read('starts').trim().split('\n')).toHaveLength(1);
    await client.close();
  });

  it('ends a server that is gone from the file, once its calls have ended', async () => {
    const config = bench.write('mcp.config.json', {
      mcpServers: { changing: bench.fixture('changing-server', { STARTS_FILE: bench.path('starts') }) },
    });
    const { child, url } = await listening(['--config', config, '--trust-loopback']);
    const client = await connect({ url: `${url}?profile=flat` }, 'modern');
    const waiting = textOf(client.callTool({ name: 'changing__wait', arguments: { file: bench.path('now') } }));
    await textOf(client.callTool({ name: 'changing__greet', arguments: {} }));
    const pid = Number(bench.read('starts'));
    const reloaded = said(child, 'stderr', /the configuration was reloaded/);
    writeFileSync(config, '{}');
    await reloaded;
    await expect(client.callTool({ name: 'changing__greet', arguments: {} })).rejects.toThrow(/changing__greet/);
    expect(isRunning(pid)).toBe(true);
    bench.write('now', '');
    expect(await waiting).toMatch(/^waited in/);
    await until(() => !isRunning(pid));
    await client.close();
  });

  it('keeps the earlier one when the new one is wrong, and logs every problem', async () => {
    const config = bench.write('mcp.config.json', { hub: { profile: 'flat' } });
    const { child, url, errors } = await listening(['--config', config, '--trust-loopback']);
    const refused = said(child, 'stderr', /hub\.profile[\s\S]*hub\.readOnly/);
    writeFileSync(config, JSON.stringify({ hub: { profile: 'tiny', readOnly: 'perhaps' } }));
    await refused;
    expect(errors()).toContain('was not reloaded');
    const section = said(child, 'stderr', /servers\.prometheus\.sources/);
    writeFileSync(config, JSON.stringify({ servers: { prometheus: { sources: 7 } } }));
    await section;
    const broken = said(child, 'stderr', /line 1, column 2/);
    writeFileSync(config, '{,}');
    await broken;
    const client = await connect({ url }, 'modern');
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('prometheus__query');
    await client.close();
  });

  it('heeds an approval that a person gives beside it', async () => {
    const definition = bench.write('definition', 'Says hello.');
    const config = bench.write('mcp.config.json', {
      mcpServers: { changing: bench.fixture('changing-server', { DEFINITION_FILE: definition }) },
    });
    expect((await bench.run(['pins', 'list', '--refresh', '--config', config])).code).toBe(0);
    bench.write('definition', 'Says hello, differently.');
    const { url } = await listening(['--config', config, '--trust-loopback']);
    let listChanged = 0;
    const client = await connect({ url: `${url}?profile=flat` }, 'legacy', {
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => (listChanged += 1) } },
    });
    const greet = () => textOf(client.callTool({ name: 'changing__greet', arguments: {} }));
    expect(await greet()).toMatch(/held back/);
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('changing__greet');
    // the change by which it was held back has been told, so that the next one is the approval's
    await until(() => listChanged > 0);
    const before = listChanged;
    expect(await bench.run(['pins', 'approve', 'changing', '--config', config])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('pins diff changing') as string,
    });
    expect((await bench.run(['pins', 'diff', 'changing', '--config', config])).stdout).toContain('differently');
    expect((await bench.run(['pins', 'approve', 'changing', '--config', config])).code).toBe(0);
    await until(async () => (await client.listTools()).tools.some(({ name }) => name === 'changing__greet'));
    await until(() => listChanged > before);
    expect(await greet()).toMatch(/^hello/);
    await client.close();
  });
});

describe('hub over stdio', () => {
  it("works from each client's entry: with an empty PATH, from the root folder, in both eras and for the v1 client", async () => {
    const { stdout } = await bench.run(['init', 'claude-desktop', '--print', '--root', bench.project]);
    const { mcpServers } = JSON.parse(stdout) as { mcpServers: Record<string, Target> };
    const entry = mcpServers['deployment-engine'] as Extract<Target, { command: string }>;
    const target = { ...entry, cwd: '/', env: { PATH: '', HOME: bench.path('home'), ...entry.env } };
    for (const client of [await connect(target, 'legacy'), await connect(target, 'modern'), await connectV1(target)]) {
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('search_tools');
      const called = await client.callTool({ name: 'call_tool', arguments: { tool: 'prometheus__source_list', arguments: {} } });
      expect(JSON.stringify(called)).toContain('No source is configured');
      await client.close();
    }
  });

  it('writes nothing but messages to stdout, ends with its client, and makes no file by being looked at', async () => {
    const child = bench.start(['hub', '--stdio', '--profile', 'flat'], { PATH: '' });
    child.stdin?.end(
      [
        {
          jsonrpc: '2.0',
          id: 1,
          method: 'initialize',
          params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
        },
        { jsonrpc: '2.0', method: 'notifications/initialized' },
        { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      ]
        .map((message) => `${JSON.stringify(message)}\n`)
        .join(''),
    );
    const { code, stdout, stderr } = await finished(child);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const messages = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { jsonrpc: string; id?: number; result?: { tools?: object[] } });
    expect(messages.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
    expect(messages.find(({ id }) => id === 2)?.result?.tools).toContainEqual(expect.objectContaining({ name: 'prometheus__query' }));
    expect(bench.read('state/owner-token')).toBe('');
    expect(bench.read('state/state.db')).toBe('');
  });

  it('ends its servers with SIGTERM, even one that does not heed it', async () => {
    const config = bench.write('mcp.config.json', {
      mcpServers: { stubborn: bench.fixture('stubborn-server', { STARTS_FILE: bench.path('starts') }) },
    });
    const child = bench.start(['hub', '--stdio', '--profile', 'flat', '--config', config]);
    child.stdin?.write(
      [
        {
          jsonrpc: '2.0',
          id: 1,
          method: 'initialize',
          params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
        },
        { jsonrpc: '2.0', method: 'notifications/initialized' },
        { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      ]
        .map((message) => `${JSON.stringify(message)}\n`)
        .join(''),
    );
    const pid = await until(() => Number(bench.read('starts')) || undefined);
    expect(isRunning(pid)).toBe(true);
    expect(await ended(child, 'SIGTERM')).toBe(0);
    expect(isRunning(pid)).toBe(false);
  });

  it('refuses an empty list of roots before anything else', async () => {
    for (const roots of ['', `${bench.project}${delimiter}`]) {
      const { code, stdout, stderr } = await bench.run(['hub', '--stdio'], { env: { DEPLOYMENT_ENGINE_ROOTS: roots } });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^error: DEPLOYMENT_ENGINE_ROOTS [^\n]+\n[^\n]+\n$/);
    }
  });
});

describe('a command as a process', () => {
  it('works with an empty PATH, reads arguments from stdin, and exits with 0, 1 or 2', async () => {
    const env = { PATH: '' };
    const [listed, called, failed, wrong] = await Promise.all([
      bench.run(['tools', 'prometheus'], { env }),
      bench.run(['call', 'prometheus__source_list', '-', '--json'], { env, input: '{}' }),
      bench.run(['call', 'prometheus__query', '{"promql":"up"}'], { env }),
      bench.run(['tolls'], { env }),
    ]);
    expect([listed.code, called.code, failed.code, wrong.code]).toEqual([0, 0, 1, 2]);
    expect(JSON.parse(called.stdout)).toMatchObject({ structuredContent: { sources: [] } });
    expect(wrong.stderr).toContain('Did you mean tools?');
  });

  it('ends quietly when its reader has enough', async () => {
    const child = bench.start(['tools', '--json']);
    child.stdin?.end();
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, stderr } = await finished(child);
    expect({ code, stderr: stderr.replace(/^\d+ tools\n$/, '') }).toEqual({ code: 0, stderr: '' });
  });

  it('cancels a call on Ctrl-C and ends the server that it ran on', async () => {
    const config = bench.write('mcp.config.json', {
      mcpServers: { changing: bench.fixture('changing-server', { STARTS_FILE: bench.path('starts') }) },
    });
    const child = bench.start(['call', 'changing__wait', JSON.stringify({ file: bench.path('never') }), '--config', config]);
    child.stdin?.end();
    const pid = await until(() => Number(bench.read('starts')) || undefined);
    const done = finished(child);
    child.kill('SIGINT');
    const { code, stdout } = await done;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(isRunning(pid)).toBe(false);
  });

  it('runs a built-in server, whose own options and help it passes on', async () => {
    const help = await bench.run(['serve', 'prometheus', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('--toolsets');
    const child = bench.start(['serve', 'prometheus', '--http', '0', '--read-only']);
    const [, url = ''] = await said(child, 'stderr', /listens on (http:\S+\/mcp)/);
    const client = await connect({ url }, 'modern');
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('query');
    expect(names).not.toContain('silence_create');
    await client.close();
    expect(await ended(child, 'SIGTERM')).toBe(0);
    rmSync(bench.path('state'), { recursive: true, force: true });
  });
});
