import { describe, expect, it } from 'vitest';
import { ToolError } from '../../contracts/index.ts';
import { ResultBody, type Stage, UnknownTool } from '../call.ts';
import { runCall } from '../run-call.ts';
import { createLog } from '../../platform/log/index.ts';
import { InputRequired } from '../ask.ts';
import { callFor, failure, next, run, textBody } from './call.testing.ts';
import { compose } from './compose.ts';
import { canonical, digest } from './digest.ts';
import { guardStage } from './guard.ts';
import { createPipeline, type Stages } from './index.ts';
import { limitsStage } from './limits.ts';

const KEY = `AKIAIOSFODNN7EXAMPLE`;
const silent = createLog({ level: 'silent' });

describe('the order of the stages', () => {
  const names = [
    'trace',
    'metrics',
    'audit',
    'rateLimit',
    'lookUp',
    'validate',
    'authorize',
    'confirm',
    'idempotency',
    'guard',
    'limits',
  ] as const;
  const walked: string[] = [];
  const stages = Object.fromEntries(
    names.map((name): [string, Stage] => [
      name,
      (_call, go) => {
        walked.push(name);
        return go();
      },
    ]),
  ) as unknown as Stages;

  it('is the one of the design, and the tool comes last', async () => {
    walked.length = 0;
    const call = callFor({ target: { invoke: async () => (walked.push('tool'), textBody('done')) } });
    await createPipeline(stages)(call);
    expect(walked).toEqual([...names, 'tool']);
  });

  it('leaves only look-up, validation, guard and limits where the hub has decided', async () => {
    walked.length = 0;
    await createPipeline(stages)(callFor({ caller: { decided: {} } }));
    expect(walked).toEqual(['lookUp', 'validate', 'guard', 'limits']);
  });

  it('shows a plan and calls nothing where the hub wants to know what a call would do', async () => {
    walked.length = 0;
    const plan = { summary: 'Drop it', changes: ['db'], state: 7 };
    const target = { invoke: async () => (walked.push('tool'), textBody('done')), plan: async () => plan };
    const body = await createPipeline(stages)(callFor({ caller: { decided: { planOnly: true } }, target }));
    expect([body.result.structuredContent, walked]).toEqual([{ plan }, ['lookUp', 'validate', 'guard', 'limits']]);
  });

  it('refuses to go on without a target', async () => {
    await expect(async () => createPipeline(stages)(callFor({ target: null }))).rejects.toThrow('look-up');
  });

  it('nests stages from the first outwards', async () => {
    const seen: string[] = [];
    const layer =
      (name: string): Stage =>
      async (_call, go) => {
        seen.push(`${name} in`);
        const body = await go();
        seen.push(`${name} out`);
        return body;
      };
    await compose([layer('a'), layer('b')], next)(callFor());
    expect(seen).toEqual(['a in', 'b in', 'b out', 'a out']);
  });
});

describe('the outcome of a call', () => {
  it('is a result for every failure but an unknown tool', async () => {
    const outcome = await runCall(
      () => Promise.reject(new ToolError('conflict', 'taken', { hint: 'Choose another.', retryAfterMs: 5 })),
      callFor(),
      silent,
    );
    expect(outcome).toMatchObject({ kind: 'result' });
    if (outcome.kind === 'result') {
      expect(outcome.value.result).toEqual({
        content: [{ type: 'text', text: 'conflict: taken Choose another.' }],
        structuredContent: { error: { code: 'conflict', message: 'taken', hint: 'Choose another.', retry_after_ms: 5 } },
        isError: true,
      });
    }
    expect(await failure(runCall(() => Promise.reject(new UnknownTool('x')), callFor(), silent))).toBeInstanceOf(UnknownTool);
  });

  it('keeps a fault’s words in the log', async () => {
    const lines: string[] = [];
    const log = createLog({ level: 'error', write: (line) => void lines.push(line) });
    const call = callFor();
    const outcome = await runCall(() => Promise.reject(new Error('connect ECONNREFUSED /root/private.sock')), call, log);
    expect(outcome.kind === 'result' && outcome.value.bytes.toString()).not.toContain('private');
    expect(outcome).toMatchObject({ value: { result: { structuredContent: { error: { code: 'internal' } } } } });
    await log.flush();
    expect(lines.join('')).toContain(call.id);
    expect(lines.join('')).toContain('private.sock');
  });

  it('cleans what an error says, and shortens it', async () => {
    const error = new ToolError('upstream_error', `\u001B[31mbad\u001B[0m key ${KEY} ${'x'.repeat(100_000)}`, {
      hint: `\u202Etry\u202C`,
      details: { said: KEY },
    });
    const outcome = await runCall(() => Promise.reject(error), callFor(), silent);
    const text = outcome.kind === 'result' ? outcome.value.bytes.toString() : '';
    expect(text).toContain('bad');
    expect(text.length).toBeLessThan(10_000);
    for (const bad of [KEY, '\\u001b', '\\u001B', '\u202E']) expect(text).not.toContain(bad);
  });

  it('cleans what is asked and told while the call runs', async () => {
    const told: unknown[] = [];
    const call = callFor({
      caller: {
        tell: (...message) => void told.push(message),
        progress: (progress) => void told.push(progress),
        request: async (_method, params) => ({ got: params }),
      },
    });
    call.caller.tell?.('info', { key: KEY }, 'backend');
    call.progress({ progress: 1, message: `at ${KEY}` });
    call.progress({ progress: 2 });
    told.push(await call.caller.request?.('elicitation/create', { message: KEY }, call.signal));
    const outcome = await runCall(
      () => Promise.reject(new InputRequired({ a: { method: 'sampling/createMessage', params: { text: KEY } } }, 'kept')),
      call,
      silent,
    );
    told.push(outcome);
    expect(outcome).toMatchObject({ kind: 'input', keep: 'kept' });
    expect(told).toHaveLength(5);
    expect(JSON.stringify(told)).not.toContain(KEY);
  });
});

