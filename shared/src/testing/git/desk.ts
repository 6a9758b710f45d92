import type { WireError } from '../../contracts/index.ts';
import type { ServerDefinition } from '../../toolkit/index.ts';
import { open, type CallOptions, type OpenOptions, type OpenServer } from '../open.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

/** A sandbox and a server that works on it; for tests. */
export interface Desk extends Sandbox {
  session: OpenServer;
  /** Calls a tool on the sandbox's repository; fails the test unless it succeeds. */
  call<T = Record<string, unknown>>(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<T>;
  /** The text that a model reads of the same. */
  text(tool: string, args?: Record<string, unknown>): Promise<string>;
  /** Calls a tool that must be refused, and returns why. */
  refusal(tool: string, args?: Record<string, unknown>): Promise<WireError>;
}

export async function openDesk(definition: ServerDefinition, options: OpenOptions = {}, sandbox: Sandbox = createSandbox()): Promise<Desk> {
  const session = await open(definition, { roots: [sandbox.root], ...options, env: { ...sandbox.env, ...options.env } });
  // a tool that names its own repository keeps it
  const result = async (tool: string, args: Record<string, unknown> = {}, given: CallOptions = {}) =>
    session.call(tool, { repo: sandbox.repo, ...args }, given);
  return {
    ...sandbox,
    session,
    call: async <T>(tool: string, args?: Record<string, unknown>, given?: CallOptions) => {
      const answer = await result(tool, args, given);
      if (answer.ok !== true) throw new Error(`${tool} was refused: ${JSON.stringify(answer)}`);
      return answer.output as T;
    },
    text: async (tool, args) => {
      const answer = await result(tool, args);
      if (answer.ok !== true) throw new Error(`${tool} was refused: ${JSON.stringify(answer)}`);
      return answer.text;
    },
    refusal: async (tool, args) => {
      const answer = await result(tool, args);
      if (answer.ok !== false) throw new Error(`${tool} was not refused: ${JSON.stringify(answer)}`);
      return answer.error;
    },
    close: async () => {
      await session.close();
      await sandbox.close();
    },
  };
}
