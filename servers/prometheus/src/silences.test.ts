import { backend as find, describeWith, open, type OpenServer } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { server } from './server.ts';

interface Output {
  [key: string]: unknown;
  silence: { id: string; state: string; matchers: string[] };
  total: number;
}

describeWith('alertmanager', (alertmanager) => {
  const prometheus = find('prometheus').backend;
  let session: OpenServer;
  beforeAll(async () => {
    if (prometheus === undefined) throw new Error('the alertmanager runs without its prometheus');
    session = await open(server, {
      config: { sources: { default: { url: prometheus.url, alertmanager: { url: alertmanager.url } } }, alertPollSeconds: 1 },
    });
  });
  afterAll(() => session?.close());

  const call = (tool: string, args: Record<string, unknown> = {}) => session.call<Output>(tool, args);
  const ok = async (tool: string, args: Record<string, unknown> = {}): Promise<Output> => {
    const result = await call(tool, args);
    if (result.ok !== true) throw new Error(`${tool}: ${JSON.stringify(result)}`);
    return result.output;
  };

  it('silences an alert, shows it, tells who watches, and ends it', async () => {
    const alertname = prometheus!.firingAlert;
    const alert = async (): Promise<Record<string, unknown>> =>
      ((await ok('alert_list', { labels: { alertname } }))['alerts'] as Record<string, unknown>[])[0]!;
    await expect.poll(async () => (await alert())['receivers'], { timeout: 20_000 }).toEqual(['nobody']);
    let heard = 0;
    const stop = await session.runtime.watchResource('prometheus://default/alerts', session.caller(), () => (heard += 1));
    const { silence, covers_total: covers } = await ok('silence_create', {
      matchers: [`alertname="${alertname}"`, 'severity=~"te.t"', 'team!="x"'],
      duration: '10m',
      comment: 'a test of\nthe server',
    });
    try {
      expect(silence).toMatchObject({
        state: 'active',
        matchers: [`alertname="${alertname}"`, 'severity=~"te.t"', 'team!="x"'],
        created_by: 'deployment-engine (owner)',
        comment: 'a test of the server',
      });
      expect(covers).toBe(1);
      await expect.poll(async () => (await alert())['silenced_by'], { timeout: 20_000 }).toEqual([silence.id]);
      await expect.poll(() => heard, { timeout: 20_000 }).toBeGreaterThan(0);
      expect((await ok('silence_list', { search: alertname }))['silences']).toContainEqual(expect.objectContaining({ id: silence.id }));
    } finally {
      stop();
      expect(await ok('silence_expire', { id: silence.id })).toMatchObject({ changed: true, silence: { state: 'expired' } });
    }
    expect(await ok('silence_expire', { id: silence.id })).toMatchObject({ changed: false });
    expect((await ok('silence_list'))['silences']).not.toContainEqual(expect.objectContaining({ id: silence.id }));
    expect((await ok('silence_list', { state: 'expired' }))['silences']).toContainEqual(expect.objectContaining({ id: silence.id }));
  });

  it('makes one that begins later', async () => {
    const { silence } = await ok('silence_create', {
      matchers: ['alertname="NotThere"'],
      duration: '1h',
      start: 'now+1h',
      comment: 'later',
    });
    expect(silence.state).toBe('pending');
    expect((await ok('silence_list', { state: 'pending' }))['silences']).toContainEqual(expect.objectContaining({ id: silence.id }));
    await ok('silence_expire', { id: silence.id });
  });

  it.each([
    [{ matchers: ['alertname=~".*"'], duration: '1m', comment: 'x' }, 'every alert'],
    [{ matchers: ['alertname!="x"'], duration: '1m', comment: 'x' }, 'every alert'],
    [{ matchers: ['alertname'], duration: '1m', comment: 'x' }, 'cannot be read'],
    [{ matchers: ['alertname=unquoted'], duration: '1m', comment: 'x' }, 'cannot be read'],
    [{ matchers: ['a=~"("'], duration: '1m', comment: 'x' }, 'regular expression'],
    [{ matchers: ['a="b"'], duration: '60d', comment: 'x' }, '30 days'],
    [{ matchers: ['a="b"'], duration: '5m', start: '-1h', comment: 'x' }, 'end in the past'],
    [{ matchers: ['a="b"'], duration: 'long', comment: 'x' }, 'not a duration'],
  ])('refuses %j', async (args, message) =>
    expect(await call('silence_create', args)).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', message: expect.stringContaining(message) as string },
    }),
  );

  it('knows an id that is not there', async () => {
    expect(await call('silence_expire', { id: '9b7a6d1e-0000-4000-8000-000000000000' })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    expect(await call('silence_expire', { id: '../silences' })).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });
});
