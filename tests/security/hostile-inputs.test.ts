import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHub, type Hub, hubConfig } from '@deployment-engine/hub';
import { createLog } from '@deployment-engine/shared/platform';
import { program, type ServedBackend, serveHttp } from '@deployment-engine/shared/testing';
import { type Machine, openMachine } from '@deployment-engine/shared/toolkit';
import type { Ground, HostileCall } from './hostile-arguments.ts';
import { HOSTILE_BYTES, HOSTILE_LINES } from './hostile-bytes.ts';
import { HOSTILE_CALLS } from './hostile-calls.ts';
import { HOSTILE_REQUESTS, modernRequest } from './hostile-messages.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = 'the-secret-outside-the-roots';
const KEY = `AKIAIOSFODNN7EXAMPLE`;
const OWNED = '/tmp/deployment-engine-owned';
/** Stands for arguments that are given as JSON text. */
const WRITTEN = '@@written@@';

let base: string;
let ground: Ground;
let env: Record<string, string>;

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'hostile-')));
  ground = { root: join(base, 'root'), repo: join(base, 'root', 'app'), outside: join(base, 'outside') };
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(base, 'home'),
    DEPLOYMENT_ENGINE_HOME: join(base, 'state'),
    DEPLOYMENT_ENGINE_ROOTS: ground.root,
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    PROMETHEUS_URL: 'http://127.0.0.1:9',
    SOME_TOKEN: SECRET,
  };
  for (const folder of [ground.root, ground.outside, ground.repo]) mkdirSync(folder);
  writeFileSync(join(ground.outside, 'secret.txt'), `${SECRET}\n`);
  for (const folder of [ground.outside, ground.repo]) {
    writeFileSync(join(folder, 'a.txt'), 'a\n');
    const git = (...args: string[]): unknown =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        env: { PATH: env['PATH'], HOME: base, GIT_CONFIG_NOSYSTEM: '1' },
        stdio: 'ignore',
      });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
  }
  for (const link of [join(ground.root, 'link'), join(ground.repo, 'link')]) symlinkSync(ground.outside, link);
});
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

/** What no answer may ever carry, whatever was asked. */
function expectHarmless(answer: string): void {
  const text = answer.replaceAll('\\n', '\n');
  expect(text, 'a stack trace').not.toMatch(/\n\s+at \S+|\bnode:internal\b|node_modules/);
  expect(text, 'a path of ours').not.toContain(PROJECT);
  expect(text, 'the state folder').not.toContain(join(base, 'state'));
  expect(text, 'a file outside').not.toContain(SECRET);
  expect(text, 'a secret').not.toContain(KEY);
  expect(text, 'colours or hidden text').not.toMatch(/\\u001b|\u001B|[\u200B\u202A-\u202E]/i);
  expect(answer.length, 'an echo without end').toBeLessThan(20_000);
  expect(({} as { polluted?: unknown }).polluted, 'a prototype').toBeUndefined();
  expect(existsSync(OWNED), 'a command that ran').toBe(false);
}

interface Answer {
  result?: { isError?: boolean; content: { text: string }[]; structuredContent?: { error?: { code: string; message: string } } };
  error?: { code: number; message: string };
}

function expectRefused({ result, error }: Answer, { code, says }: HostileCall): void {
  if (code === 'unknown_tool') {
    expect(error).toMatchObject({ code: -32_602 });
    expect(error?.message).toMatch(says);
    return;
  }
  expect(result?.structuredContent?.error).toMatchObject({ code });
  expect(result?.isError).toBe(true);
  expect(result?.structuredContent?.error?.message).toMatch(says);
  // what a model reads says the same
  expect(result?.content[0]?.text.startsWith(`${code}: `)).toBe(true);
}

it('has at least fifty rows, each of its own name', () => {
  for (const table of [HOSTILE_CALLS, HOSTILE_REQUESTS, HOSTILE_BYTES, HOSTILE_LINES])
    expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
  expect(HOSTILE_CALLS.length + HOSTILE_REQUESTS.length + HOSTILE_BYTES.length + HOSTILE_LINES.length).toBeGreaterThan(120);
});

