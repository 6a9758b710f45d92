import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './run-here.testing.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.close());

const STACK = /\n {4}at /;

describe('the command line', () => {
  it('prints help and the version to stdout, and exits with 0', async () => {
    process.env['COLUMNS'] = '100';
    const help = await desk.run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['hub', 'serve', 'tools', 'search', 'route', 'call', 'doctor', 'pins', 'audit', 'token', 'schema', 'init']) {
      expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
    expect(Math.max(...help.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(help.stdout).not.toContain('\u001b');
    const own = await desk.run('init', '--help');
    expect(own).toMatchObject({ code: 0, stderr: '' });
    expect(own.stdout).toContain('--root <folder...>');
    expect(await desk.run('--version')).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  const wrong: [string[], RegExp][] = [
    [['tolls'], /Did you mean tools\?/],
    [['tools', '--jsn'], /Did you mean --json\?/],
    [['tools', 'promethius'], /Did you mean prometheus\?/],
    [['hub', '--stdio', '--http', '1'], /cannot be used with/],
    [['hub', '--profile', 'small'], /flat, compact/],
    [['serve'], /missing required argument/],
    [['serve', 'promethius'], /Did you mean prometheus\?/],
    [['search'], /missing required argument/],
    [['search', 'x', '--limit', 'many'], /from 1 to 50/],
    [['search', ' '], /Say what you want/],
    [['route'], /missing required argument/],
    [['route', ' '], /Say what you want/],
    [['call'], /missing required argument/],
    [['call', 'prometheus__source_list', '{"a":}'], /line 1, column 6/],
    [['call', 'prometheus__source_list', '[]'], /one JSON object/],
    [['call', 'prometheus__sauce_list'], /Did you mean prometheus__source_list\?/],
    [['pins', 'approve'], /missing required argument/],
    [['pins', 'diff', 'prometheus'], /built in/],
    [['pins', 'list', 'nobody'], /None is configured/],
    [['init', 'emacs'], /claude-desktop, claude-code, cursor, vscode/],
  ];
  it.each(wrong)('answers the wrong command line %j with exit code 2 and what is right', async (args, expected) => {
    const { code, stdout, stderr } = await desk.run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(STACK);
  });

  it('without a command shows what there is, as a wrong command line', async () => {
    const { code, stderr } = await desk.run();
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: deployment-engine');
  });

  it('names every problem of the configuration, without a stack trace', async () => {
    const config = desk.write('mcp.config.json', { hub: { profile: 'tiny', redOnly: true } });
    const result = await desk.run('tools', '--config', config);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('hub.profile');
    expect(result.stderr).toContain('did you mean "readOnly"?');
    expect(result.stderr).not.toMatch(STACK);
    const typo = desk.write('typo.json', { servers: { promethius: {} } });
    expect((await desk.run('doctor', '--config', typo)).stderr).toContain('did you mean "prometheus"?');
  });

  it('takes the configuration that the environment names', async () => {
    process.env['DEPLOYMENT_ENGINE_CONFIG'] = desk.write('off.json', { servers: { prometheus: { enabled: false } } });
    expect((await desk.run('tools')).stdout).not.toContain('prometheus__');
  });

  it('shows a stack trace only where debugging was asked for', async () => {
    const missing = ['tools', '--config', desk.path('no.json')];
    expect((await desk.run(...missing)).stderr).not.toMatch(STACK);
    process.env['DEPLOYMENT_ENGINE_LOG'] = 'debug';
    expect((await desk.run(...missing)).stderr).toMatch(STACK);
  });

  it('lists tools with their effect, for people and for programs', async () => {
    const listed = await desk.run('tools', 'prometheus');
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/^prometheus__silence_create +write +\S/m);
    expect(listed.stdout.split('\n').every((line) => line === '' || line.startsWith('prometheus__'))).toBe(true);
    const tools = JSON.parse((await desk.run('tools', '--json')).stdout) as { name: string }[];
    expect(tools.find(({ name }) => name === 'prometheus__query')).toMatchObject({
      server: 'prometheus',
      effect: 'read',
      inputSchema: { type: 'object' },
    });
  });

  it('finds tools by words', async () => {
    const found = await desk.run('search', 'which', 'alerts', 'are', 'firing', '--limit', '3');
    expect(found.code).toBe(0);
    expect(found.stdout.trim().split('\n').length).toBeLessThanOrEqual(3);
    const json = JSON.parse((await desk.run('search', 'firing alerts', '--json')).stdout) as { name: string }[];
    expect(json.map(({ name }) => name)).toContain('prometheus__alert_list');
    const none = await desk.run('search', 'qqqqzzzz');
    expect(none).toMatchObject({ code: 0, stdout: '' });
    expect(none.stderr).toContain('No tool fits');
  });

  it('plans a sentence and calls nothing', async () => {
    const planned = await desk.run('route', 'which', 'alerts', 'are', 'firing');
    expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining('deployment-engine call prometheus__alert') });
    const json = JSON.parse((await desk.run('route', 'which alerts are firing', '--json')).stdout) as {
      plan: { steps: { tool: string }[] };
    };
    expect(json.plan.steps[0]?.tool).toMatch(/^prometheus__alert/);
    expect(await desk.run('route', 'qqqqzzzz')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('No plan') });
  });

  it('says that a passed-through server has no search, and lists its tools by their own names', async () => {
    const config = desk.write('through.json', {
      hub: { passthrough: 'changing' },
      mcpServers: { changing: desk.fixture('changing-server') },
    });
    expect(await desk.run('search', 'hello', '--config', config)).toMatchObject({ code: 2, stderr: expect.stringContaining('no search') });
    const tools = JSON.parse((await desk.run('tools', 'changing', '--json', '--config', config)).stdout) as object[];
    expect(tools).toContainEqual(expect.objectContaining({ name: 'greet', server: 'changing', effect: 'write' }));
  });

  it('calls a tool', async () => {
    const called = await desk.run('call', 'prometheus__source_list', '{}', '--json');
    expect(called.code).toBe(0);
    expect(JSON.parse(called.stdout)).toMatchObject({ structuredContent: { sources: [] } });
  });

  it('ends a failed call with exit code 1 and the error on stderr, or whole on stdout for programs', async () => {
    const failed = await desk.run('call', 'prometheus__query', '{"promql":"up"}');
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toMatch(/PROMETHEUS_URL/);
    const json = await desk.run('call', 'prometheus__query', '{"nope":1}', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_input' } } });
  });

  it('prints the owner token, makes it once, and says where it lies', async () => {
    const [first, path] = [await desk.run('token'), await desk.run('token', '--path')];
    expect(first.stdout).toMatch(/^[\w-]{43}\n$/);
    expect(path.stdout.trim()).toBe(desk.path('state', 'owner-token'));
    expect(readFileSync(path.stdout.trim(), 'utf8')).toBe(first.stdout);
    expect((await desk.run('token')).stdout).toBe(first.stdout);
  });

  it('verifies the audit, and finds a record that was changed', async () => {
    await desk.run('call', 'prometheus__source_list');
    const intact = await desk.run('audit', 'verify');
    expect(intact.code).toBe(0);
    expect(intact.stdout).toMatch(/^intact: 1 record in 1 file/m);
    const { folder } = JSON.parse((await desk.run('audit', 'verify', '--json')).stdout) as { folder: string };
    const file = `${folder}/${readdirSync(folder)[0]}`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('source_list', 'source_lost'));
    const changed = await desk.run('audit', 'verify');
    expect(changed.code).toBe(1);
    expect(changed.stdout).toMatch(/problem .*: the record was changed/);
  });
});

