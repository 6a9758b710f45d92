import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExec } from '../../platform/exec/index.ts';
import { createLog } from '../../platform/log/index.ts';
import { createRoots } from '../../platform/paths/index.ts';
import { createRuntime } from '../assemble.ts';
import { defaultPolicy } from '../policy.ts';
import { kitchen, modern, type Seen } from './front.testing.ts';
import { serveOverStdio, type StdioFront } from './stdio.ts';

type Message = {
  id?: unknown;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
};

/** A client at the other end of two streams. */
class Talk {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly seen: Seen = { dropped: 0, aborted: 0, started: 0, watching: 0, changed: undefined };
  readonly front: StdioFront;
  readonly heard: Message[] = [];
  readonly #waiting: { wanted: (message: Message) => boolean; resolve: (message: Message) => void }[] = [];
  #rest = '';

  constructor(roots: string) {
    const env = { DEPLOYMENT_ENGINE_ROOTS: roots };
    const log = createLog({ level: 'silent' });
    const operator = createRoots({ env });
    const runtime = createRuntime(kitchen(this.seen), {
      env,
      exec: createExec({ env }),
      log,
      roots: operator,
      stateDir: '/nonexistent',
      policy: defaultPolicy(),
      record: () => undefined,
      observe: () => undefined,
    });
    this.output.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString()).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#hear(JSON.parse(line) as Message);
    });
    this.front = serveOverStdio({ backend: runtime, log, roots: operator, streams: { input: this.input, output: this.output } });
  }

  #hear(message: Message): void {
    this.heard.push(message);
    const index = this.#waiting.findIndex(({ wanted }) => wanted(message));
    if (index !== -1) this.#waiting.splice(index, 1)[0]!.resolve(message);
  }

  send(message: object): void {
    this.input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  next(wanted: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => this.#waiting.push({ wanted, resolve }));
  }

  async ask(message: { id: string | number; method: string; params?: object }): Promise<Message> {
    const answer = this.next(({ id, method }) => id === message.id && method === undefined);
    this.send(message);
    return answer;
  }

  async initialize(capabilities: object = {}): Promise<void> {
    await this.ask({
      id: 'init',
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities, clientInfo: { name: 't', version: '1' } },
    });
    this.send({ method: 'notifications/initialized' });
  }

  call(id: number, name: string, args: object = {}, more: object = {}): Promise<Message> {
    return this.ask({ id, method: 'tools/call', params: { name, arguments: args, ...more } });
  }
}

let folder: string;
let talk: Talk;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'streams-')));
  for (const name of ['inside', 'inside/deep', 'outside']) mkdirSync(join(folder, name));
  talk = new Talk(join(folder, 'inside'));
});
afterEach(async () => {
  await talk.front.close();
  await talk.front.closed;
  rmSync(folder, { recursive: true, force: true });
});

const PATIENT = { timeout: 20_000 };
const modernCall = (id: number, method: string, params: Record<string, unknown> = {}, meta: object = {}) => ({
  ...(modern(method, params, meta).message as { method: string }),
  id,
});

