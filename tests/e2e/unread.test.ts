import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { program } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ground, hubProgram, inheritedEnv, prepareGround } from '../hub-process/index.ts';

const opening = [
  {
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'slow', version: '1' } },
  },
  { method: 'notifications/initialized' },
];
/** Their answers are more than a pipe holds. */
const lists = Array.from({ length: 12 }, (_, at) => ({ id: at + 2, method: 'tools/list' }));
const lines = (messages: readonly object[]): string =>
  messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');

describe('what a client over stdio has not read', () => {
  let ground: Ground;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    ground = prepareGround();
  });
  afterEach(() => {
    if (child?.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    ground.clear();
  });

  const begin = ({ command, args }: { command: string; args: string[] }, env: Record<string, string> = {}): ChildProcess =>
    (child = spawn(command, args, { env: { ...inheritedEnv(), ...ground.env, ...env }, stdio: 'pipe' }));
  const server = (...more: string[]) => program(new URL('../../servers/git/src/main.ts', import.meta.url), ['--stdio', ...more]);

  describe.each([
    ['a server', () => server()],
    ['a server whose options are not those of an opening', () => server('--log-level', 'warn')],
    ['the hub', () => hubProgram('hub', '--stdio', '--profile', 'flat')],
  ] as const)('from %s', (_name, what) => {
    it('is still there for one that is slow, although the input has ended', async () => {
      const { stdin, stdout } = begin(what());
      stdin!.end(lines([...opening, ...lists]));
      // a process that does not wait would have ended by then: the pipe is full with the first answers
      await Promise.race([once(child!, 'exit'), once(stdout!, 'readable').then(() => pause(1_500))]);
      let text = '';
      stdout!.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      await once(child!, 'close');
      const answers = text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: number }).id);
      expect(answers.toSorted((one, other) => one - other)).toEqual([1, ...lists.map(({ id }) => id)]);
      expect(child!.exitCode).toBe(0);
    }, 60_000);

    it('does not keep it from ending on SIGTERM', async () => {
      begin(what(), { DEPLOYMENT_ENGINE_LOG: 'trace' });
      child!.stdin!.write(lines([...opening, ...lists]));
      await once(child!.stdout!, 'readable');
      const ended = once(child!, 'exit');
      child!.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    }, 60_000);
  });
});