describe('doctor', () => {
  it('says what is ready and what is missing; a server that is not ready is no failure of the hub', async () => {
    const { code, stdout } = await desk.run('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/✗ prometheus +\d+ tools +no Prometheus server/);
    expect(stdout).toContain('Set PROMETHEUS_URL');
    expect(stdout).toContain(desk.project);
  });

  it("names what is wrong in a built-in server's own section", async () => {
    const config = desk.write('mcp.config.json', { servers: { prometheus: { sources: 7 } } });
    const json = await desk.run('doctor', '--json', '--config', config);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, config, problems: [{ path: 'servers.prometheus.sources' }] });
    expect((await desk.run('doctor', '--config', config)).stdout).toContain('servers.prometheus.sources');
  });

  it('tries third-party servers and shows the end of their stderr without its secrets', async () => {
    const config = desk.write('mcp.config.json', {
      mcpServers: {
        broken: desk.fixture('crashing-server'),
        chatty: desk.fixture('talkative-server'),
        missing: { command: 'no-such-program-here' },
      },
    });
    const { code, stdout } = await desk.run('doctor', '--config', config);
    expect(code).toBe(0);
    expect(stdout).toMatch(/✗ broken +0 tools +broken could not be started/);
    expect(stdout).toMatch(/stderr: cannot sign in with password=\[masked\] to db\.example\.org/);
    expect(stdout).toMatch(/✓ chatty +2 tools\n/);
    expect(stdout).toContain('stderr: deprecated: use --token-file');
    expect(stdout).toMatch(/✗ missing .*no-such-program-here/);
    expect(stdout).not.toMatch(/hunter2|abcdef0123456789/);
    const { servers } = JSON.parse((await desk.run('doctor', '--config', config, '--json')).stdout) as { servers: object[] };
    expect(servers).toContainEqual(
      expect.objectContaining({ name: 'broken', kind: 'third-party', ready: false, stderr: expect.arrayContaining(['starting up']) }),
    );
  });

  it('shows what a strange server writes, and sends none of it to the terminal', async () => {
    const config = desk.write('mcp.config.json', { mcpServers: { chatty: desk.fixture('talkative-server') } });
    const { stdout } = await desk.run('tools', 'chatty', '--config', config);
    expect(stdout).toContain('chatty__ping');
    expect(stdout).toContain('chatty__pong');
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });
});
