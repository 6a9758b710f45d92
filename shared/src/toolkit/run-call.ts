import { randomUUID } from 'node:crypto';
import type { Log } from '../platform/log/index.ts';
import { InputRequired, MissingCapability } from './ask.ts';
import type { Outcome } from './backend.ts';
import { type Call, type Caller, type ResultBody, UnknownTool } from './call.ts';
import { errorBody, toToolError } from './errors.ts';
import type { RunCall } from './pipeline/index.ts';

const NO_PROGRESS = (): void => undefined;

export function callOf(server: string, tool: string, args: unknown, caller: Caller): Call {
  return {
    id: randomUUID(),
    server,
    tool,
    caller,
    startedAt: Date.now(),
    args: (args ?? {}) as Record<string, unknown>,
    extras: {},
    signal: caller.signal,
    progress: caller.progress ?? NO_PROGRESS,
  };
}

/** Runs a call to its outcome. Only an unknown tool is thrown; every other failure becomes a result. */
export async function runCall(pipeline: RunCall, call: Call, log: Log): Promise<Outcome<ResultBody>> {
  try {
    return { kind: 'result', value: await pipeline(call) };
  } catch (thrown) {
    if (thrown instanceof UnknownTool) throw thrown;
    if (thrown instanceof InputRequired) return { kind: 'input', requests: thrown.requests, keep: thrown.keep };
    const error = toToolError(thrown, call.signal);
    if (error.code === 'internal') log.error({ err: error.cause, call: call.id, tool: call.tool }, 'a call met an unexpected fault');
    return { kind: 'result', value: errorBody(error), ...(error instanceof MissingCapability ? { missing: error.capability } : {}) };
  }
}
