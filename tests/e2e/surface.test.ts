import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, connectV1 } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Ground, type HttpHub, prepareGround, startHttpHub } from '../hub-process/index.ts';
import { failureOf, openClient } from './clients.ts';

interface Content {
  uri: string;
  text?: string;
}

describe.each(['in-process', 'process'] as const)('a built-in server that runs %s', (isolation) => {
  let ground: Ground;
  let hub: HttpHub;

  beforeAll(async () => {
    ground = prepareGround({ hub: { profile: 'flat' }, servers: { git: { isolation } } });
    hub = await startHttpHub(ground.env, '--trust-loopback');
  });
  afterAll(async () => {
    await hub.stop();
    ground.clear();
  });

  const clients = [
    ['v2 modern', () => connect({ url: hub.url }, 'modern')],
    ['v2 legacy', () => connect({ url: hub.url }, 'legacy')],
    ['v1', () => connectV1({ url: hub.url })],
  ] as const;

  describe.each(clients)('client %s', (_kind, open) => {
    it('shows its tools, prompts and templates under its name', async () => {
      const client = await open();
      try {
        expect((await client.listTools()).tools.map(({ name }) => name)).toContain('git__status');
        expect((await client.listPrompts()).prompts.map(({ name }) => name)).toContain('git__commit_message');
        expect((await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(
          'git+git://file/{+path}{?repo,ref}',
        );
      } finally {
        await client.close();
      }
    });

    it('answers calls, reads, prompts and completions', async () => {
      const client = await open();
      try {
        const status = await client.callTool({ name: 'git__status', arguments: { repo: ground.repo } });
        expect(status.structuredContent).toMatchObject({ branch: 'main' });
        const uri = `git+git://file/kept.txt?repo=${encodeURIComponent(ground.repo)}&ref=main`;
        const { contents } = (await client.readResource({ uri })) as { contents: Content[] };
        expect(contents).toMatchObject([{ uri, text: 'first\n' }]);
        const { messages } = await client.getPrompt({ name: 'git__commit_message', arguments: { repo: ground.repo } });
        expect(messages.length).toBeGreaterThan(0);
        const ref = { type: 'ref/resource' as const, uri: 'git+git://file/{+path}{?repo,ref}' };
        const { completion } = await client.complete({ ref, argument: { name: 'ref', value: 'm' } });
        expect(completion.values).toBeInstanceOf(Array);
      } finally {
        await client.close();
      }
    });

    it('tells apart what is not there', async () => {
      const client = await open();
      try {
        await expect(client.callTool({ name: 'git__no_such_tool', arguments: {} })).rejects.toThrow(/unknown tool/i);
        await expect(client.readResource({ uri: 'git+git://nothing' })).rejects.toThrow(/no resource/i);
        await expect(client.readResource({ uri: 'nobody+git://file/kept.txt' })).rejects.toThrow(/no resource/i);
        await expect(client.getPrompt({ name: 'git__no_such_prompt' })).rejects.toThrow(/no prompt/i);
        const unknown = await client.callTool({ name: 'git__status', arguments: { repo: ground.repo, rpeo: 1 } });
        expect(unknown).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_input' } } });
      } finally {
        await client.close();
      }
    });
  });

  it('stays inside the folders that the hub may touch', async () => {
    const client = await openClient('v2 modern', { url: hub.url });
    const outside = await client.call('git__status', { repo: '/' });
    await client.close();
    expect(outside.isError).toBe(true);
    expect(failureOf(outside)?.code).toMatch(/forbidden|not_found|invalid_input/);
  });

  it('has every call on the record once', async () => {
    const client = await openClient('v2 modern', { url: hub.url });
    await client.call('git__branch_list', { repo: ground.repo });
    await client.close();
    const metrics = await (await fetch(hub.url.replace('/mcp', '/metrics'))).text();
    expect(metrics).toMatch(/^deployment_engine_calls_total\{server="git",tool="branch_list",outcome="ok"\} 1$/m);
  });
});

describe('a configuration that changes while the hub runs', () => {
  it('is taken over and announced, and a broken one changes nothing', { timeout: 120_000 }, async () => {
    const ground = prepareGround({ hub: { profile: 'flat' } });
    const hub = await startHttpHub(ground.env, '--trust-loopback');
    const client = await connect({ url: hub.url }, 'legacy');
    const announced = vi.fn();
    client.setNotificationHandler('notifications/tools/list_changed', announced);
    const names = async (): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);
    try {
      expect(await names()).toContain('docker__container_list');
      ground.configure({ hub: { profile: 'flat' }, servers: { docker: { enabled: false } } });
      await vi.waitFor(async () => expect(await names()).not.toContain('docker__container_list'), 20_000);
      await vi.waitFor(() => expect(announced).toHaveBeenCalled(), 20_000);
      expect(await names()).toContain('git__status');
      writeFileSync(join(ground.base, 'mcp.config.json'), '{ "hub": { "profile": "flat" }, "servers": { "git": ');
      await vi.waitFor(() => expect(hub.output()).toContain('not reloaded'), 20_000);
      expect(await names()).toContain('git__status');
      expect(await names()).not.toContain('docker__container_list');
    } finally {
      await client.close();
      await hub.stop();
      ground.clear();
    }
  });
});
