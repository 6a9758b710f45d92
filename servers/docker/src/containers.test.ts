import { expect, it } from 'vitest';
import { inspectContainer } from './client/index.ts';
import { dockerSuite, idle, IDLE, soon } from './testing/fixture.ts';

dockerSuite('containers on a real engine', (bench) => {
  const run = (more: object) => bench.ok('container_run', { image: bench.backend.image, network: 'none', pull: 'never', ...more });

  it('runs a command, waits for its end and gives exit code and output of both streams', async () => {
    const done = await run({
      name: bench.name('once'),
      command: ['sh', '-c', 'echo out; echo err >&2; exit 3'],
      wait: true,
      auto_remove: true,
    });
    expect(done).toMatchObject({ host: 'bench', status: 'exited', exit_code: 3, timed_out: false, removed: true, truncated: false });
    expect(done['lines']).toEqual(
      expect.arrayContaining([
        { stream: 'stdout', text: 'out' },
        { stream: 'stderr', text: 'err' },
      ]),
    );
    expect(await bench.fails('container_inspect', { container: bench.name('once') })).toMatchObject({ code: 'not_found' });
  });

  it('leaves one running when the time to wait is up', async () => {
    const done = await run({ name: bench.name('long'), command: IDLE, wait: true, wait_s: 1 });
    expect(done).toMatchObject({ status: 'running', timed_out: true, removed: false });
    expect(done['exit_code']).toBeUndefined();
  });

  it('ends and removes the container of a cancelled run', async () => {
    const stop = new AbortController();
    const name = bench.name('cancelled');
    const call = bench.fails(
      'container_run',
      { image: bench.backend.image, network: 'none', name, command: IDLE, wait: true, auto_remove: true },
      { signal: stop.signal },
    );
    await expect.poll(async () => (await bench.server.call('container_inspect', { container: name })).ok, { timeout: 10_000 }).toBe(true);
    stop.abort();
    expect(await call).toMatchObject({ code: 'cancelled' });
    // the answer does not wait for the engine to clean up
    await expect.poll(async () => (await bench.server.call('container_inspect', { container: name })).ok, { timeout: 10_000 }).toBe(false);
  });

  it('lists by name, label and state', async () => {
    const name = await idle(bench, 'listed', { labels: { shape: 'round' } });
    const found = await bench.ok<{ containers: { name: string; state: string }[]; total: number }>('container_list', {
      name,
      labels: ['shape=round'],
    });
    expect(found.containers).toMatchObject([{ name, state: 'running', image: bench.backend.image, networks: ['none'] }]);
    expect(await bench.ok('container_list', { name, state: ['exited'] })).toMatchObject({ total: 0, truncated: false });
    expect(await bench.ok('container_list', { limit: 1, all: true })).toMatchObject({ containers: [expect.anything()] });
    expect(await bench.text('container_list', { name })).toContain(name);
  });

  it('inspects with limits, and with secrets masked', async () => {
    const name = await idle(bench, 'inspected', {
      env: { DB_PASSWORD: 'hunter2', MODE: 'fast', URL: 'postgres://u:hunter2@db/x' },
      memory: '64m',
      cpus: 0.5,
      mounts: [{ type: 'tmpfs', target: '/scratch', size: '1m' }],
      restart: 'on-failure',
      max_retries: 2,
    });
    const text = await bench.text('container_inspect', { container: name, size: true });
    expect(text).not.toContain('hunter2');
    const { container } = await bench.ok<{ container: object }>('container_inspect', { container: name });
    expect(container).toMatchObject({
      name,
      state: { status: 'running' },
      config: { env: expect.arrayContaining(['DB_PASSWORD=[masked]', 'MODE=fast']) },
      limits: { memory: 64 * 1024 * 1024, cpus: 0.5, pids: 2048 },
      restart_policy: 'on-failure',
    });
  });

  it('reads logs by tail, text, stream and time', async () => {
    const name = bench.name('logs');
    await run({ name, command: ['sh', '-c', 'for i in 1 2 3 4 5; do echo line $i; done; echo oops >&2'], wait: true });
    const logs = (more: object) =>
      bench.ok<{ lines: { text: string; stream: string; time?: string }[]; truncated: boolean }>('container_logs', {
        container: name,
        ...more,
      });
    const all = await logs({});
    expect(all.lines.filter((line) => line.stream === 'stdout').map((line) => line.text)).toEqual([1, 2, 3, 4, 5].map((n) => `line ${n}`));
    expect(all.truncated).toBe(false);
    expect(await logs({ tail: 2, stream: 'stdout' })).toMatchObject({ lines: [{ text: 'line 4' }, { text: 'line 5' }], truncated: true });
    expect((await logs({ grep: 'LINE 3' })).lines).toMatchObject([{ text: 'line 3' }]);
    expect((await logs({ stream: 'stderr', timestamps: true })).lines).toMatchObject([
      { stream: 'stderr', text: 'oops', time: expect.stringMatching(/^20/) },
    ]);
    expect((await logs({ until: '2020-01-01T00:00:00Z' })).lines).toEqual([]);
    expect(await bench.fails('container_logs', { container: name, since: 'yesterday' })).toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('15m'),
    });
  });

  it('measures use and shows processes', async () => {
    const name = await idle(bench, 'measured', { memory: '32m' });
    const usage = await bench.ok<{ containers: object[]; not_measured: string[] }>('container_stats', {
      containers: [name, 'nobody-there'],
    });
    expect(usage.containers).toMatchObject([
      { name, memory_limit: 32 * 1024 * 1024, pids: expect.any(Number), cpu_percent: expect.any(Number) },
    ]);
    expect(usage.not_measured).toEqual(['nobody-there']);
    const top = await bench.ok<{ processes: string[][] }>('container_top', { container: name });
    expect(top.processes.flat().join(' ')).toContain('echo ready');
  });

  it('starts, pauses, stops, renames and limits', async () => {
    const name = bench.name('life');
    await bench.ok('container_create', { image: bench.backend.image, name, network: 'none', command: IDLE });
    const status = async (action: string) =>
      (await bench.ok<{ results: { status?: string }[] }>('container_lifecycle', { action, containers: [name], grace_s: 5 })).results[0]
        ?.status;
    expect(await status('start')).toBe('running');
    expect(await status('pause')).toBe('paused');
    expect(await bench.fails('container_exec', { container: name, command: ['true'] })).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('paused'),
    });
    expect(await status('unpause')).toBe('running');
    expect(
      await bench.ok('container_update', { container: name, memory: '48m', memory_swap: '96m', cpus: 0.25, pids_limit: 50 }),
    ).toMatchObject({ container: name });
    expect(await bench.ok('container_inspect', { container: name })).toMatchObject({
      container: { limits: { memory: 48 * 1024 * 1024, cpus: 0.25, pids: 50 } },
    });
    expect(await status('stop')).toBe('exited');
    expect(await bench.ok('container_lifecycle', { action: 'restart', containers: [name, 'nobody-there'] })).toMatchObject({
      failed: 1,
      results: [{ ok: true }, { ok: false, error: expect.stringContaining('not_found') }],
    });
    expect(await bench.ok('container_kill', { container: name, signal: 'SIGKILL' })).toMatchObject({ container: name, signal: 'SIGKILL' });
    const renamed = bench.name('life-renamed');
    expect(await bench.ok('container_rename', { container: name, name: renamed })).toMatchObject({ before: name, name: renamed });
    expect(await bench.fails('container_update', { container: renamed })).toMatchObject({ code: 'invalid_input' });
  });

  it('makes one with ports, health check, limits, aliases and a signal, as the engine then says', async () => {
    const network = bench.name('own-net');
    await bench.ok('network_create', { name: network });
    const name = bench.name('made');
    await bench.ok('container_create', {
      image: bench.backend.image,
      name,
      network,
      aliases: ['web'],
      ports: [{ container: 80 }, { container: 53, host: 5353, protocol: 'udp', host_ip: '127.0.0.2' }],
      healthcheck: { command: ['true'], interval_s: 5 },
      ulimits: [{ name: 'nofile', soft: 64, hard: 128 }],
      env: { A: 'b' },
      entrypoint: ['sleep'],
      command: ['1'],
      hostname: 'here',
      user: '65534',
      workdir: '/tmp',
      stop_signal: 'SIGINT',
      shm_size: '1m',
      read_only_root: true,
      init: true,
      memory: '32m',
      labels: { 'my.token': 'x' },
    });
    const { State: _state, ...facts } = await inspectContainer(bench.engine, name, soon());
    expect(facts).toMatchObject({
      HostConfig: {
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }], '53/udp': [{ HostIp: '127.0.0.2', HostPort: '5353' }] },
        Ulimits: [{ Name: 'nofile', Soft: 64, Hard: 128 }],
        ReadonlyRootfs: true,
        Init: true,
        ShmSize: 1024 * 1024,
      },
      Config: {
        Hostname: 'here',
        User: '65534',
        WorkingDir: '/tmp',
        StopSignal: 'SIGINT',
        Entrypoint: ['sleep'],
        Cmd: ['1'],
        Healthcheck: { Test: ['CMD', 'true'], Interval: 5e9 },
      },
      NetworkSettings: { Networks: { [network]: { Aliases: expect.arrayContaining(['web']) } } },
    });
    expect(await bench.ok('container_inspect', { container: name })).toMatchObject({
      container: { config: { labels: { 'my.token': '[masked]' }, healthcheck: ['CMD', 'true'] } },
    });
  });

  it('leaves nothing behind when one cannot be started', async () => {
    const name = bench.name('unstartable');
    expect(
      await bench.fails('container_run', { image: bench.backend.image, network: 'none', name, command: ['/no/such/program'] }),
    ).toMatchObject({ code: expect.any(String), message: expect.stringContaining('no such file') });
    expect(await bench.fails('container_inspect', { container: name })).toMatchObject({ code: 'not_found' });
  });

  it('stops, and keeps, the container of a cancelled run without auto_remove', async () => {
    const stop = new AbortController();
    const name = bench.name('kept-cancelled');
    const call = bench.fails(
      'container_run',
      { image: bench.backend.image, network: 'none', name, command: IDLE, wait: true },
      { signal: stop.signal },
    );
    const status = async () =>
      await bench.server.call<{ container: { state: { status: string } } }>('container_inspect', { container: name });
    await expect.poll(status, { timeout: 10_000 }).toMatchObject({ output: { container: { state: { status: 'running' } } } });
    stop.abort();
    expect(await call).toMatchObject({ code: 'cancelled' });
    await expect.poll(status, { timeout: 10_000 }).toMatchObject({ output: { container: { state: { status: 'exited' } } } });
  });

  it('removes a stopped one, and a running one only with force', async () => {
    const name = await idle(bench, 'removed', { mounts: [{ type: 'volume', target: '/data' }] });
    expect(await bench.fails('container_remove', { container: name })).toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('force'),
    });
    expect(await bench.ok('container_remove', { container: name, force: true })).toMatchObject({
      removed: name,
      volumes: [expect.stringMatching(/^[0-9a-f]{64}$/)],
    });
  });

  it('plans a removal with what would be lost', async () => {
    const planned = await bench.with({}, { confirm: 'plan' });
    const name = await idle(bench, 'planned', { mounts: [{ type: 'volume', target: '/data' }] });
    const error = await planned.fails('container_remove', { container: name, force: true });
    expect(error).toMatchObject({
      code: 'confirmation_required',
      details: {
        plan: {
          summary: expect.stringContaining('killing it'),
          changes: expect.arrayContaining([expect.stringContaining('anonymous volume')]),
        },
      },
    });
    const { plan_token } = error.details as { plan_token: string };
    expect(await planned.ok('container_remove', { container: name, force: true, plan_token })).toMatchObject({ removed: name });
    expect(await planned.fails('container_kill', { container: await idle(bench, 'planned-kill') })).toMatchObject({
      code: 'confirmation_required',
    });
    expect(
      await planned.fails('container_exec', { container: bench.name('planned-kill'), command: ['login', '--password', 'hunter2'] }),
    ).toMatchObject({
      code: 'confirmation_required',
      details: { plan: { changes: [expect.not.stringContaining('hunter2'), expect.anything()] } },
    });
    expect(await planned.fails('container_copy_to', { container: bench.name('planned-kill'), path: '/tmp/x', content: '' })).toMatchObject({
      code: 'confirmation_required',
    });
  });

  it('prunes stopped containers by label, exactly those that the plan lists', async () => {
    const label = bench.name('prune');
    await run({ name: bench.name('pruned'), command: ['true'], wait: true, labels: { [label]: 'yes' } });
    await idle(bench, 'kept', { labels: { [label]: 'yes' } });
    const planned = await bench.with({}, { confirm: 'plan' });
    const error = await planned.fails('container_prune', { labels: [label] });
    expect((error.details as { plan: { changes: string[] } }).plan.changes).toEqual([expect.stringContaining(bench.name('pruned'))]);
    expect(await bench.ok('container_prune', { labels: [label], older_than: '1h' })).toMatchObject({ removed: [] });
    expect(await bench.ok('container_prune', { labels: [label] })).toMatchObject({
      removed: [expect.stringContaining(bench.name('pruned'))],
      failed: [],
    });
    expect(await bench.fails('container_prune', { older_than: 'long' })).toMatchObject({ code: 'invalid_input' });
    expect(await bench.ok('container_list', { name: bench.name('kept') })).toMatchObject({ total: 1 });
  });

  it('gives clear errors for bad input', async () => {
    expect(await bench.fails('container_inspect', { container: '../images/json' })).toMatchObject({ code: 'invalid_input' });
    expect(await bench.fails('container_run', { image: 'UPPER case' })).toMatchObject({ code: 'invalid_input' });
    expect(await run({ name: bench.name('dup'), command: ['true'], wait: true })).toMatchObject({ exit_code: 0 });
    expect(await bench.fails('container_run', { image: bench.backend.image, name: bench.name('dup') })).toMatchObject({ code: 'conflict' });
    expect(await bench.fails('container_run', { image: 'no-such-image:1', pull: 'never' })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('image_pull'),
    });
    for (const bad of [
      { restart: 'always', auto_remove: true },
      { max_retries: 2 },
      { aliases: ['x'], network: 'none' },
      { memory: 'lots' },
      { mounts: [{ type: 'tmpfs', source: 'x', target: '/x' }] },
      { mounts: [{ type: 'bind', target: '/x' }] },
      { mounts: [{ type: 'volume', source: '/etc', target: '/x' }] },
      { mounts: [{ type: 'volume', source: 'v', target: '/x', size: '1m' }] },
      { ulimits: [{ name: 'nofile', soft: 10, hard: 5 }] },
    ]) {
      expect(
        await bench.fails('container_run', { image: bench.backend.image, network: 'none', ...bad }),
        JSON.stringify(bad),
      ).toMatchObject({ code: 'invalid_input' });
    }
    expect(await bench.fails('container_list', { host: 'benhc' })).toMatchObject({ code: 'not_found', hint: 'Did you mean "bench"?' });
  });
});
