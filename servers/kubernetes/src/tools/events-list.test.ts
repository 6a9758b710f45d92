import { beforeAll, expect, it } from 'vitest';
import { kubernetesSuite, soon } from '../testing/fixture.ts';
import type { Shown } from './events-list.ts';

interface Events {
  events: Shown[];
  total: number;
  left: number;
}

kubernetesSuite('events_list', (bench) => {
  let namespace: string;
  // one moment for all: they are told apart to the second
  const now = Date.now();
  const REASONS: [string, string, (name: string) => string][] = [
    ['Normal', 'Scheduled', (name) => `Successfully assigned shop/${name} to worker-1`],
    ['Normal', 'Pulled', () => 'Container image "registry.test/app:1" already present on machine'],
    ['Normal', 'Created', () => 'Created container: main'],
    ['Warning', 'BackOff', (name) => `Back-off restarting failed container main in pod ${name}`],
  ];
  const made = (name: string, at: number, [type, reason, words]: (typeof REASONS)[number], count: number) => {
    const time = new Date(now - at * 1000).toISOString().replace(/\.\d+Z/, 'Z');
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${reason.toLowerCase()}`, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name },
      type,
      reason,
      message: words(name),
      count,
      firstTimestamp: time,
      lastTimestamp: time,
      source: { component: 'test' },
    };
  };

  beforeAll(async () => {
    namespace = await bench.space('many');
    const kind = await bench.cluster.kind('v1/events', soon());
    const all = Array.from({ length: 530 }, (_, at) => REASONS.map((one) => made(`web-${at}`, at + 1, one, 1))).flat();
    all.push(
      made('odd', 600, ['Warning', 'FailedMount', () => 'MountVolume.SetUp failed'], 7),
      made('odd', 7_200, ['Warning', 'Evicted', () => 'The node was low on resource: memory.'], 1),
    );
    const worker = async (): Promise<void> => {
      for (let one = all.pop(); one !== undefined; one = all.pop()) await bench.cluster.create(kind, { namespace }, one, soon());
    };
    await Promise.all(Array.from({ length: 16 }, worker));
  }, 120_000);

  it('answers 2,122 events of a namespace in at most 2,000 tokens, warnings first', async () => {
    const result = await bench.server.call<Events>('events_list', { namespace });
    if (result.ok !== true) throw new Error(JSON.stringify(result));
    const tokens = (Buffer.byteLength(result.text) + Buffer.byteLength(JSON.stringify(result.output))) / 4;
    process.stdout.write(`2,122 events in ${Math.ceil(tokens)} tokens, text and structured content together\n`);
    expect(tokens).toBeLessThanOrEqual(2_000);
    const { events, total, left } = result.output;
    expect({ total, left }).toEqual({ total: 2_122, left: 0 });
    expect(events.map(({ type, reason, count }) => `${type} ${reason} ${count}`)).toEqual([
      'Warning BackOff 530',
      'Warning FailedMount 7',
      'Warning Evicted 1',
      expect.stringMatching(/^Normal \w+ 530$/),
      expect.stringMatching(/^Normal \w+ 530$/),
      expect.stringMatching(/^Normal \w+ 530$/),
    ]);
    expect(events[0]).toMatchObject({ kind: 'Pod', more: 525, message: 'Back-off restarting failed container main in pod web-0' });
    expect(Date.parse(events[0]?.last ?? '') - Date.parse(events[0]?.first ?? '')).toBe(529_000);
    expect(events[1]).toMatchObject({ objects: { odd: 7 } });
    expect(result.text).toMatch(/Warning BackOff ×530 .* Pod web-0, .* and 525 more: Back-off/);
  });

  it.each<[object, (events: Events) => unknown, unknown]>([
    [{ type: 'Warning' }, ({ total }) => total, 532],
    [{ reason: 'Evicted' }, ({ total }) => total, 1],
    [{ kind: 'pods', name: 'odd' }, ({ events }) => events.map(({ reason }) => reason), ['FailedMount', 'Evicted']],
    [{ kind: 'pods', name: 'odd', since: '1h' }, ({ events }) => events.map(({ reason }) => reason), ['FailedMount']],
    [{ kind: 'Deployment' }, ({ total, events }) => [total, events], [0, []]],
    [{ name: 'absent' }, ({ total }) => total, 0],
  ])('takes only those that are asked for: %j', async (filter, read, expected) => {
    expect(read(await bench.ok<Events>('events_list', { namespace, ...filter }))).toEqual(expected);
  });

  it('shows over all namespaces whose they are', async () => {
    const { events } = await bench.ok<Events>('events_list', { namespace: '*', reason: 'Evicted', name: 'odd', max_tokens: 8_000 });
    expect(events.flatMap(({ objects }) => Object.keys(objects))).toContain(`${namespace}/odd`);
  });

  it('keeps small budgets, and says what was left out', async () => {
    const { events, left } = await bench.ok<Events>('events_list', { namespace, max_tokens: 300 });
    expect(events[0]?.type).toBe('Warning');
    expect(left).toBeGreaterThan(0);
    expect(events.length + left).toBe(6);
  });

  it('refuses what is no filter', async () => {
    for (const hostile of [{ reason: 'a,type=b' }, { since: 'soon' }, { name: 'a,reason=b' }, { type: 'Error' }, { namespace: 'a/b' }])
      expect(await bench.fails('events_list', { namespace, ...hostile })).toMatchObject({ code: 'invalid_input' });
    expect(await bench.fails('events_list', { kind: 'Node', namespace })).toMatchObject({ code: 'invalid_input' });
  });
});
