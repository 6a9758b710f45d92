import { describe, expect, it } from 'vitest';
import { OWNER } from '@deployment-engine/shared/contracts';
import type { Caller } from '@deployment-engine/shared/toolkit';
import { callerFor, callFor, failure } from '../testing/machine.ts';
import { MidCallRequests } from './mid-call.ts';

type Handler = (request: { params: unknown }) => Promise<unknown>;

/** What the SDK's client would call. */
function installed(midCall: MidCallRequests): Record<string, Handler> {
  const handlers: Record<string, Handler> = {};
  midCall.install({ setRequestHandler: (method: string, handler: Handler) => void (handlers[method] = handler) } as never);
  return handlers;
}

const asking = (answers: string, more: Partial<Caller> = {}): Caller =>
  callerFor({
    can: { elicitation: true, sampling: true, roots: true },
    request: async (method, params) => ({ method, params, answers }),
    ...more,
  });
const ask = (handlers: Record<string, Handler>, method: string): Promise<unknown> => handlers[method]!({ params: { message: '?' } });

describe('requests in the middle of a call', () => {
  it('go to the youngest call whose client can answer', async () => {
    const midCall = new MidCallRequests('Up', () => ['/srv']);
    const handlers = installed(midCall);
    const leave = [asking('first'), asking('second'), callerFor()].map((caller) => midCall.enter(caller, undefined));
    expect(await ask(handlers, 'elicitation/create')).toEqual({
      method: 'elicitation/create',
      params: { message: '?' },
      answers: 'second',
    });
    leave[1]!();
    expect(await ask(handlers, 'sampling/createMessage')).toMatchObject({ method: 'sampling/createMessage', answers: 'first' });
    leave[0]!();
    expect(await failure(ask(handlers, 'elicitation/create'))).toMatchObject({ code: -32_601 });
  });

  it('give the call time to think', async () => {
    const midCall = new MidCallRequests('Up', () => []);
    const call = callFor('x');
    const given: (number | undefined)[] = [];
    call.extendDeadline = (ms) => void given.push(ms);
    midCall.enter(asking('me'), call);
    await ask(installed(midCall), 'elicitation/create');
    expect(given).toEqual([600_000]);
  });

  it('reach nobody while calls of two people run: one could be asked about the other’s', async () => {
    const midCall = new MidCallRequests('Up', () => ['/srv']);
    const handlers = installed(midCall);
    const told: string[] = [];
    midCall.enter(asking('ada', { principal: { ...OWNER, id: 'user:ada' }, tell: () => void told.push('ada') }), undefined);
    const leave = midCall.enter(asking('bob', { principal: { ...OWNER, id: 'user:bob' }, tell: () => void told.push('bob') }), undefined);
    expect(await failure(ask(handlers, 'elicitation/create'))).toMatchObject({ code: -32_601 });
    midCall.tell('info', 'about somebody', undefined);
    expect(told).toEqual([]);
    expect(await ask(handlers, 'roots/list')).toEqual({ roots: [{ uri: 'file:///srv' }] });
    leave();
    expect(await ask(handlers, 'elicitation/create')).toMatchObject({ answers: 'ada' });
    midCall.tell('info', 'about ada', undefined);
    expect(told).toEqual(['ada']);
  });

  it('answer for the operator’s roots where no client has any', async () => {
    expect(await ask(installed(new MidCallRequests('Up', () => ['/srv/a b'])), 'roots/list')).toEqual({
      roots: [{ uri: 'file:///srv/a%20b' }],
    });
    const midCall = new MidCallRequests('Up', () => []);
    midCall.enter(asking('me'), undefined);
    expect(await ask(installed(midCall), 'roots/list')).toMatchObject({ method: 'roots/list', answers: 'me' });
  });
});