describe('the handshake era', () => {
  it('is answered by both roads alike', async () => {
    await talk.initialize();
    expect(await talk.call(1, 'text_echo', { text: 'a' })).toMatchObject({ result: { structuredContent: { text: 'a' } } });
    expect((await talk.ask({ id: 2, method: 'tools/list' })).result?.['tools']).toHaveLength(6);
    expect(await talk.call(3, 'no_such')).toMatchObject({ error: { code: -32_602, message: 'Unknown tool: no_such' } });
    expect(await talk.ask({ id: 4, method: 'ping' })).toMatchObject({ result: {} });
  });

  it('reads resources and prompts, and completes', async () => {
    await talk.initialize();
    expect((await talk.ask({ id: 1, method: 'resources/list' })).result?.['resources']).toMatchObject([{ uri: 'kitchen://menu' }]);
    expect((await talk.ask({ id: 2, method: 'resources/templates/list' })).result?.['resourceTemplates']).toMatchObject([
      { uriTemplate: 'kitchen://{dish}' },
    ]);
    expect((await talk.ask({ id: 3, method: 'resources/read', params: { uri: 'kitchen://soup' } })).result?.['contents']).toEqual([
      { uri: 'kitchen://soup', mimeType: 'text/plain', text: 'soup' },
    ]);
    expect((await talk.ask({ id: 4, method: 'resources/read', params: { uri: 'nowhere://\u202Ex' } })).error?.message).toBe(
      'There is no resource nowhere://x.',
    );
    expect((await talk.ask({ id: 5, method: 'prompts/list' })).result?.['prompts']).toMatchObject([{ name: 'cook' }]);
    expect(
      (await talk.ask({ id: 6, method: 'prompts/get', params: { name: 'cook', arguments: { dish: 'soup' } } })).result?.['messages'],
    ).toMatchObject([{ content: { text: 'Cook soup' } }]);
    expect((await talk.ask({ id: 7, method: 'prompts/get', params: { name: 'cook' } })).error).toMatchObject({
      code: -32_602,
      message: expect.stringContaining('dish'),
    });
    expect(
      (
        await talk.ask({
          id: 8,
          method: 'completion/complete',
          params: { ref: { type: 'ref/prompt', name: 'cook' }, argument: { name: 'dish', value: 'soup' } },
        })
      ).result,
    ).toMatchObject({ completion: { values: ['soups'] } });
  });

  it('cancels a call, which then gets no answer', async () => {
    await talk.initialize();
    talk.send({ id: 1, method: 'tools/call', params: { name: 'call_wait', arguments: {} } });
    await expect.poll(() => talk.seen.started, PATIENT).toBe(1);
    talk.send({ method: 'notifications/cancelled', params: { requestId: 2 } });
    talk.send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    await expect.poll(() => talk.seen.aborted, PATIENT).toBe(1);
    await talk.ask({ id: 3, method: 'ping' });
    expect(talk.heard.some(({ id }) => id === 1)).toBe(false);
  });

  it('reports progress, and tells what is severe enough', async () => {
    await talk.initialize();
    await talk.call(1, 'call_tell', {}, { _meta: { progressToken: 'p' } });
    expect(talk.heard.slice(-3)).toMatchObject([
      { method: 'notifications/message', params: { level: 'warning', data: 'careful', logger: 'kitchen' } },
      { method: 'notifications/progress', params: { progressToken: 'p', progress: 1, total: 2, message: 'half' } },
      { id: 1 },
    ]);
    await talk.ask({ id: 2, method: 'logging/setLevel', params: { level: 'error' } });
    const before = talk.heard.length;
    await talk.call(3, 'call_tell');
    expect(talk.heard.slice(before)).toMatchObject([{ id: 3 }]);
  });

  it('watches resources until the connection ends', async () => {
    await talk.initialize();
    await talk.ask({ id: 1, method: 'resources/subscribe', params: { uri: 'kitchen://soup' } });
    const told = talk.next(({ method }) => method === 'notifications/resources/updated');
    talk.seen.changed?.();
    expect((await told).params).toEqual({ uri: 'kitchen://soup' });
    expect(talk.seen.watching).toBe(1);
    await talk.front.close();
    expect(talk.seen.watching).toBe(0);
  });

  it('bounds the watches of one connection', async () => {
    await talk.initialize();
    for (let dish = 0; dish < 1_000; dish += 1)
      talk.send({ id: dish, method: 'resources/subscribe', params: { uri: `kitchen://${dish}` } });
    expect((await talk.ask({ id: 'more', method: 'resources/subscribe', params: { uri: 'kitchen://more' } })).error?.message).toContain(
      '1000 subscriptions',
    );
    await talk.ask({ id: 'end', method: 'resources/unsubscribe', params: { uri: 'kitchen://0' } });
    expect((await talk.ask({ id: 'again', method: 'resources/subscribe', params: { uri: 'kitchen://more' } })).error).toBeUndefined();
  });
});

describe('the roots of a client', () => {
  const tell = (roots: string[]) => async (): Promise<void> => {
    const { id } = await talk.next(({ method }) => method === 'roots/list');
    talk.send({ id, result: { roots: roots.map((path) => ({ uri: pathToFileURL(path).href })) } });
  };
  const folders = async (id: number): Promise<unknown> => {
    const answer = await talk.call(id, 'folder_list');
    return (answer.result?.['structuredContent'] as { folders?: string[] } | undefined)?.folders;
  };

  it('are not asked for by a call that touches no folder', async () => {
    await talk.initialize({ roots: {} });
    await talk.call(1, 'text_echo', { text: 'a' });
    expect(talk.heard.some(({ method }) => method === 'roots/list')).toBe(false);
  });

  it('narrow what the operator allows, asked once until they change', async () => {
    await talk.initialize({ roots: { listChanged: true } });
    void tell([join(folder, 'inside', 'deep'), join(folder, 'outside')])();
    expect(await folders(1)).toEqual([join(folder, 'inside', 'deep')]);
    expect(await folders(2)).toEqual([join(folder, 'inside', 'deep')]);
    expect(talk.heard.filter(({ method }) => method === 'roots/list')).toHaveLength(1);
    talk.send({ method: 'notifications/roots/list_changed' });
    void tell([folder])();
    expect(await folders(3)).toEqual([join(folder, 'inside')]);
  });

  it('never widen it', async () => {
    await talk.initialize({ roots: {} });
    void tell(['/', join(folder, 'outside')])();
    expect(await folders(1)).toEqual([join(folder, 'inside')]);
  });

  it('that lie elsewhere leave nothing', async () => {
    await talk.initialize({ roots: {} });
    void tell([join(folder, 'outside')])();
    expect(await folders(1)).toEqual([]);
  });

  it('are the operator’s where the client has none', async () => {
    await talk.initialize();
    expect(await folders(1)).toEqual([join(folder, 'inside')]);
  });
});