describe('over HTTP', () => {
  let machine: Machine;
  let hub: Hub;
  let served: ServedBackend;
  beforeAll(() => {
    machine = openMachine({ name: 'hostile', env, log: createLog({ level: 'silent' }) });
    hub = createHub(hubConfig.parse({}), machine);
    return serveHttp(hub).then((backend) => {
      served = backend;
    });
  });
  afterAll(async () => {
    await served.close();
    await hub.close();
    await machine.close();
  });

  const post = async (headers: Record<string, string>, body: string | Uint8Array): Promise<{ status: number; text: string }> => {
    const answer = await fetch(served.url, { method: 'POST', headers, body: body as string });
    return { status: answer.status, text: await answer.text() };
  };
  const messageIn = (text: string): Answer =>
    JSON.parse(text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? 'null')) as Answer;
  const callTool = async (name: string, args: unknown, written?: string): Promise<string> => {
    const { headers, body } = modernRequest('tools/call', { name, arguments: written === undefined ? args : WRITTEN });
    return (
      await post(
        headers,
        body.replace(JSON.stringify(WRITTEN), () => written ?? ''),
      )
    ).text;
  };
  const expectAlive = async (): Promise<void> => {
    expect(messageIn(await callTool('git__status', { repo: ground.repo }))).toMatchObject({ result: { structuredContent: {} } });
    expect((await fetch(new URL('/healthz', served.url))).status).toBe(200);
  };

  it.each(HOSTILE_CALLS)('$name', async (row) => {
    const text = await callTool(row.tool, row.args(ground), row.json);
    expectHarmless(text);
    expectRefused(messageIn(text), { ...row, ...row.http });
    await expectAlive();
  });

  it.each(HOSTILE_REQUESTS)('$name', async ({ headers = {}, body, status, code, says }) => {
    const answer = await post(headers, body);
    expectHarmless(answer.text);
    expect(answer.status).toBe(status);
    const { error } = messageIn(answer.text);
    expect(error).toMatchObject({ code });
    expect(error?.message).toMatch(says);
    await expectAlive();
  });

  it.each(HOSTILE_BYTES)('$name', async ({ bytes, status }) => {
    const { port } = new URL(served.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = createConnection({ host: '127.0.0.1', port: Number(port) });
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve(text) : reject(error)));
      socket.once('close', () => resolve(text));
      socket.write(bytes(Number(port)));
    });
    expectHarmless(answer);
    expect(answer).toMatch(status);
    // and nothing after the refusal: no second answer to a request that was smuggled in
    expect(answer.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(1);
    await expectAlive();
  });
});

describe('over stdio', () => {
  let child: ChildProcessWithoutNullStreams;
  let ended: Promise<unknown>;
  let stderr = '';
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  const next = (): Promise<string> => {
    const line = lines.shift();
    return line === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(line);
  };
  const ask = (line: string | Buffer): Promise<string> => {
    child.stdin.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
    return next();
  };
  const callTool = (id: number, name: string, args: unknown, written?: string): Promise<string> =>
    ask(
      JSON.stringify({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name, arguments: written === undefined ? args : WRITTEN },
      }).replace(JSON.stringify(WRITTEN), () => written ?? ''),
    );

  beforeAll(async () => {
    const { command, args } = program(new URL('../../hub/src/main.ts', import.meta.url), ['hub', '--stdio']);
    child = spawn(command, args, { env, cwd: ground.root });
    ended = once(child, 'close');
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const waiter = waiting.shift();
      if (waiter) waiter(line);
      else lines.push(line);
    });
    await ask(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'hostile', version: '1' } },
      }),
    );
    child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  });
  afterAll(async () => {
    child.stdin.end();
    child.kill('SIGTERM');
    await ended;
  });

  it.each(HOSTILE_CALLS)('$name', async (row) => {
    const text = await callTool(100, row.tool, row.args(ground), row.json);
    expectHarmless(text);
    expectRefused(JSON.parse(text) as Answer, row);
    expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', id: 100 });
  });

  it.each(HOSTILE_LINES)('$name', async ({ line, id, code, says }) => {
    const text = await ask(line);
    expectHarmless(text);
    const answer = JSON.parse(text) as Answer;
    expect(answer).toMatchObject({ jsonrpc: '2.0', id, error: { code } });
    expect(answer.error?.message).toMatch(says);
  });

  it('still answers, wrote nothing else to stdout, and no secret to stderr', async () => {
    expect(JSON.parse(await callTool(999, 'git__status', { repo: ground.repo }))).toMatchObject({
      id: 999,
      result: { structuredContent: {} },
    });
    expect(lines).toEqual([]);
    expect(stderr).not.toContain(SECRET);
    expect(stderr).not.toContain(KEY);
  });
});
