import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './run-here.testing.ts';

let desk: Desk;
let config: string;
beforeEach(() => {
  desk = new Desk();
  config = desk.write('mcp.config.json', {
    mcpServers: {
      changing: {
        ...desk.fixture('changing-server'),
        tools: { greet: { effect: 'destroy' }, wait: { confirm: 'deny', effect: 'destroy' } },
      },
    },
  });
});
afterEach(() => desk.close());

interface Planned {
  isError: boolean;
  structuredContent: { error: { code: string; details: { plan: { changes: string[] }; plan_token: string } } };
}

const call = (args: object, ...more: string[]) => desk.run('call', 'changing__greet', JSON.stringify(args), '--config', config, ...more);

describe('call of a destructive tool', () => {
  it('shows the plan, does nothing, and says how to carry it out', async () => {
    const { code, stdout, stderr } = await call({ name: 'ana' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/confirmation_required/);
    expect(stderr).toContain('- name: "ana"');
    const token = /--plan-token (\S+)/.exec(stderr)?.[1] ?? '';
    expect(token).toMatch(/^[\w-]{24}$/);
    const done = await call({ name: 'ana' }, '--plan-token', token);
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^hello ana/);
  });

  it('takes the token among the arguments too, as the hint for models says', async () => {
    const shown = JSON.parse((await call({ name: 'ana' }, '--json')).stdout) as Planned;
    expect(shown).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'confirmation_required', details: { plan: { changes: ['name: "ana"'] } } } },
    });
    const { plan_token } = shown.structuredContent.error.details;
    expect((await call({ name: 'ana', plan_token })).stdout).toMatch(/^hello ana/);
  });

  it('does not carry out another plan than the one that was shown', async () => {
    const shown = JSON.parse((await call({ name: 'ana' }, '--json')).stdout) as Planned;
    const { plan_token } = shown.structuredContent.error.details;
    const other = await call({ name: 'eve' }, '--plan-token', plan_token);
    expect({ code: other.code, stdout: other.stdout }).toEqual({ code: 1, stdout: '' });
    expect(other.stderr).toContain('conflict');
    expect((await call({ name: 'ana' }, '--plan-token', 'made-up')).code).toBe(1);
  });

  it('has no way round what the operator denies', async () => {
    const denied = await desk.run('call', 'changing__wait', '{"file":"x"}', '--config', config, '--plan-token', 'x');
    expect(denied.code).toBe(1);
    expect(denied.stderr).toContain('forbidden');
  });

  it('asks a person at a terminal, and does nothing without a yes', async () => {
    const at = (...lines: string[]) => desk.runAtTerminal(lines, 'call', 'changing__greet', '{"name":"ana"}', '--config', config);
    const yes = await at('y');
    expect(yes).toMatchObject({ code: 0, stdout: expect.stringMatching(/^hello ana/) });
    expect(yes.stderr).toContain('- name: "ana"');
    expect(await at('')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Nothing has been done') });
    expect(await at()).toMatchObject({ code: 2, stdout: '' });
    expect((await desk.runAtTerminal(['y'], 'call', 'changing__greet', '{}', '--config', config, '--json')).code).toBe(1);
  });
});
