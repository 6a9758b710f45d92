import { OWNER } from '../../contracts/index.ts';
import { type Call, type Caller, type CallTarget, ResultBody, type Stage } from '../call.ts';
import { callOf } from '../run-call.ts';

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

export function targetFor(given: Partial<CallTarget> = {}): CallTarget {
  const effect = given.effect ?? 'read';
  return {
    name: 'thing_do',
    title: 'Do a thing',
    scopes: [],
    idempotent: false,
    deadlineMs: 60_000,
    confirm: undefined,
    extras: [],
    effect,
    effectWith: () => effect,
    validate: (args) => args,
    invoke: async () => textBody('done'),
    ...given,
  };
}

/** A call as the stages after look-up and validation see it. */
export function callFor(
  given: { args?: unknown; caller?: Partial<Caller>; target?: Partial<CallTarget> | null; tool?: string } = {},
): Call {
  const call = callOf('server', given.tool ?? 'thing_do', given.args, callerFor(given.caller));
  if (given.target === null) return call;
  const target = targetFor(given.target);
  return Object.assign(call, { target, effect: target.effect, input: call.args });
}

export function textBody(text: string, more: object = {}): ResultBody {
  return ResultBody.of({ content: [{ type: 'text', text }], ...more });
}

export const next = async (): Promise<ResultBody> => textBody('done');

/** Runs one stage alone; a refusal is the error that it throws. */
export async function run(stage: Stage, call: Call, inner: () => Promise<ResultBody> = next): Promise<ResultBody> {
  return stage(call, inner);
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
