import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool, reads, writes, type ServerDefinition, type ToolContext } from '../toolkit/index.ts';
import { listingOf } from '../toolkit/start/listing.ts';
import { connect, connectV1, program, serveHttp, type ServedBackend } from './connect.ts';
import { conversation, OPENINGS } from './conversation.ts';
import { open, type OpenServer } from './open.ts';

export interface ContractOptions {
  /** The server's entry file, `new URL('./main.ts', import.meta.url)`. */
  main: URL;
  /** Its committed surface, `new URL('../tools.json', import.meta.url)`. */
  toolsJson: URL;
  /** A read that needs no backend to answer: with a result or with a typed error. */
  read: { tool: string; args: Record<string, unknown> };
  /** Folders for the server. */
  roots?: readonly string[];
  config?: object;
}

const MARK = 'planted';
const HOSTILE = `\u001B[31mred\u001B[0m \u202Eevil\u202C zero\u200Bwidth AKIAIOSFODNN7EXAMPLE`;

/** Tools that every server gets for the time of the suite: one that waits for its signal, one whose backend is hostile, one that writes. */
function planted(seen: { aborted: boolean }, started: () => void) {
  const nothing = z.strictObject({});
  return [
    defineTool({
      name: `${MARK}_wait`,
      title: 'Wait',
      description: 'Waits until it is cancelled.',
      scopes: [],
      annotations: reads(),
      inputSchema: nothing,
      outputSchema: z.object({}),
      handler: (_input, { signal }: ToolContext) =>
        new Promise<Record<string, never>>((resolve) => {
          started();
          signal.addEventListener('abort', () => {
            seen.aborted = true;
            resolve({});
          });
        }),
    }),
    defineTool({
      name: `${MARK}_hostile`,
      title: 'Hostile',
      description: 'Returns what must not pass.',
      scopes: [],
      annotations: reads(),
      inputSchema: nothing,
      outputSchema: z.object({ text: z.string() }),
      handler: () => ({ text: HOSTILE }),
      render: ({ text }) => text,
    }),
    defineTool({
      name: `${MARK}_write`,
      title: 'Write',
      description: 'Writes.',
      scopes: [],
      annotations: writes(),
      inputSchema: nothing,
      outputSchema: z.object({}),
      handler: () => ({}),
    }),
  ];
}