describe('guard', () => {
  it('lets clean bytes through as they are', async () => {
    const body = ResultBody.raw(Buffer.from('{ "content" : [ ] , "order":"kept" }'));
    expect(await run(guardStage, callFor(), async () => body)).toBe(body);
  });

  it('masks a secret, says what it was, and removes what nobody sees', async () => {
    const call = callFor();
    const body = await run(guardStage, call, async () => textBody(`key ${KEY} zero\u200Bwidth \u202Eevil\u202C`));
    const text = body.bytes.toString();
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('\u200B');
    expect(text).not.toContain('\u202E');
    expect(text).toContain('key ');
    expect(call.masked?.length).toBeGreaterThan(0);
    expect(new Set(call.masked).size).toBe(call.masked?.length);
  });

  it('tells the audit of a secret in an error', async () => {
    const call = callFor();
    expect(await failure(run(guardStage, call, () => Promise.reject(new ToolError('upstream_error', `said ${KEY}`))))).toMatchObject({
      code: 'upstream_error',
    });
    expect(call.masked?.length).toBeGreaterThan(0);
    const other = callFor();
    await failure(run(guardStage, other, () => Promise.reject(new Error('plain'))));
    expect(other.masked).toBeUndefined();
  });
});

describe('limits', () => {
  it('ends a call at its deadline, though the tool does not listen', async () => {
    const call = callFor({ target: { deadlineMs: 20 } });
    expect(await failure(run(limitsStage(), call, () => new Promise<ResultBody>(() => undefined)))).toMatchObject({ code: 'timeout' });
    expect(call.signal.aborted).toBe(true);
  });

  it('lets the operator set the deadline, also through the hub that this process is a child of', async () => {
    const call = callFor({ target: { deadlineMs: 60_000 } });
    const stage = limitsStage({ deadlineFor: (tool, server) => (tool === 'thing_do' && server === 'server' ? 10 : undefined) });
    expect(await failure(run(stage, call, () => new Promise<ResultBody>(() => undefined)))).toMatchObject({ code: 'timeout' });
    const decided = callFor({ target: { deadlineMs: 60_000 }, caller: { decided: { deadlineMs: 10 } } });
    expect(await failure(run(limitsStage(), decided, () => new Promise<ResultBody>(() => undefined)))).toMatchObject({ code: 'timeout' });
  });

  it('is extended by progress and by asking for time', async () => {
    const told: unknown[] = [];
    const call = callFor({ target: { deadlineMs: 500 }, caller: { progress: (progress) => void told.push(progress) } });
    const body = await run(limitsStage(), call, async () => {
      call.extendDeadline?.(2_000);
      call.progress({ progress: 1 });
      // longer than the deadline, shorter than what was asked for
      await new Promise((resolve) => setTimeout(resolve, 700));
      return textBody('late');
    });
    expect(body.result.content).toEqual([{ type: 'text', text: 'late' }]);
    expect(told).toEqual([{ progress: 1 }]);
  });

  it('is aborted by the caller', async () => {
    const stop = new AbortController();
    const call = callFor({ caller: { signal: stop.signal } });
    const work = run(limitsStage(), call, () => new Promise<ResultBody>(() => undefined));
    stop.abort();
    expect(await failure(work)).toMatchObject({ code: 'cancelled' });
  });

  it('bounds what runs and what waits, per server', async () => {
    const stage = limitsStage({ concurrency: 1, queue: 1 });
    const gate = Promise.withResolvers<ResultBody>();
    const started = Promise.withResolvers<void>();
    const first = run(stage, callFor(), () => {
      started.resolve();
      return gate.promise;
    });
    await started.promise;
    const second = run(stage, callFor());
    expect(await failure(run(stage, callFor()))).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    expect(await run(stage, { ...callFor(), server: 'other' })).toBeDefined();
    gate.resolve(textBody('done'));
    await Promise.all([first, second]);
  });

  it('makes a failing read once: only who knows the backend may repeat', async () => {
    let calls = 0;
    await failure(
      run(limitsStage(), callFor({ target: { effect: 'read' } }), () => {
        calls += 1;
        return Promise.reject(new ToolError('unavailable', 'down'));
      }),
    );
    expect(calls).toBe(1);
  });

  it('leaves a backend alone that has failed ten times in a row', async () => {
    const stage = limitsStage();
    for (let call = 0; call < 10; call += 1)
      await failure(run(stage, callFor(), () => Promise.reject(new ToolError('unavailable', 'down'))));
    let reached = false;
    const error = await failure(
      run(stage, callFor(), () => {
        reached = true;
        return next();
      }),
    );
    expect(error).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
    expect(reached).toBe(false);
  });

  it('does not count refusals of the backend against it', async () => {
    const stage = limitsStage();
    for (let call = 0; call < 30; call += 1)
      await failure(run(stage, callFor(), () => Promise.reject(new ToolError('not_found', 'no such thing'))));
    expect(await run(stage, callFor())).toBeDefined();
  });
});

describe('digest', () => {
  it('does not depend on the order of names, at any depth, and does on everything else', () => {
    expect(canonical({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(digest({ a: 1, b: 2 })).toBe(digest({ b: 2, a: 1 }));
    const different = [
      { a: 1 },
      { a: '1' },
      { a: [1] },
      { a: null },
      {},
      { b: 1 },
      [{ a: 1 }],
      JSON.parse('{"__proto__":{"a":1}}') as object,
      { a: { a: 1 } },
      undefined,
    ];
    expect(new Set(different.map(digest)).size).toBe(different.length);
  });
});
