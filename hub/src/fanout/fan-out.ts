import PQueue from 'p-queue';
import type { z } from 'zod';
import { ToolError, type WireError } from '@deployment-engine/shared/contracts';
import { guardValue } from '@deployment-engine/shared/platform';
import { type ToolResult, wireError } from '@deployment-engine/shared/toolkit';
import type { fanOutInput } from '../surface/hub-tools.ts';

export type FanOutRequest = z.output<typeof fanOutInput>;

export interface FanOutResult {
  id: string;
  tool: string;
  status: 'ok' | 'error' | 'timeout' | 'cancelled' | 'skipped';
  latency_ms: number;
  result?: ToolResult;
  error?: WireError;
}

export interface FanOutAnswer {
  results: FanOutResult[];
  /** Whether the mode got what it wants: every call, one, or a quorum. */
  satisfied: boolean;
}

/** Makes one inner call; never throws. */
export type InnerCall = (
  tool: string,
  args: Record<string, unknown>,
  signal: AbortSignal,
) => Promise<{ result: ToolResult } | { error: ToolError }>;

/** Makes several calls with bounded concurrency, and stops those that are not needed any more. Results keep the order of the calls. */
export async function fanOut(request: FanOutRequest, call: InnerCall, signal: AbortSignal): Promise<FanOutAnswer> {
  const { calls, mode, concurrency } = request;
  const needed = successesNeeded(request);
  const queue = new PQueue({ concurrency: mode === 'hedged' ? calls.length : concurrency });
  const enough = new AbortController();
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), request.deadline_ms);
  const stop = AbortSignal.any([signal, enough.signal, late.signal]);
  let successes = 0;
  const results: FanOutResult[] = calls.map(({ id, tool }, index) => ({
    ...guardValue({ id: id ?? String(index), tool }),
    status: 'skipped',
    latency_ms: 0,
  }));

  const run = async (index: number): Promise<boolean> => {
    const one = calls[index]!;
    const result = results[index]!;
    if (stop.aborted) {
      if (late.signal.aborted) result.status = 'timeout';
      return false;
    }
    const begun = performance.now();
    // a call that ignores its signal must not keep the others' answer
    const answer = await Promise.race([call(one.tool, one.arguments, stop), aborted(stop)]);
    result.latency_ms = Math.round(performance.now() - begun);
    if (answer === undefined || ('error' in answer && answer.error.code === 'cancelled' && stop.aborted)) {
      result.status = late.signal.aborted ? 'timeout' : 'cancelled';
      return false;
    }
    if ('error' in answer) {
      result.status = answer.error.code === 'timeout' ? 'timeout' : 'error';
      result.error = wireError(answer.error);
      return false;
    }
    result.result = answer.result;
    result.status = answer.result.isError ? 'error' : 'ok';
    if (answer.result.isError) {
      const { error } = (answer.result.structuredContent ?? {}) as { error?: WireError };
      if (error) result.error = error;
      return false;
    }
    successes += 1;
    if (successes >= needed && mode !== 'all') enough.abort();
    return true;
  };

  try {
    if (mode === 'hedged') await hedge(calls.length, request.after_ms, run, stop);
    else await Promise.all(calls.map((_one, index) => queue.add(() => run(index))));
  } finally {
    clearTimeout(timer);
  }
  if (signal.aborted) throw signal.reason instanceof ToolError ? signal.reason : new ToolError('cancelled', 'The call was cancelled.');
  return { results, satisfied: successes >= needed };
}

function successesNeeded({ mode, quorum, calls }: FanOutRequest): number {
  if (mode === 'all') return calls.length;
  if (mode !== 'quorum') return 1;
  const needed = quorum ?? Math.floor(calls.length / 2) + 1;
  if (needed > calls.length)
    throw new ToolError('invalid_input', `A quorum of ${needed} cannot come from ${calls.length} calls.`, {
      hint: 'Add calls, or ask for a smaller quorum.',
    });
  return needed;
}

/** Starts one call after another: the next when the last one failed or has taken too long. */
async function hedge(count: number, afterMs: number, run: (index: number) => Promise<boolean>, stop: AbortSignal): Promise<void> {
  const running: Promise<boolean>[] = [];
  for (let index = 0; index < count && !stop.aborted; index += 1) {
    const attempt = run(index);
    running.push(attempt);
    if (await Promise.race([attempt, pause(afterMs, stop)])) break;
  }
  await Promise.all(running);
}

function pause(ms: number, stop: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve(false);
    };
    const timer = setTimeout(done, ms);
    stop.addEventListener('abort', done, { once: true });
  });
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
