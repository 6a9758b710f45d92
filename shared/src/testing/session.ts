import type { WireError } from '../contracts/index.ts';
import type { CallOptions, OpenServer } from './open.ts';

type Output = Record<string, unknown>;

/** A server with its settings, as tests call it. */
export interface Session {
  server: OpenServer;
  /** The output; a failed call fails the test. */
  ok<T = Output>(tool: string, args?: object, options?: CallOptions): Promise<T>;
  text(tool: string, args?: object): Promise<string>;
  /** The error; a call that succeeds fails the test. */
  fails(tool: string, args?: object, options?: CallOptions): Promise<WireError>;
}

/** An open server as a session. */
export function sessionOf(opened: OpenServer): Session {
  return {
    server: opened,
    async ok<T>(tool: string, args: object = {}, options?: CallOptions) {
      const result = await opened.call<T>(tool, { ...args }, options);
      if (result.ok !== true) throw new Error(`${tool} failed: ${JSON.stringify(result)}`);
      return result.output;
    },
    async text(tool, args = {}) {
      const result = await opened.call(tool, { ...args });
      if (result.ok !== true) throw new Error(`${tool} failed: ${JSON.stringify(result)}`);
      return result.text;
    },
    async fails(tool, args = {}, options) {
      const result = await opened.call(tool, { ...args }, options);
      if (result.ok !== false) throw new Error(`${tool} should have failed: ${JSON.stringify(result)}`);
      return result.error;
    },
  };
}
