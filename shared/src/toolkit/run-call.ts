import { randomUUID } from 'node:crypto';
import type { Log } from '../platform/log/index.ts';
import { guardValue } from '../platform/text-guard/index.ts';
import { InputRequired, MissingCapability } from './ask.ts';
import type { Outcome } from './backend.ts';
import { type Call, type Caller, type ResultBody, UnknownTool } from './call.ts';
import { errorBody, toToolError } from './errors.ts';
import type { RunCall } from './pipeline/index.ts';

const NO_PROGRESS = (): void => undefined;

/** What is told and asked while a request runs is as much the server's text as its result: it is cleaned too. */
export function guardedCaller(caller: Caller): Caller {
  const { progress, tell, request } = caller;
  return {
    ...caller,
    ...(progress === undefined ? {} : { progress: (told) => progress(told.message === undefined ? told : guardValue(told)) }),
    ...(tell === undefined ? {} : { tell: (level, data, logger) => tell(level, guardValue(data), logger) }),
    ...(request === undefined ? {} : { request: (method, params, signal) => request(method, guardValue(params), signal) }),
  };
}

export function callOf(server: string, tool: string, args: unknown, caller: Caller): Call {
  const guarded = guardedCaller(caller);
  return {
    id: randomUUID(),
    server,
    tool,
    caller: guarded,
    startedAt: Date.now(),
    args: (args ?? {}) as Record<string, unknown>,
    extras: {},
    signal: caller.signal,
    progress: guarded.progress ?? NO_PROGRESS,
  };
}

/** Runs a call to its outcome. Only an unknown tool is thrown; every other failure becomes a result. */
export async function runCall(pipeline: RunCall, call: Call, log: Log): Promise<Outcome<ResultBody>> {
  try {
    return { kind: 'result', value: await pipeline(call) };
  } catch (thrown) {
    if (thrown instanceof UnknownTool) throw thrown;
    if (thrown instanceof InputRequired) return { kind: 'input', requests: guardValue(thrown.requests), keep: thrown.keep };
    const error = toToolError(thrown, call.signal);
    if (error.code === 'internal') log.error({ err: error.cause, call: call.id, tool: call.tool }, 'a call met an unexpected fault');
    return { kind: 'result', value: errorBody(error), ...(error instanceof MissingCapability ? { missing: error.capability } : {}) };
  }
}