/** What must hold for every server of ours; each server's test calls it. */
export function contractSuite(definition: ServerDefinition, options: ContractOptions): void {
  const surface = definition.surface();
  const names = surface.tools.map(({ name }) => name).toSorted();
  const roots = options.roots === undefined ? {} : { roots: options.roots };
  const config = options.config === undefined ? {} : { config: options.config };

  describe(`contract of ${definition.name}`, () => {
    it('shows exactly the committed surface', () => {
      expect(JSON.parse(JSON.stringify(surface))).toEqual(JSON.parse(readFileSync(options.toolsJson, 'utf8')));
    });

    it('describes every tool and every input field, strictly', () => {
      for (const tool of surface.tools) {
        expect(tool.description.length, tool.name).toBeGreaterThan(10);
        expect(tool.inputSchema['additionalProperties'], `${tool.name} refuses unknown arguments`).toBe(false);
        for (const path of undescribed(tool.inputSchema, tool.name)) expect.fail(`${path} has no description`);
      }
    });

    it('needs no configuration', () => {
      expect(definition.config.safeParse({}).success).toBe(true);
    });

    it('begins as its program does, which has only the committed surface', async () => {
      const server = await open(definition, { ...roots, ...config });
      try {
        const listing = listingOf(surface, { readOnly: false, toolsets: undefined });
        for (const [kind, lines] of Object.entries(OPENINGS)) {
          const quick = await conversation(lines, { backend: server.runtime, listing });
          expect(quick, kind).toEqual(await conversation(lines, { backend: server.runtime }));
          expect(quick.length, kind).toBe(lines.filter((line) => 'id' in line).length);
        }
      } finally {
        await server.close();
      }
    });

    describe('over stdio', () => {
      it.each(['legacy', 'modern'] as const)('lists its tools in the %s era', async (era) => {
        const client = await connect(program(options.main), era);
        expect((await client.listTools()).tools.map(({ name }) => name).toSorted()).toEqual(names);
        await client.close();
      });

      it('lists its tools to the v1 client', async () => {
        const client = await connectV1(program(options.main));
        expect((await client.listTools()).tools.map(({ name }) => name).toSorted()).toEqual(names);
        await client.close();
      });

      it('writes nothing but JSON-RPC to stdout, and ends with its input', async () => {
        const { lines, code } = await converse(options.main);
        expect(lines.length).toBeGreaterThan(1);
        for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
        expect(code).toBe(0);
      });
    });

    describe('over HTTP', () => {
      const seen = { aborted: false };
      const running = Promise.withResolvers<void>();
      let server: OpenServer;
      let served: ServedBackend;
      beforeAll(async () => {
        server = await open({ ...definition, tools: [...definition.tools, ...planted(seen, running.resolve)] }, { ...roots, ...config });
        served = await serveHttp(server.runtime);
      });
      afterAll(async () => {
        await served.close();
        await server.close();
      });

      it.each(['legacy', 'modern'] as const)('lists and calls in the %s era', async (era) => {
        const client = await connect(served, era);
        expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
        const result = await client.callTool({ name: options.read.tool, arguments: options.read.args });
        if (result.isError)
          expect(result.structuredContent).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
        else expect(result.structuredContent).toBeTypeOf('object');
        await client.close();
      });

      it('lists to the v1 client', async () => {
        const client = await connectV1(served);
        expect((await client.listTools()).tools.length).toBeGreaterThan(0);
        await client.close();
      });

      it('refuses a foreign Host, a foreign Origin and a body that is too large', async () => {
        const { status } = await post(served.url, '{}', { origin: 'https://evil.example' });
        expect(status).toBe(403);
        expect(await statusWithHost(served.url, 'evil.example')).toBe(403);
        expect((await post(served.url, `"${'x'.repeat(1024 * 1024)}"`)).status).toBe(413);
      });

      it('ends the work of a cancelled call', async () => {
        const client = await connect(served, 'legacy');
        const stop = new AbortController();
        const call = client.callTool({ name: `${MARK}_wait`, arguments: {} }, { signal: stop.signal });
        await running.promise;
        stop.abort();
        await expect(call).rejects.toThrow();
        await expect.poll(() => seen.aborted).toBe(true);
        await client.close();
      });

      it('cleans a hostile output', async () => {
        const client = await connect(served, 'modern');
        const result = await client.callTool({ name: `${MARK}_hostile`, arguments: {} });
        const text = JSON.stringify(result);
        for (const bad of ['\\u001b', '\u202E', '\u200B', 'AKIAIOSFODNN7EXAMPLE'])
          expect(text.toLowerCase()).not.toContain(bad.toLowerCase());
        expect(text).toContain('red');
        await client.close();
      });

      it('answers an unknown tool with a protocol error and an unknown argument with invalid_input', async () => {
        const client = await connect(served, 'modern');
        await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toThrow(/unknown tool/i);
        const result = await client.callTool({ name: options.read.tool, arguments: { ...options.read.args, no_such_argument: 1 } });
        expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_input' } } });
        await client.close();
      });
    });

    it('hides and refuses every write in read-only mode', async () => {
      const server = await open(
        { ...definition, tools: [...definition.tools, ...planted({ aborted: false }, () => undefined)] },
        { ...roots, ...config, readOnly: true },
      );
      const listed = await server.runtime.listTools(server.caller());
      const effects = new Map(surface.tools.map(({ name, effect }) => [name, effect]));
      for (const { name } of listed) expect(effects.get(name) ?? 'read', name).toBe('read');
      const writing = [...surface.tools.filter(({ effect }) => effect !== 'read').map(({ name }) => name), `${MARK}_write`];
      for (const name of writing) {
        const result = await server.call(name, {});
        // arguments are looked at first; either way nothing happens
        expect(result.ok, name).toBe(false);
        if (result.ok === false) expect(['read_only', 'invalid_input'], name).toContain(result.error.code);
      }
      expect(await server.call(`${MARK}_write`, {})).toMatchObject({ ok: false, error: { code: 'read_only' } });
      await server.close();
    });
  });
}

interface SchemaNode {
  description?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
}

function undescribed(schema: SchemaNode, at: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => [
    ...(child.description ? [] : [`${at}.${name}`]),
    ...undescribed(child, `${at}.${name}`),
    ...(child.items ? undescribed(child.items, `${at}.${name}[]`) : []),
    ...(child.anyOf ?? []).flatMap((choice) => undescribed(choice, `${at}.${name}`)),
  ]);
}

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
  });
}

/** `fetch` sets Host itself, so this one speaks HTTP by hand. */
async function statusWithHost(url: string, host: string): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { host, 'content-type': 'application/json' } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', reject);
    sent.end('{}');
  });
}

/** A whole conversation by hand: initialize, list, end of input. */
async function converse(main: URL): Promise<{ lines: string[]; code: number | null }> {
  const { command, args, env } = program(main);
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let text = '';
  const answered = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes('"id":2')) answered.resolve();
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  send({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'by-hand', version: '1' } },
  });
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'tools/list' });
  await Promise.race([answered.promise, exited]);
  child.stdin.end();
  return { code: await exited, lines: text.split('\n').filter(Boolean) };
}
