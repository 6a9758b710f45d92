import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ground, hubProgram, inheritedEnv, prepareGround } from '../hub-process/index.ts';
import { CLIENTS, failureOf, type HubClient, openClient, textOf } from './clients.ts';

const RESET = 'git__reset';

describe.each(['in-process', 'process'] as const)('a destructive call through the hub to a server %s', (isolation) => {
  let ground: Ground;
  let client: HubClient;

  const stdio = (...flags: string[]) => ({ ...hubProgram('hub', '--stdio', ...flags), env: { ...inheritedEnv(), ...ground.env } });
  const reset = (more: object = {}): Record<string, unknown> => ({ repo: ground.repo, mode: 'hard', to: 'HEAD', ...more });
  const changedFile = (): string => readFileSync(join(ground.repo, 'kept.txt'), 'utf8');

  beforeEach(() => {
    ground = prepareGround({ servers: { git: { isolation } } });
  });
  afterEach(async () => {
    await client.close();
    ground.clear();
  });

  it.each(CLIENTS)('is planned first and carried out by its token, once (client %s)', async (kind) => {
    client = await openClient(kind, stdio('--profile', 'flat'));
    // a client that has seen the output schema checks failures against it too
    expect(await client.toolNames()).toContain(RESET);
    const planned = await client.call(RESET, reset());
    expect(failureOf(planned)).toMatchObject({
      code: 'confirmation_required',
      // in the server's own words, wherever it runs
      details: { plan: { changes: [expect.stringContaining('kept.txt')] } },
    });
    expect(changedFile()).toBe('changed\n');

    const token = failureOf(planned)?.details?.['plan_token'] as string;
    expect(textOf(planned)).toContain(token);
    const elsewhere = await client.call(RESET, reset({ to: 'main', plan_token: token }));
    expect(failureOf(elsewhere)).toMatchObject({ code: 'conflict' });
    expect(changedFile()).toBe('changed\n');

    const again = failureOf(await client.call(RESET, reset()))?.details?.['plan_token'] as string;
    const done = await client.call(RESET, reset({ plan_token: again }));
    expect(done.isError ?? false, textOf(done)).toBe(false);
    expect(changedFile()).toBe('first\n');
    expect(failureOf(await client.call(RESET, reset({ plan_token: again })))).toMatchObject({ code: 'confirmation_required' });
  });

  it('is planned the same through call_tool', async () => {
    client = await openClient('v1', stdio());
    const planned = await client.call('call_tool', { tool: RESET, arguments: reset() });
    const token = failureOf(planned)?.details?.['plan_token'] as string;
    expect(token).toEqual(expect.any(String));
    const done = await client.call('call_tool', { tool: RESET, arguments: reset({ plan_token: token }) });
    expect(done.isError ?? false, textOf(done)).toBe(false);
    expect(changedFile()).toBe('first\n');
  });

  it('is outdated when the repository has changed since the plan', async () => {
    client = await openClient('v2 modern', stdio());
    const token = failureOf(await client.call('call_tool', { tool: RESET, arguments: reset() }))?.details?.['plan_token'];
    ground.git('add', 'new.txt');
    ground.git('commit', '--quiet', '--message', 'The second commit');
    const late = await client.call('call_tool', { tool: RESET, arguments: reset({ plan_token: token }) });
    expect(failureOf(late)).toMatchObject({ code: 'conflict' });
    expect(changedFile()).toBe('changed\n');
  });

  describe.each(['legacy', 'modern'] as const)('with a client that can ask its person, %s era', (era) => {
    const answering = async (answer: object, asked: string[]): Promise<HubClient> => {
      const sdk = await connect(stdio(), era, { capabilities: { elicitation: { form: {} } } });
      sdk.setRequestHandler('elicitation/create', ({ params }) => {
        asked.push(params.message);
        return answer as never;
      });
      return {
        toolNames: async () => [],
        call: async (name, args) => (await sdk.callTool({ name, arguments: args ?? {} })) as never,
        close: () => sdk.close(),
      };
    };

    it('is done when the person confirms', async () => {
      const asked: string[] = [];
      client = await answering({ action: 'accept', content: { confirm: true } }, asked);
      const done = await client.call('call_tool', { tool: RESET, arguments: reset() });
      expect(done.isError ?? false, textOf(done)).toBe(false);
      expect(asked).toHaveLength(1);
      expect(changedFile()).toBe('first\n');
    });

    it.each([{ action: 'decline' }, { action: 'cancel' }, { action: 'accept', content: { confirm: false } }])(
      'is not done when the person answers %o',
      async (answer) => {
        const asked: string[] = [];
        client = await answering(answer, asked);
        const refused = await client.call('call_tool', { tool: RESET, arguments: reset() });
        expect(failureOf(refused)).toMatchObject({ code: 'cancelled' });
        expect(asked).toHaveLength(1);
        expect(changedFile()).toBe('changed\n');
      },
    );
  });

  it.each(CLIENTS)('is hidden and refused in read-only mode, while reads go on (client %s)', async (kind) => {
    client = await openClient(kind, stdio('--read-only', '--profile', 'flat'));
    const names = await client.toolNames();
    expect(names).toContain('git__status');
    expect(names).not.toContain(RESET);
    expect(names).not.toContain('git__commit');
    const found = await client.call('search_tools', { query: 'reset the branch to a commit', limit: 50 });
    expect(textOf(found)).not.toContain(RESET);
    expect(failureOf(await client.call('call_tool', { tool: RESET, arguments: reset() }))).toMatchObject({ code: 'read_only' });
    expect(failureOf(await client.call(RESET, reset()))).toMatchObject({ code: 'read_only' });
    const status = await client.call('git__status', { repo: ground.repo });
    expect(status.structuredContent).toMatchObject({ branch: 'main' });
    expect(changedFile()).toBe('changed\n');
  });
});
