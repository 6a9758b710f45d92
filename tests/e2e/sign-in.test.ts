import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw } from '../conformance/raw-http.ts';
import { type Ground, type HttpHub, prepareGround, startHttpHub } from '../hub-process/index.ts';
import { CLIENTS, failureOf, type HubClient, openClient } from './clients.ts';

/** Tokens that a list may cost, by the rule of thumb of four bytes each. */
const COMPACT_TOKENS = 1_500;

const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'via', 'x-real-ip'];

const LIST = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/list',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'sign-in', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/list',
};

describe('the hub over HTTP on loopback', () => {
  let ground: Ground;
  let hub: HttpHub;
  let token: string;

  beforeAll(async () => {
    ground = prepareGround();
    hub = await startHttpHub(ground.env);
    token = readFileSync(join(ground.home, 'owner-token'), 'utf8').trim();
  });
  afterAll(async () => {
    await hub.stop();
    ground.clear();
  });

  const list = async (headers: Record<string, string> = {}, query = '') =>
    raw(`${hub.url}${query}`, { headers: { ...HEADERS, ...headers }, body: JSON.stringify(LIST) });
  const namesOf = (messages: unknown[]): string[] =>
    (messages.at(-1) as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);

  describe.each(CLIENTS)('client %s', (kind) => {
    const using = async <T>(headers: Record<string, string>, query: string, run: (client: HubClient) => Promise<T>): Promise<T> => {
      const client = await openClient(kind, { url: `${hub.url}${query}`, headers });
      try {
        return await run(client);
      } finally {
        await client.close();
      }
    };

    it('shows a stranger the catalogue, in both profiles', async () => {
      expect((await using({}, '', (client) => client.toolNames())).toSorted()).toEqual([
        'call_tool',
        'describe_tools',
        'fan_out',
        'route',
        'search_tools',
      ]);
      expect(await using({}, '?profile=flat', (client) => client.toolNames())).toEqual(
        expect.arrayContaining(['git__status', 'docker__container_list', 'prometheus__query']),
      );
    });

    it("refuses a stranger's calls and says how to sign in", async () => {
      const args = { repo: ground.repo };
      await using({}, '', async (client) => {
        for (const answer of [
          await client.call('call_tool', { tool: 'git__status', arguments: args }),
          await client.call('git__status', args),
        ]) {
          expect(failureOf(answer)).toMatchObject({ code: 'unauthenticated', hint: expect.stringContaining('token') as unknown });
        }
        const { structuredContent } = await client.call('fan_out', { calls: [{ tool: 'git__status', arguments: args }] });
        expect(structuredContent).toMatchObject({ results: [{ status: 'error', error: { code: 'unauthenticated' } }] });
      });
    });

    it('lets the owner call by the token', async () => {
      const status = await using({ authorization: `Bearer ${token}` }, '', (client) =>
        client.call('call_tool', { tool: 'git__status', arguments: { repo: ground.repo } }),
      );
      expect(status.structuredContent).toMatchObject({ branch: 'main' });
    });
  });

  it.each(PROXY_HEADERS)('takes a request with %s for one of a stranger beyond a proxy, and wants the token', async (name) => {
    const refused = await list({ [name]: name === 'via' ? '1.1 proxy' : '203.0.113.7' });
    expect(refused.status).toBe(401);
    expect(refused.authenticate).toMatch(/^Bearer/);
    expect((await list({ [name]: '1.1 proxy', authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it.each(['Bearer wrong', 'Bearer ', 'Basic b3duZXI6', 'Bearer a b'])('refuses the sign-in "%s"', async (authorization) => {
    const refused = await list({ authorization });
    expect(refused.status).toBe(401);
    expect(JSON.stringify(refused.messages)).not.toContain(token);
  });

  it.each([{ host: 'evil.example.com' }, { origin: 'https://evil.example.com' }])(
    'refuses a request that a web page has bent to it: %o',
    async (headers) => {
      expect((await list({ ...headers, authorization: `Bearer ${token}` })).status).toBe(403);
    },
  );

  it('costs a model little to list', async () => {
    const { messages } = await list();
    expect(namesOf(messages)).toHaveLength(5);
    const { tools } = (messages.at(-1) as { result: { tools: unknown } }).result;
    expect(Buffer.byteLength(JSON.stringify(tools)) / 4).toBeLessThanOrEqual(COMPACT_TOKENS);
  });

  it('chooses the profile by the URL, for each request anew', async () => {
    expect(namesOf((await list({}, '?profile=flat')).messages).length).toBeGreaterThan(20);
    expect(namesOf((await list({}, '?profile=compact')).messages)).toHaveLength(5);
    expect(namesOf((await list({}, '?profile=nonsense')).messages)).toHaveLength(5);
  });
});

describe('the hub over HTTP with --trust-loopback', () => {
  let ground: Ground;
  let hub: HttpHub;

  beforeAll(async () => {
    ground = prepareGround();
    hub = await startHttpHub(ground.env, '--trust-loopback');
  });
  afterAll(async () => {
    await hub.stop();
    ground.clear();
  });

  it('takes a caller on loopback for the owner, but not one beyond a proxy', async () => {
    const client = await openClient('v2 modern', { url: hub.url });
    const status = await client.call('call_tool', { tool: 'git__status', arguments: { repo: ground.repo } });
    await client.close();
    expect(status.structuredContent).toMatchObject({ branch: 'main' });
    const beyond = await raw(hub.url, { headers: { ...HEADERS, 'x-forwarded-for': '203.0.113.7' }, body: JSON.stringify(LIST) });
    expect(beyond.status).toBe(401);
  });
});
