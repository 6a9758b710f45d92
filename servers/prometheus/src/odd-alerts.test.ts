import { open, type OpenServer } from '@deployment-engine/shared/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { server } from './server.ts';
import { byPath, failure, type FakeApi, fakeApi, type Reply, success } from './testing/fake-api.ts';

// Alerts, rules and silences of backends that fail or answer in unusual ways.

type Output = Record<string, unknown>;

const running: { session: OpenServer; api: FakeApi }[] = [];
afterEach(async () => {
  for (const { session, api } of running.splice(0)) {
    await session.close();
    await api[Symbol.asyncDispose]();
  }
});

async function against(replies: Parameters<typeof byPath>[0]) {
  const api = await fakeApi(byPath(replies));
  const session = await open(server, {
    config: { sources: { fake: { url: api.url, alertmanager: { url: `${api.url}/am` } } }, alertPollSeconds: 1 },
  });
  running.push({ session, api });
  return {
    session,
    api,
    async ok(tool: string, args: Record<string, unknown> = {}): Promise<{ output: Output; text: string }> {
      const result = await session.call<Output>(tool, args);
      if (result.ok !== true) throw new Error(JSON.stringify(result));
      return result;
    },
    async failed(tool: string, args: Record<string, unknown> = {}): Promise<object> {
      const result = await session.call(tool, args);
      if (result.ok !== false) throw new Error(JSON.stringify(result));
      return result.error;
    },
  };
}

describe('alerts', () => {
  const alert = {
    labels: { alertname: 'Down', instance: 'a' },
    annotations: { summary: 'is down' },
    state: 'firing',
    activeAt: '2026-01-01T00:00:00Z',
    value: '1e+00',
  };
  const rule = {
    type: 'alerting',
    name: 'Down',
    query: 'up == 0',
    duration: 300,
    labels: { team: '{{ $labels.team }}' },
    health: 'err',
    lastError: 'found duplicate series',
    state: 'firing',
    alerts: [alert],
  };
  const rules = success({
    groups: [
      {
        name: 'g',
        file: '/etc/prometheus/rules.yml',
        interval: 15,
        rules: [
          { ...rule, labels: {} },
          { ...rule, name: 'Quiet', health: 'ok', state: 'inactive', lastError: '', alerts: [] },
        ],
      },
    ],
  });

  it('are shown although rules and Alertmanager are away, with a warning for each', async () => {
    const { ok } = await against({
      '/v1/alerts': success({ alerts: [alert, { ...alert, labels: { alertname: 'Early' }, state: 'pending', value: '' }] }),
      '/v2/alerts': { status: 401, body: 'no' },
    });
    const { output } = await ok('alert_list');
    expect(output['alerts']).toMatchObject([
      { name: 'Down', state: 'firing', value: 1 },
      { name: 'Early', state: 'pending' },
    ]);
    expect(output['warnings']).toEqual([
      expect.stringContaining('The rules could not be read'),
      expect.stringContaining('The Alertmanager could not be read'),
    ]);
  });

  it('are joined with their rule, silences and inhibitions', async () => {
    const routed = [
      {
        labels: { ...alert.labels, cluster: 'eu' },
        status: { state: 'suppressed', silencedBy: ['s1'], inhibitedBy: ['f1'] },
        receivers: [{ name: 'pager' }],
      },
    ];
    const { ok } = await against({ '/v1/alerts': success({ alerts: [alert] }), '/rules': rules, '/v2/alerts': { body: routed } });
    const { output, text } = await ok('alert_list');
    expect(output['alerts']).toMatchObject([{ promql: 'up == 0', for: '5m', silenced_by: ['s1'], inhibited: true, receivers: ['pager'] }]);
    expect(text).toContain('firing (silenced) (inhibited)');
  });

  it('show broken rules first', async () => {
    const { ok } = await against({ '/rules': rules });
    const { output, text } = await ok('rule_list');
    expect(output).toMatchObject({
      broken: 1,
      rules: [{ name: 'Down', health: 'err', last_error: 'found duplicate series', file: 'rules.yml', for: '5m' }, { name: 'Quiet' }],
    });
    expect(text).toContain('1 broken');
  });

  it('are watched past a fault of the server', async () => {
    let asked = 0;
    const replies = [[alert], undefined, [alert], []];
    const { session } = await against({
      '/v1/alerts': () => {
        const now = replies[Math.min(asked, replies.length - 1)];
        asked += 1;
        return now === undefined ? failure(500, 'internal', 'boom') : success({ alerts: now });
      },
    });
    const heard: number[] = [];
    const stop = await session.runtime.watchResource('prometheus://fake/alerts', session.caller(), () => heard.push(asked));
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([4]);
    stop();
  });

  it.each<[string, Reply, object]>([
    ['a redirect', { status: 302, headers: { location: '/login' } }, { code: 'upstream_error' }],
    ['a web page', { body: '<html>' }, { code: 'upstream_error', hint: expect.stringContaining('/api/v2') as string }],
    [
      'a refusal in an object',
      { status: 422, body: { code: 601, message: 'bad\nid' } },
      { code: 'invalid_input', message: 'The Alertmanager refused this: "bad id".' },
    ],
    ['a refusal in text', { status: 400, body: 'no' }, { code: 'invalid_input' }],
    ['a refusal that is no JSON', { status: 400, body: '{', headers: { 'content-type': 'application/json' } }, { code: 'invalid_input' }],
    ['no sign-in', { status: 401, body: 'no' }, { code: 'unauthenticated' }],
    ['another shape', { body: { silences: [] } }, { code: 'upstream_error' }],
  ])('of an Alertmanager that answers with %s', async (_, reply, expected) => {
    const { failed } = await against({ '/silences': reply });
    expect(await failed('silence_list')).toMatchObject(expected);
  });

  it('say when a silence is not there, and when it does not end', async () => {
    const id = '9b7a6d1e-0000-4000-8000-000000000000';
    const old = await against({ [id]: { status: 500, body: '"silence not found"', headers: { 'content-type': 'application/json' } } });
    expect(await old.failed('silence_expire', { id })).toMatchObject({ code: 'not_found' });
    const stubborn = await against({
      [id]: { body: { id, status: { state: 'active' }, matchers: [{ name: 'a', value: 'b', isRegex: true, isEqual: false }] } },
    });
    expect(await stubborn.failed('silence_expire', { id })).toMatchObject({
      code: 'upstream_error',
      message: expect.stringContaining('has not ended') as string,
    });
  });
});
