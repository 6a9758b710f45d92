import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type AuditEvent, type Principal, type WireError } from '@deployment-engine/shared/contracts';
import type { Caller, ToolResult } from '@deployment-engine/shared/toolkit';
import { hubConfig } from '../config/schema.ts';
import type { Hub } from '../hub.ts';
import { createHub } from '../start.ts';
import { callerFor, scripted, testMachine } from './machine.ts';

export let repo: string;
export const git = (...args: string[]): string =>
  execFileSync('git', ['-C', repo, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', HOME: repo },
  });
beforeAll(() => {
  repo = realpathSync(mkdtempSync(join(tmpdir(), 'repo-')));
  git('init', '-q', '-b', 'main');
  writeFileSync(join(repo, 'a.txt'), 'one\n');
  git('add', '.');
  git('commit', '-q', '-m', 'first commit');
});
afterAll(() => rmSync(repo, { recursive: true, force: true }));

export interface Opened {
  hub: Hub;
  events: AuditEvent[];
  caller: (given?: Partial<Caller>) => Caller;
  call: (tool: string, args?: object, given?: Partial<Caller>) => Promise<ToolResult>;
  /** The error of a call that is refused. */
  refusal: (tool: string, args?: object, given?: Partial<Caller>) => Promise<WireError>;
}

export const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

export const SCRIPT = { prompts: [{ name: 'p', description: 'A prompt.' }], templates: [{ uriTemplate: 'note://{name}', name: 'note' }] };

export function open(config: { hub?: object; servers?: object; mcpServers?: object } = { mcpServers: { Up: scripted(SCRIPT) } }): Opened {
  const machine = testMachine({ DEPLOYMENT_ENGINE_ROOTS: repo, HOME: repo });
  const events: AuditEvent[] = [];
  const audit = { ...machine.audit, append: async (event: AuditEvent) => void events.push(event) } as typeof machine.audit;
  const hub = createHub(hubConfig.parse(config), { ...machine, audit });
  closing.push(async () => {
    await hub.close();
    await machine.dispose();
  });
  const call: Opened['call'] = async (tool, args = {}, given = {}) => {
    const outcome = await hub.callTool(tool, args, callerFor(given));
    return outcome.kind === 'result' ? outcome.value.result : { content: [], asked: outcome.requests };
  };
  return {
    hub,
    events,
    caller: callerFor,
    call,
    async refusal(tool, args, given) {
      const result = await call(tool, args, given);
      expect(result.isError, JSON.stringify(result)).toBe(true);
      return (result.structuredContent as { error: WireError }).error;
    },
  };
}

export const names = async ({ hub }: Opened, given: Partial<Caller> = {}): Promise<string[]> =>
  (await hub.listTools(callerFor(given))).map(({ name }) => name);
export const ada: Principal = { id: 'user:ada', kind: 'user', scopes: [], roles: [] };
export const CAN_ASK = { can: { elicitation: true, sampling: false, roots: false } };
export const tokenOf = (error: WireError): string => (error.details as { plan_token: string }).plan_token;
