import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { act, createContainer, removeImage, tagImage, type WireHostConfig } from '../client/index.ts';
import { dockerSuite, soon } from '../testing/fixture.ts';
import { ranked, type Cause } from './cause.ts';
import { diagnose, verdict } from './diagnose.ts';
import type { Facts } from './facts.ts';

interface Diagnosis {
  verdict: string;
  causes: Cause[];
  [key: string]: unknown;
}

const shell = (script: string) => ['sh', '-c', script];

dockerSuite('diagnosis of real failures', (bench) => {
  const run = (word: string, more: object) =>
    bench.ok('container_run', { image: bench.backend.image, name: bench.name(word), network: 'none', ...more });
  const look = (word: string) => bench.ok<Diagnosis>('container_diagnose', { container: bench.name(word) });
  const best = async (word: string) => (await look(word)).causes[0];

  it.each<[string, object, Partial<Cause>]>([
    ['notfound', { command: shell('no-such-program'), wait: true }, { cause: 'command_not_found', confidence: 'likely' }],
    [
      'error',
      { command: shell('echo "KeyError: \'DATABASE_URL\'" >&2; exit 1'), wait: true },
      { cause: 'program_error', confidence: 'likely' },
    ],
    ['done', { command: ['true'], wait: true }, { cause: 'finished', confidence: 'certain' }],
    ['crash', { command: shell('kill -SEGV $$'), wait: true }, { cause: 'crashed', confidence: 'certain' }],
    ['abort', { command: shell('kill -ABRT $$; sleep 1'), wait: true }, { cause: 'crashed' }],
    [
      'full',
      { command: shell('dd if=/dev/zero of=/t/x bs=1M count=9'), mounts: [{ type: 'tmpfs', target: '/t', size: '1m' }], wait: true },
      {},
    ],
  ])('tells why %s ended', async (word, more, expected) => {
    // as the first process of a container, a shell ignores signals that it has no handler for
    await run(word, {
      ...more,
      init: false,
      ...(word === 'crash' || word === 'abort'
        ? { command: shell(`sh -c '${word === 'crash' ? 'kill -SEGV $$' : 'kill -ABRT $$'}'; exit $?`) }
        : {}),
    });
    const { causes } = await look(word);
    if (word === 'full') expect(causes.map((one) => one.cause)).toContain('disk_full');
    else expect(causes[0]).toMatchObject(expected);
    if (word === 'error') expect(causes.map((one) => one.cause)).toContain('setting_missing');
    for (const one of causes) expect(one.next_steps.length).toBeGreaterThan(0);
  });

  it('tells that it ran out of memory, with its limit', async () => {
    await run('oom', { command: shell('x=a; while :; do x="$x$x"; done'), memory: '8m', wait: true, wait_s: 20 });
    // the engine hears of the kernel's kill apart from the end of the process
    let diagnosis = await look('oom');
    await expect.poll(async () => (diagnosis = await look('oom'))['state'], { timeout: 20_000 }).toMatchObject({ oom_killed: true });
    expect(diagnosis.causes[0]).toMatchObject({
      cause: 'out_of_memory',
      confidence: 'certain',
      evidence: expect.arrayContaining([expect.stringContaining('8.0 MiB')]),
    });
    expect(diagnosis.verdict).toContain('ran out of memory');
    expect(diagnosis).toMatchObject({ state: { oom_killed: true, exit_code: 137 } });
  });

  it('tells a kill from a stop', async () => {
    await run('killed', { command: ['sleep', '600'] });
    await bench.ok('container_kill', { container: bench.name('killed') });
    expect(await best('killed')).toMatchObject({ cause: 'killed', confidence: 'certain' });
    await run('stopped', { command: shell('trap "exit 143" TERM; echo ready; while :; do sleep 0.1; done') });
    const said = async () => (await bench.ok<{ lines: { text: string }[] }>('container_logs', { container: bench.name('stopped') })).lines;
    await expect.poll(said, { timeout: 20_000 }).toMatchObject([{ text: 'ready' }]);
    await bench.ok('container_lifecycle', { action: 'stop', containers: [bench.name('stopped')] });
    expect(await best('stopped')).toMatchObject({ cause: 'stopped', confidence: 'certain' });
  });

  it('sees a restart loop', async () => {
    await run('loop', { command: shell('echo failing; exit 3'), restart: 'on-failure', max_retries: 3 });
    await expect
      .poll(
        async () =>
          (
            await bench.ok<{ container: { state: { status: string; restarts?: number } } }>('container_inspect', {
              container: bench.name('loop'),
            })
          ).container.state,
        { timeout: 20_000 },
      )
      .toMatchObject({ status: 'exited', restarts: 3 });
    const { causes } = await look('loop');
    expect(causes.find((one) => one.cause === 'restart_loop')).toMatchObject({
      confidence: 'certain',
      evidence: expect.arrayContaining([expect.stringContaining('3 times')]),
    });
  });

  it('sees a failing health check, with what it printed', async () => {
    await run('sick', { command: ['sleep', '600'], healthcheck: { command: shell('echo no answer; exit 1'), interval_s: 1, retries: 1 } });
    await expect.poll(async () => (await best('sick'))?.cause, { timeout: 20_000 }).toBe('unhealthy');
    await expect.poll(async () => (await best('sick'))?.confidence, { timeout: 20_000 }).toBe('certain');
    expect((await best('sick'))?.evidence.join()).toContain('no answer');
  });

  it('tells why one never started: command, mount, port', async () => {
    const start = async (word: string, body: { Cmd?: string[]; HostConfig?: WireHostConfig; ExposedPorts?: Record<string, object> }) => {
      await createContainer(
        bench.engine,
        { Image: bench.backend.image, ...body, HostConfig: { NetworkMode: 'none', ...body.HostConfig } },
        { name: bench.name(word) },
        soon(),
      );
      await act(bench.engine, bench.name(word), 'start', {}, soon()).catch(() => undefined);
    };
    await start('nocommand', { Cmd: ['/no/such/program'] });
    expect(await best('nocommand')).toMatchObject({ cause: 'command_not_found', confidence: 'certain' });
    writeFileSync(join(bench.root, 'file'), '');
    await start('badmount', {
      Cmd: ['true'],
      HostConfig: { Mounts: [{ Type: 'bind', Source: join(bench.root, 'file'), Target: '/etc' }] },
    });
    expect(await best('badmount')).toMatchObject({ cause: 'mount_failed', confidence: 'certain' });
    await bench.ok('container_create', { image: bench.backend.image, name: bench.name('never'), network: 'none' });
    expect(await best('never')).toMatchObject({ cause: 'never_started' });
  });

  it('tells a port that the program could not take', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => listener.once('listening', resolve));
    const { port } = listener.address() as AddressInfo;
    const open = await bench.with({ allow: { hostNamespaces: { network: true } } });
    await open.ok('container_run', {
      image: bench.backend.image,
      name: bench.name('port'),
      network: 'host',
      command: ['httpd', '-f', '-p', `127.0.0.1:${port}`],
      wait: true,
    });
    listener.close();
    expect((await look('port')).causes.map((one) => one.cause)).toContain('port_conflict');
  });

  it('misses the image, and finds nothing wrong with one that is well', async () => {
    const gone = `${bench.name('gone')}:1`;
    await tagImage(bench.engine, bench.backend.image, { repo: bench.name('gone'), tag: '1' }, soon());
    await run('well', { command: shell('trap "exit 0" TERM; while :; do sleep 0.1; done') });
    await removeImage(bench.engine, gone, { force: false, noprune: true }, soon());
    const well = await look('well');
    expect(well).toMatchObject({ causes: [], verdict: expect.stringContaining('nothing speaks against it') });
    await bench.ok('container_lifecycle', { action: 'pause', containers: [bench.name('well')] });
    expect(await best('well')).toMatchObject({ cause: 'paused' });
    await bench.ok('container_lifecycle', { action: 'unpause', containers: [bench.name('well')] });
    const text = await bench.text('container_diagnose', { container: bench.name('well') });
    expect(text).toContain(bench.name('well'));
  });
});

