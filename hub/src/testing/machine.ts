import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OWNER } from '@deployment-engine/shared/contracts';
import { createLog } from '@deployment-engine/shared/platform';
import { type Call, type Caller, callOf, type Machine, openMachine } from '@deployment-engine/shared/toolkit';

export interface TestMachine extends Machine {
  /** Ends the machine and removes its state. */
  dispose: () => Promise<void>;
}

/** The doors of this process, with a state folder of their own. */
export function testMachine(env: Record<string, string> = {}): TestMachine {
  const home = mkdtempSync(join(tmpdir(), 'hub-'));
  const machine = openMachine({
    name: 'test',
    env: { PATH: process.env['PATH'], ...env, DEPLOYMENT_ENGINE_HOME: home },
    log: createLog({ level: 'silent' }),
  });
  return {
    ...machine,
    async dispose() {
      await machine.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function callerFor(given: Partial<Caller> = {}): Caller {
  return {
    principal: OWNER,
    transport: 'stdio',
    signal: new AbortController().signal,
    can: { elicitation: false, sampling: false, roots: false },
    answers: {},
    meta: {},
    ...given,
  };
}

export function callFor(tool: string, args: unknown = {}, given: Partial<Caller> = {}): Call {
  return callOf('upstream', tool, args, callerFor(given));
}

/** How the scripted server is started. */
export function scripted(script: object = {}): { command: string; args: string[]; env: Record<string, string> } {
  return { command: process.execPath, args: [join(import.meta.dirname, 'scripted-server.mjs'), JSON.stringify(script)], env: {} };
}

/** What a promise is rejected with. */
export async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );
}

export const PATIENT = { timeout: 20_000 };