describe('2026-07-28', () => {
  it('needs no handshake, and every request says what its client can', async () => {
    expect(await talk.ask(modernCall(1, 'tools/call', { name: 'text_echo', arguments: { text: 'a' } }))).toMatchObject({
      result: { resultType: 'complete', structuredContent: { text: 'a' } },
    });
    expect(await talk.ask(modernCall(2, 'tools/call', { name: 'text_echo', arguments: { text: 'b' } }))).toMatchObject({
      result: {
        resultType: 'complete',
        structuredContent: { text: 'b' },
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'kitchen' } },
      },
    });
    expect((await talk.ask(modernCall(3, 'tools/call', { name: 'name_ask', arguments: {} }))).error).toMatchObject({
      data: { requiredCapabilities: { elicitation: {} } },
    });
    const asking = await talk.ask(
      modernCall(
        4,
        'tools/call',
        { name: 'name_ask', arguments: {} },
        { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } },
      ),
    );
    expect(asking).toMatchObject({
      result: { resultType: 'input_required', inputRequests: { confirm: { method: 'elicitation/create' } } },
    });
    const { requestState } = asking.result as { requestState: string };
    const answered = modernCall(
      5,
      'tools/call',
      { name: 'name_ask', arguments: {}, requestState, inputResponses: { confirm: { action: 'accept', content: { name: 'Ada' } } } },
      { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } },
    );
    expect(await talk.ask(answered)).toMatchObject({ result: { structuredContent: { name: 'Ada' } } });
  });

  it('listens to resources for as long as it wants', async () => {
    const listen = modernCall(1, 'subscriptions/listen', {
      notifications: { resourceSubscriptions: ['kitchen://soup', 'kitchen://menu'] },
    });
    await talk.ask(modernCall(0, 'tools/list'));
    talk.send(listen);
    await expect.poll(() => talk.seen.watching, PATIENT).toBe(1);
    await expect.poll(() => talk.heard.some(({ method }) => method === 'notifications/subscriptions/acknowledged'), PATIENT).toBe(true);
    const told = talk.next(({ method }) => method === 'notifications/resources/updated');
    talk.seen.changed?.();
    expect((await told).params).toMatchObject({ uri: 'kitchen://soup' });
    talk.send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    await expect.poll(() => talk.seen.watching, PATIENT).toBe(0);
  });

  it('listens from the very first message on', async () => {
    talk.send(modernCall(1, 'subscriptions/listen', { notifications: { resourceSubscriptions: ['kitchen://soup'] } }));
    await expect.poll(() => talk.seen.watching, PATIENT).toBe(1);
    await expect.poll(() => talk.heard.some(({ method }) => method === 'notifications/subscriptions/acknowledged'), PATIENT).toBe(true);
    const told = talk.next(({ method }) => method === 'notifications/resources/updated');
    talk.seen.changed?.();
    expect((await told).params).toMatchObject({ uri: 'kitchen://soup' });
    talk.send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    await expect.poll(() => talk.seen.watching, PATIENT).toBe(0);
  });

  it('watches nothing for a stream that is refused', async () => {
    await talk.ask(modernCall(0, 'tools/list'));
    expect(
      (await talk.ask(modernCall(1, 'subscriptions/listen', { notifications: { resourceSubscriptions: ['kitchen://soup', 5] } }))).error,
    ).toMatchObject({ code: -32_602 });
    await talk.ask(modernCall(2, 'tools/list'));
    expect(talk.seen.watching).toBe(0);
  });
});

describe('the end', () => {
  it('comes with the end of the input, once what was asked is answered', async () => {
    await talk.initialize();
    const answer = talk.next(({ id }) => id === 9);
    talk.input.end(
      `${JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'text_echo', arguments: { text: 'last' } } })}\n`,
    );
    expect(await answer).toMatchObject({ result: { structuredContent: { text: 'last' } } });
    await talk.front.closed;
  });

  it('comes with a client that reads no more', async () => {
    await talk.initialize();
    talk.output.destroy(new Error('EPIPE'));
    await talk.front.closed;
  });

  it('answers what is no message, and goes on until a line has no end', async () => {
    await talk.initialize();
    for (const line of ['nonsense', '5', '{"jsonrpc":"2.0","id":1}', Buffer.from([0xff]).toString('latin1')]) {
      const answer = talk.next(({ error }) => error !== undefined);
      talk.input.write(Buffer.concat([Buffer.from(line, 'latin1'), Buffer.from('\n')]));
      expect([-32_700, -32_600]).toContain((await answer).error?.code);
    }
    const last = talk.next(({ error }) => error !== undefined);
    talk.input.write(Buffer.alloc(16 * 1024 * 1024 + 1, 0x78));
    expect((await last).error?.message).toContain('larger than');
    await talk.front.closed;
  });
});