describe('the rules of a diagnosis', () => {
  const facts = (more: Partial<Facts> & { state?: object; host?: object } = {}): Facts => ({
    container: {
      Id: 'a'.repeat(64),
      Name: '/x',
      RestartCount: 0,
      State: { Status: 'exited', ExitCode: 1, ...more.state },
      HostConfig: { ...more.host },
      Config: { Image: 'app:1' },
    },
    image: { Id: 'sha256:x', Architecture: 'amd64' },
    info: { Architecture: 'x86_64' },
    log: [],
    events: [],
    now: Date.parse('2026-01-01T00:10:00Z'),
    ...more,
  });
  const names = (given: Facts) => diagnose(given).map((one) => one.cause);

  it.each([
    ['driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated', 'port_conflict'],
    ['exec: "nginx": executable file not found in $PATH', 'command_not_found'],
    ['exec /entry.sh: exec format error', 'wrong_architecture'],
    ['exec: "/entry.sh": permission denied', 'permission_denied'],
    ['error mounting "/a" to rootfs at "/b": not a directory', 'mount_failed'],
    ['network abc not found', 'network_missing'],
    ['mkdir /x: no space left on device', 'disk_full'],
    ['cannot allocate memory', 'memory_limit_too_low'],
    ['could not select device driver "" with capabilities: [[gpu]]', 'runtime_missing'],
    ['something new', 'start_failed'],
  ])('reads the engine’s "%s"', (Error, cause) => {
    expect(diagnose(facts({ state: { Status: 'created', Error, ExitCode: 127 } }))[0]).toMatchObject({ cause, confidence: 'certain' });
  });

  it.each([
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'out_of_memory'],
    ['Error: listen EADDRINUSE: address already in use :::80', 'port_conflict'],
    ['connect ECONNREFUSED 10.0.0.2:5432', 'dependency_unreachable'],
    ['getaddrinfo ENOTFOUND db', 'name_not_resolved'],
    ['OSError: [Errno 30] Read-only file system: /x', 'read_only_file_system'],
    ['open /data: permission denied', 'permission_denied'],
    ['FATAL: password authentication failed for user "app"', 'sign_in_refused'],
    ['Error: environment variable API_URL is not set', 'setting_missing'],
    ["Error: Cannot find module 'express'", 'dependency_missing'],
    ['accept: too many open files', 'too_many_files'],
    ['nginx: [emerg] unexpected "}" in /etc/nginx/nginx.conf:3', 'bad_configuration'],
    ['sh: foo: not found', 'file_not_found'],
    ['panic: runtime error: index out of range', 'program_error'],
  ])('reads the log’s "%s"', (text, cause) => {
    const given = facts({ log: [{ stream: 'stderr', text }] });
    expect(names(given)).toContain(cause);
    const running = facts({ log: [{ stream: 'stderr', text }], state: { Status: 'running', Running: true, ExitCode: 0 } });
    expect(diagnose(running).every((one) => one.confidence === 'possible')).toBe(true);
    expect(verdict(running, diagnose(running))).toContain('weak signs');
  });

  it('names a wrong processor, an image that is gone, and a kill from outside', () => {
    expect(names(facts({ image: { Id: 'x', Architecture: 'arm64' } }))).toContain('wrong_architecture');
    expect(names(facts({ image: undefined }))).toContain('image_missing');
    expect(diagnose(facts({ state: { ExitCode: 137 } }))[0]).toMatchObject({ cause: 'killed', confidence: 'likely' });
    expect(names(facts({ state: { ExitCode: 126 } }))).toEqual(['permission_denied']);
    expect(names(facts({ state: { Dead: true, Status: 'dead' } }))).toContain('dead');
    expect(diagnose(facts({ events: [{ time: '', type: 'container', action: 'oom' }], state: { ExitCode: 137 } }))[0]).toMatchObject({
      cause: 'out_of_memory',
      confidence: 'likely',
      evidence: expect.arrayContaining([expect.stringContaining('no memory limit')]),
    });
    const restarted = facts({ state: { Running: true, Status: 'running', StartedAt: '2026-01-01T00:09:00Z' } });
    restarted.container.RestartCount = 4;
    expect(diagnose(restarted)).toMatchObject([{ cause: 'restart_loop', confidence: 'likely' }]);
    expect(
      names(facts({ state: { Status: 'restarting', Restarting: true, Running: true }, host: { RestartPolicy: { Name: 'always' } } })),
    ).toContain('restart_loop');
  });

  it('ranks by confidence and joins the evidence of one cause', () => {
    const cause = (confidence: Cause['confidence'], line: string): Cause => ({
      cause: 'x',
      title: line,
      confidence,
      evidence: [line],
      next_steps: [],
    });
    expect(
      ranked([cause('possible', 'a'), { ...cause('likely', 'b'), cause: 'y' }, cause('certain', 'c'), cause('possible', 'a')]),
    ).toMatchObject([{ cause: 'x', title: 'c', evidence: ['c', 'a'] }, { cause: 'y' }]);
  });
});
