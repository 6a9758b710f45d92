import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, type Principal } from '../../contracts/index.ts';
import { connect, program } from '../../testing/connect.ts';
import { decisionMeta } from './decision.ts';
import { DECISION_KEY_ENV } from './decision-key.ts';
import { modern } from './front.testing.ts';

const entry = new URL('./kitchen.testing.ts', import.meta.url);
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'kitchen-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Message = Record<string, unknown>;
const running: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

class Conversation {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  readonly #lines: Message[] = [];
  readonly #waiting: ((message: Message) => void)[] = [];
  stderr = '';

  constructor(args: string[] = [], env: Record<string, string> = {}) {
    const { command, args: argv, env: inherited } = program(entry, args, { DEPLOYMENT_ENGINE_HOME: home, ...env });
    this.child = spawn(command, argv, { env: inherited });
    running.push(this.child);
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as Message;
      const next = this.#waiting.shift();
      if (next) next(message);
      else this.#lines.push(message);
    });
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.child.stdin.on('error', () => undefined);
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  write(line: string | Buffer): void {
    this.child.stdin.write(line);
  }

  async next(): Promise<Message> {
    return this.#lines.shift() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  async ask(message: unknown): Promise<Message> {
    this.write(`${JSON.stringify(message)}\n`);
    return this.next();
  }

  async initialize(): Promise<void> {
    await this.ask({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
    });
    this.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }
}

const echo = (id: unknown, text = 'hi') => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'text_echo', arguments: { text } },
});

describe('over stdio', () => {
  it.each(['legacy', 'modern'] as const)('serves the %s era', async (era) => {
    const client = await connect(program(entry, [], { DEPLOYMENT_ENGINE_HOME: home }), era, {
      capabilities: { elicitation: { form: {} } },
    });
    client.setRequestHandler('elicitation/create', async () => ({ action: 'accept' as const, content: { name: 'Ada' } }));
    expect((await client.listTools()).tools).toHaveLength(6);
    for (const text of ['one', 'two'])
      expect(await client.callTool({ name: 'text_echo', arguments: { text } })).toMatchObject({ structuredContent: { text } });
    await expect(client.callTool({ name: 'no_such', arguments: {} })).rejects.toThrow(/Unknown tool/);
    const stop = new AbortController();
    const waiting = client.callTool({ name: 'call_wait', arguments: {} }, { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toThrow();
    expect(await client.callTool({ name: 'text_echo', arguments: { text: 'after' } })).toMatchObject({
      structuredContent: { text: 'after' },
    });
    await client.close();
  });

  it('answers what is no message, and goes on', async () => {
    const talk = new Conversation();
    await talk.initialize();
    const cases: [string | Buffer, number, unknown][] = [
      ['not json', -32_700, null],
      [Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'), Buffer.from([0xff]), Buffer.from('"}')]), -32_700, null],
      ['null', -32_600, null],
      ['5', -32_600, null],
      ['[]', -32_600, null],
      [`[${JSON.stringify(echo(1))}]`, -32_600, null],
      ['{"jsonrpc":"1.0","id":3,"method":"ping"}', -32_600, 3],
      ['{"id":4,"method":"ping"}', -32_600, 4],
      ['{"jsonrpc":"2.0","id":5}', -32_600, 5],
      ['{"jsonrpc":"2.0","id":6,"method":"no/such"}', -32_601, 6],
    ];
    for (const [line, code, id] of cases) {
      talk.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
      expect(await talk.next(), String(line)).toMatchObject({ jsonrpc: '2.0', id, error: { code } });
    }
    talk.write('\n  \r\n');
    expect(await talk.ask(echo(7))).toMatchObject({ id: 7, result: { structuredContent: { text: 'hi' } } });
    talk.child.stdin.end();
    expect(await talk.ended).toBe(0);
  });

  it('takes a message in pieces, and several at once', async () => {
    const talk = new Conversation();
    await talk.initialize();
    const line = Buffer.from(`${JSON.stringify(echo('ä', 'ö'))}\n`);
    // a cut inside a letter of two bytes
    const cut = line.indexOf(Buffer.from('ö')) + 1;
    talk.write(line.subarray(0, cut));
    talk.write(Buffer.concat([line.subarray(cut), line]));
    for (const _turn of [1, 2]) expect(await talk.next()).toMatchObject({ id: 'ä', result: { structuredContent: { text: 'ö' } } });
  });

  it('gives up on a message without end', async () => {
    const talk = new Conversation();
    await talk.initialize();
    talk.write('x'.repeat(16 * 1024 * 1024 + 1));
    expect(await talk.next()).toMatchObject({ id: null, error: { code: -32_600, message: expect.stringContaining('larger') } });
    expect(await talk.ended).toBe(0);
  });

  it('answers what was asked before the end of the input', async () => {
    const talk = new Conversation();
    await talk.initialize();
    talk.child.stdin.end(`${JSON.stringify(echo(1))}\n${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' })}\n`);
    expect([(await talk.next())['id'], (await talk.next())['id']].toSorted()).toEqual([1, 2]);
    expect(await talk.ended).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends by %s', async (signal) => {
    const talk = new Conversation();
    await talk.initialize();
    talk.child.kill(signal);
    expect(await talk.ended).toBe(0);
  });

  it('believes a decision of the hub with its key only, and else plans first', async () => {
    const stranger: Principal = { id: 'anonymous', kind: 'anonymous', scopes: [], roles: [] };
    const key = 'k'.repeat(43);
    const talk = new Conversation([], { [DECISION_KEY_ENV]: key });
    await talk.initialize();
    const drop = (id: number, meta: object, args: object = {}): object => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: 'all_drop', arguments: { what: 'db', ...args }, _meta: meta },
    });
    // decided by the hub: no plan is asked for a second time
    expect(await talk.ask(drop(1, decisionMeta(key, stranger)))).not.toHaveProperty('result.isError');
    expect(await talk.ask(drop(2, decisionMeta('wrong', OWNER)))).toMatchObject({
      result: { isError: true, structuredContent: { error: { code: 'confirmation_required' } } },
    });
    // the owner whose client cannot be asked sees a plan, and carries it out by its token
    const planned = (await talk.ask(drop(3, {}))) as { result: { structuredContent: { error: { details: { plan_token: string } } } } };
    const { plan_token } = planned.result.structuredContent.error.details;
    expect(await talk.ask(drop(4, {}, { plan_token }))).not.toHaveProperty('result.isError');
    expect(await talk.ask(drop(5, {}, { plan_token }))).toMatchObject({
      result: { isError: true, structuredContent: { error: { code: 'confirmation_required' } } },
    });
  });
});

