import { describe, expect, it } from 'vitest';
import { OWNER, type Principal, type ToolError } from '../../contracts/index.ts';
import { InputRequired } from '../ask.ts';
import type { Call, Caller, CallTarget } from '../call.ts';
import type { ConfirmMode, Plan } from '../define-tool.ts';
import { errorBody } from '../errors.ts';
import { callFor, failure, next, run } from './call.testing.ts';
import { confirmStage, PlanTokens } from './confirm.ts';

const CAN_ASK = { can: { elicitation: true, sampling: false, roots: false } };
/** What a call asks its person: the one key and the message. */
const questionOf = async (stage: ReturnType<typeof confirmStage>, call: Call): Promise<[string, InputRequired['requests'][string]]> => {
  const error = await failure(run(stage, call));
  if (!(error instanceof InputRequired)) throw error;
  const questions = Object.entries(error.requests);
  expect(questions).toHaveLength(1);
  return questions[0]!;
};

interface Planned {
  args?: object;
  token?: string;
  caller?: Partial<Caller>;
  target?: Partial<CallTarget>;
}

const destroy = ({ args = { name: 'db' }, token, caller = {}, target = {} }: Planned = {}): Call => {
  const call = callFor({ args, caller, target: { effect: 'destroy', extras: ['plan_token'], ...target } });
  if (token !== undefined) call.extras = { plan_token: token };
  return call;
};

const tokenOf = async (stage: ReturnType<typeof confirmStage>, call: Call): Promise<string> => {
  const error = (await failure(run(stage, call))) as ToolError;
  expect(error.code).toBe('confirmation_required');
  return (error.details as { plan_token: string }).plan_token;
};

describe('who is asked', () => {
  it.each<['read' | 'write', ConfirmMode | undefined]>([
    ['read', undefined],
    ['write', undefined],
  ])('asks nobody for a %s', async (effect, confirm) => {
    expect(await run(confirmStage(), callFor({ target: { effect, confirm } }))).toBeDefined();
  });

  it.each<[string, Partial<Caller>, string]>([
    ['a client that can be asked', CAN_ASK, 'asked'],
    ['the local owner whose client cannot', {}, 'confirmation_required'],
    ['the owner over HTTP whose client cannot', { transport: 'http' }, 'forbidden'],
    ['somebody else whose client cannot', { principal: { id: 'user:ada', kind: 'user', scopes: ['*'], roles: [] } }, 'forbidden'],
  ])('%s', async (_name, caller, expected) => {
    const error = await failure(run(confirmStage(), destroy({ caller })));
    expect(error instanceof InputRequired ? 'asked' : (error as ToolError).code).toBe(expected);
  });

  it('lets the operator’s choice stand above the tool’s own', async () => {
    const modes: (ConfirmMode | undefined)[] = [];
    const stage = (mode: ConfirmMode | undefined) => confirmStage({ modeFor: () => mode });
    expect(await run(stage('allow'), destroy())).toBeDefined();
    expect(await failure(run(stage('deny'), destroy({ caller: CAN_ASK, target: { confirm: 'allow' } })))).toMatchObject({
      code: 'forbidden',
    });
    expect(await failure(run(stage('plan'), destroy({ caller: CAN_ASK })))).toMatchObject({ code: 'confirmation_required' });
    expect(await run(stage(undefined), destroy({ target: { confirm: 'allow' } }))).toBeDefined();
    expect(await failure(run(stage('plan'), callFor({ target: { effect: 'read' } })))).toMatchObject({ code: 'confirmation_required' });
    expect(modes).toEqual([]);
  });
});

