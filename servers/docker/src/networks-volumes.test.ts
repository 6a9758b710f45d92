import { expect, it } from 'vitest';
import { dockerSuite } from './testing/fixture.ts';

dockerSuite('networks and volumes on a real engine', (bench) => {
  it('creates, lists, inspects, joins, leaves and removes a network', async () => {
    const network = bench.name('net');
    const made = await bench.ok('network_create', {
      name: network,
      subnet: '10.213.7.0/24',
      gateway: '10.213.7.1',
      internal: true,
      labels: { a: 'b' },
    });
    expect(made).toMatchObject({ name: network });
    expect(await bench.ok('network_list', { name: network, driver: 'bridge', labels: ['a=b'] })).toMatchObject({
      networks: [{ name: network, subnets: ['10.213.7.0/24'], internal: true }],
      total: 1,
    });
    const container = bench.name('member');
    await bench.ok('container_create', { image: bench.backend.image, name: container, network, aliases: ['db'] });
    expect(await bench.ok('network_disconnect', { network, container })).toMatchObject({ network, container });
    expect(await bench.ok('network_connect', { network, container, aliases: ['store'] })).toMatchObject({ network, container });
    const { container: facts } = await bench.ok<{ container: { networks: { name: string; aliases?: string[] }[] } }>('container_inspect', {
      container,
    });
    expect(facts.networks).toMatchObject([{ name: network, aliases: expect.arrayContaining(['store']) }]);
    expect(await bench.ok('network_inspect', { network })).toMatchObject({
      network: {
        name: network,
        internal: true,
        labels: { a: 'b' },
        subnets: [{ subnet: '10.213.7.0/24', gateway: '10.213.7.1' }],
        containers: [],
      },
    });
    expect(await bench.text('network_inspect', { network })).toContain(network);
    expect(await bench.fails('network_create', { name: network })).toMatchObject({ code: 'conflict' });
    const planned = await bench.with({}, { confirm: 'plan' });
    expect(await planned.fails('network_remove', { network })).toMatchObject({
      details: { plan: { summary: expect.stringContaining(network) } },
    });
    expect(await bench.ok('network_remove', { network })).toMatchObject({ removed: network });
    expect(await bench.fails('network_inspect', { network })).toMatchObject({ code: 'not_found' });
  });

  it('prunes only networks that no container, running or stopped, uses', async () => {
    const label = bench.name('prune');
    for (const word of ['used', 'unused']) await bench.ok('network_create', { name: bench.name(word), labels: { [label]: 'yes' } });
    await bench.ok('container_create', { image: bench.backend.image, name: bench.name('user'), network: bench.name('used') });
    expect(await bench.ok('network_list', { labels: [label], unused: true, limit: 1 })).toMatchObject({ networks: [expect.anything()] });
    const planned = await bench.with({}, { confirm: 'plan' });
    expect(await planned.fails('network_prune', { labels: [label] })).toMatchObject({
      details: { plan: { changes: [expect.stringContaining(bench.name('unused'))] } },
    });
    expect(await bench.ok('network_prune', { labels: [label], older_than: '1d' })).toMatchObject({ removed: [] });
    expect(await bench.ok('network_prune', { labels: [label] })).toMatchObject({
      removed: [expect.stringContaining(bench.name('unused'))],
      failed: [],
    });
    expect(await bench.ok('network_inspect', { network: bench.name('used') })).toMatchObject({ host: 'bench' });
  });

  it('creates, lists, inspects and removes a volume', async () => {
    const volume = bench.name('vol');
    expect(await bench.ok('volume_create', { name: volume, labels: { 'api.token': 'abc', kind: 'x' } })).toMatchObject({
      name: volume,
      driver: 'local',
    });
    const container = bench.name('holder');
    await bench.ok('container_run', {
      image: bench.backend.image,
      name: container,
      network: 'none',
      mounts: [{ type: 'volume', source: volume, target: '/d' }],
      command: ['sh', '-c', 'echo 12345 > /d/x'],
      wait: true,
    });
    expect(await bench.ok('volume_list', { name: volume, size: true, unused: false, labels: ['kind=x'] })).toMatchObject({
      volumes: [{ name: volume, size: 6, users: 1 }],
      total: 1,
    });
    expect(await bench.ok('volume_inspect', { volume })).toMatchObject({
      volume: { name: volume, labels: { 'api.token': '[masked]', kind: 'x' }, used_by: [container] },
    });
    expect(await bench.fails('volume_remove', { volume })).toMatchObject({ code: 'conflict' });
    const planned = await bench.with({}, { confirm: 'plan' });
    expect(await planned.fails('volume_remove', { volume })).toMatchObject({
      details: { plan: { summary: expect.stringContaining('6 B'), changes: expect.arrayContaining([expect.stringContaining(container)]) } },
    });
    await bench.ok('container_remove', { container });
    expect(await bench.ok('volume_remove', { volume })).toMatchObject({ removed: volume });
    expect(await bench.fails('volume_inspect', { volume })).toMatchObject({ code: 'not_found' });
  });

  it('prunes anonymous volumes, and named ones only with all', async () => {
    const label = bench.name('prune');
    await bench.ok('volume_create', { name: bench.name('named'), labels: { [label]: 'yes' } });
    const anonymous = (await bench.ok<{ name: string }>('volume_create', { labels: { [label]: 'yes' } })).name;
    expect(anonymous).toMatch(/^[0-9a-f]{64}$/);
    const planned = await bench.with({}, { confirm: 'plan' });
    expect(await planned.fails('volume_prune', { labels: [label], all: true })).toMatchObject({
      details: { plan: { summary: expect.stringContaining('2 unused volumes') } },
    });
    expect(await bench.ok('volume_prune', { labels: [label] })).toMatchObject({
      removed: [expect.stringContaining(anonymous)],
      failed: [],
    });
    expect(await bench.ok('volume_prune', { labels: [label], all: true })).toMatchObject({
      removed: [expect.stringContaining(bench.name('named'))],
    });
  });
});