describe('as a program', () => {
  it('says what it is and what it takes', async () => {
    const output = async (...args: string[]): Promise<[string, number | null]> => {
      const { command, args: argv, env } = program(entry, args);
      const child = spawn(command, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let text = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      return [text, code];
    };
    const [help, code] = await output('--help');
    expect(code).toBe(0);
    expect(help).toMatch(/deployment-engine-kitchen — Kitchen[\s\S]+--read-only/);
    const [text, failed] = await output('--log-level', 'loud');
    expect(failed).toBe(1);
    expect(text.trim().split('\n').length, text).toBeLessThanOrEqual(2);
    expect(text).not.toMatch(/\bat .+:\d+/);
  });

  it('serves HTTP to the owner by the token, and tells a busy port in one line', async () => {
    const talk = new Conversation(['--http', '0']);
    await expect.poll(() => talk.stderr, { timeout: 20_000 }).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+\/mcp/);
    const url = /http:\S+/.exec(talk.stderr)![0];
    const { message, headers } = modern('tools/call', { name: 'text_echo', arguments: { text: 'hi' } });
    const post = async (authorization?: string): Promise<Response> =>
      fetch(url, {
        method: 'POST',
        body: JSON.stringify(message),
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
          ...(authorization === undefined ? {} : { authorization }),
        },
      });
    expect(await (await post()).json()).toMatchObject({
      result: { isError: true, structuredContent: { error: { code: 'unauthenticated' } } },
    });
    expect((await post('Bearer wrong')).status).toBe(401);
    const file = (await readdir(home)).find((name) => name.includes('token'))!;
    expect((await stat(join(home, file))).mode & 0o777).toBe(0o600);
    const token = (await readFile(join(home, file), 'utf8')).trim();
    expect(await (await post(`Bearer ${token}`)).json()).toMatchObject({ result: { structuredContent: { text: 'hi' } } });

    const second = new Conversation(['--http', new URL(url).port]);
    expect(await second.ended).toBe(1);
    expect(second.stderr).toContain('already in use');
    expect(second.stderr.trim().split('\n')).toHaveLength(2);

    talk.child.kill('SIGTERM');
    expect(await talk.ended).toBe(0);
  });
});