describe('a plan', () => {
  const plan = (changes: string[], state?: unknown): { plan: () => Promise<Plan> } => ({
    plan: async () => ({ summary: 'Remove db', changes, state }),
  });

  it('shows what would happen and does nothing', async () => {
    let reached = false;
    const error = (await failure(
      run(confirmStage(), destroy({ target: plan(['volume data']) }), () => {
        reached = true;
        return next();
      }),
    )) as ToolError;
    expect(reached).toBe(false);
    expect(error).toMatchObject({
      message: 'Remove db',
      details: { plan: { summary: 'Remove db', changes: ['volume data'] } },
      hint: expect.stringContaining('plan_token'),
    });
    const { token } = { token: (error.details as { plan_token: string }).plan_token };
    // the guard masks what looks like a secret; this must stay, or nobody could carry the plan out
    expect(errorBody(error).result.content).toEqual([{ type: 'text', text: expect.stringContaining(`plan_token: ${token}`) }]);
    expect(errorBody(error).result.structuredContent).toMatchObject({ error: { details: { plan_token: token } } });
  });

  it('is carried out once', async () => {
    const stage = confirmStage();
    const token = await tokenOf(stage, destroy());
    expect(await run(stage, destroy({ token }))).toBeDefined();
    expect(await failure(run(stage, destroy({ token })))).toMatchObject({
      code: 'confirmation_required',
      message: expect.stringContaining('used'),
    });
  });

  it('is good again when the call has to ask for something before it acts, and then once', async () => {
    const stage = confirmStage();
    const token = await tokenOf(stage, destroy());
    const asking = new InputRequired({ client_roots: { method: 'roots/list' } });
    expect(await failure(run(stage, destroy({ token }), () => Promise.reject(asking)))).toBe(asking);
    expect(await failure(run(stage, destroy({ token, target: { plan: () => Promise.reject(asking) } })))).toBe(asking);
    expect(await run(stage, destroy({ token }))).toBeDefined();
    expect(await failure(run(stage, destroy({ token })))).toMatchObject({ code: 'confirmation_required' });
    // whatever else goes wrong may have happened after something was done
    const other = await tokenOf(stage, destroy());
    await failure(run(stage, destroy({ token: other }), () => Promise.reject(new Error('midway'))));
    expect(await failure(run(stage, destroy({ token: other })))).toMatchObject({ code: 'confirmation_required' });
  });

  it('is carried out once even by two calls at the same time', async () => {
    const stage = confirmStage();
    const token = await tokenOf(stage, destroy());
    const outcomes = await Promise.allSettled([run(stage, destroy({ token })), run(stage, destroy({ token }))]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it.each<[string, Planned]>([
    ['other arguments', { args: { name: 'other' } }],
    ['one argument more', { args: { name: 'db', force: true } }],
    ['another person', { caller: { principal: { ...OWNER, id: 'owner-2' } satisfies Principal } }],
  ])('is no good for %s', async (_name, other) => {
    const stage = confirmStage({ modeFor: () => 'plan' });
    const token = await tokenOf(stage, destroy());
    expect(await failure(run(stage, destroy({ ...other, token })))).toMatchObject({ code: 'conflict' });
    // and it is used up: nobody can try on
    expect(await failure(run(stage, destroy({ token })))).toMatchObject({ code: 'confirmation_required' });
  });

  it('is no good for another tool or server', async () => {
    const stage = confirmStage();
    const token = await tokenOf(stage, destroy());
    const elsewhere = { ...destroy({ token }), server: 'other' };
    expect(await failure(run(stage, elsewhere))).toMatchObject({ code: 'conflict' });
    const again = await tokenOf(stage, destroy());
    expect(await failure(run(stage, { ...destroy({ token: again }), tool: 'other_do' }))).toMatchObject({ code: 'conflict' });
  });

  it('is no good once its target has changed, by its state or else by its changes', async () => {
    const stage = confirmStage();
    const token = await tokenOf(stage, destroy({ target: plan(['a'], { revision: 1 }) }));
    expect(await failure(run(stage, destroy({ token, target: plan(['a'], { revision: 2 }) })))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('state'),
    });
    const other = await tokenOf(stage, destroy({ target: plan(['a']) }));
    expect(await failure(run(stage, destroy({ token: other, target: plan(['b']) })))).toMatchObject({ code: 'conflict' });
  });

  it('is no person’s consent, and neither is the operator’s leave', async () => {
    const stage = confirmStage();
    const token = await tokenOf(stage, destroy());
    const redeemed = destroy({ token });
    await run(stage, redeemed);
    const allowed = destroy({ target: { confirm: 'allow' } });
    await run(stage, allowed);
    expect([redeemed.consented, allowed.consented]).toEqual([undefined, undefined]);
  });

  it('does not care in which order arguments are named', async () => {
    const stage = confirmStage();
    const token = await tokenOf(stage, destroy({ args: { a: 1, b: { c: 2, d: 3 } } }));
    expect(await run(stage, destroy({ args: { b: { d: 3, c: 2 }, a: 1 }, token }))).toBeDefined();
  });

  it('ends after five minutes', async () => {
    let now = 0;
    const stage = confirmStage({ tokens: new PlanTokens(() => now) });
    const token = await tokenOf(stage, destroy());
    now = 5 * 60_000;
    expect(await failure(run(stage, destroy({ token })))).toMatchObject({
      code: 'confirmation_required',
      message: expect.stringContaining('expired'),
    });
  });

  it('keeps a thousand tokens at most, the youngest', async () => {
    const stage = confirmStage();
    const first = await tokenOf(stage, destroy());
    let last = first;
    for (let count = 0; count < 1_001; count += 1) last = await tokenOf(stage, destroy());
    expect(await failure(run(stage, destroy({ token: first })))).toMatchObject({ code: 'confirmation_required' });
    expect(await run(stage, destroy({ token: last }))).toBeDefined();
  });

  it('cannot hang: making it has the deadline of the call', async () => {
    const call = destroy({ target: { deadlineMs: 20, plan: () => new Promise<Plan>(() => undefined) } });
    expect(await failure(run(confirmStage(), call))).toMatchObject({ code: 'timeout' });
  });

  it('shows a tool without one by its arguments, each shortened', async () => {
    const error = (await failure(run(confirmStage(), destroy({ args: { body: 'x'.repeat(100_000) } })))) as ToolError;
    const { plan: shown } = error.details as { plan: Plan };
    expect(shown.changes).toEqual([expect.stringMatching(/^body: "x+…$/)]);
    expect(JSON.stringify(shown).length).toBeLessThan(2_000);
  });
});

describe('a question to the person', () => {
  /** The call as it comes again with the person's answer. */
  const again = async (answer: unknown, planned: Planned = {}): Promise<Call> => {
    const [key] = await questionOf(confirmStage(), destroy({ ...planned, caller: CAN_ASK }));
    return destroy({ ...planned, caller: { ...CAN_ASK, answers: { [key]: answer } } });
  };
  const YES = { action: 'accept', content: { confirm: true } };
  const plan = (changes: string[], more: Partial<Plan> = {}): Planned => ({
    target: { plan: async () => ({ summary: 'Remove db', changes, ...more }) },
  });

  it('names what would be done, twenty changes at most', async () => {
    const changes = Array.from({ length: 25 }, (_, index) => `container ${index}`);
    const [key, request] = await questionOf(confirmStage(), destroy({ caller: CAN_ASK, ...plan(changes) }));
    expect(key).toMatch(/^io\.deployment-engine\/confirm\//);
    expect(request.method).toBe('elicitation/create');
    const { message, requestedSchema } = request.params as { message: string; requestedSchema: object };
    expect(message.split('\n')).toHaveLength(22);
    expect(message).toContain('… and 5 more');
    expect(requestedSchema).toMatchObject({ type: 'object', properties: { confirm: { type: 'boolean' } }, required: ['confirm'] });
  });

  it('goes on with a yes, says so in the record, and hands on what was agreed to', async () => {
    const call = await again(YES, plan(['data'], { covers: ['remove/db'] }));
    call.reason = 'owner';
    await run(confirmStage(), call);
    expect(call.reason).toBe('owner; confirmed by a person');
    expect(call.consented).toEqual({ summary: 'Remove db', changes: ['data'], covers: ['remove/db'] });
  });

  it.each<[string, Planned]>([
    ['another state', plan(['data'], { state: 2, covers: ['remove/db'] })],
    ['something more that it covers', plan(['data'], { state: 1, covers: ['remove/db', 'remove/other'] })],
    ['other arguments', { ...plan(['data'], { state: 1, covers: ['remove/db'] }), args: { name: 'other' } }],
  ])('is asked again for %s than the yes was given to', async (_name, changed) => {
    const { caller } = await again(YES, plan(['data'], { state: 1, covers: ['remove/db'] }));
    const call = destroy({ ...changed, caller });
    const [key] = await questionOf(confirmStage(), call);
    expect(Object.keys(caller.answers)).not.toContain(key);
    expect(call.consented).toBeUndefined();
  });

  it('takes no yes to a key that nobody asked', async () => {
    const caller = { ...CAN_ASK, answers: { 'io.deployment-engine/confirm': YES, 'io.deployment-engine/confirm/': YES, consented: YES } };
    await questionOf(confirmStage(), destroy({ caller }));
  });

  it.each<[string, unknown, string]>([
    ['no', { action: 'accept', content: { confirm: false } }, 'cancelled'],
    ['decline', { action: 'decline' }, 'cancelled'],
    ['cancel', { action: 'cancel' }, 'cancelled'],
    ['a form not filled in', { action: 'accept', content: {} }, 'invalid_input'],
    ['a yes in words', { action: 'accept', content: { confirm: 'true' } }, 'invalid_input'],
    ['nothing at all', null, 'invalid_input'],
    ['an unknown action', { action: 'sure', content: { confirm: true } }, 'invalid_input'],
  ])('does nothing on %s', async (_name, answer, code) => {
    let reached = false;
    const call = await again(answer);
    const error = await failure(
      run(confirmStage(), call, () => {
        reached = true;
        return next();
      }),
    );
    expect(error).toMatchObject({ code });
    expect([reached, call.consented]).toEqual([false, undefined]);
  });

  it('does not take a plan’s token for a person’s consent', async () => {
    const stage = confirmStage();
    const token = await tokenOf(stage, destroy());
    expect(await failure(run(stage, destroy({ token, caller: CAN_ASK })))).toBeInstanceOf(InputRequired);
  });
});
