import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { act, createContainer, createVolume, inspectVolume, listContainers, type WireHostConfig } from '../client/index.ts';
import { dockerSuite, soon, type Bench } from '../testing/fixture.ts';

/** A container that somebody made outside this server, with whatever they liked. */
async function plant(bench: Bench, word: string, host: WireHostConfig, start = true): Promise<string> {
  const name = bench.name(word);
  const body = {
    Image: bench.backend.image,
    Cmd: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'],
    HostConfig: { NetworkMode: 'none', ...host },
  };
  await createContainer(bench.engine, body, { name }, soon());
  if (start) await act(bench.engine, name, 'start', {}, soon());
  return name;
}

const plantVolume = (bench: Bench, word: string, options: Record<string, string>) =>
  createVolume(bench.engine, { Name: bench.name(word), Driver: 'local', DriverOpts: options, Labels: {} }, soon());

dockerSuite('what is refused, against a real engine', (bench) => {
  const outside = realpathSync(mkdtempSync(join(tmpdir(), 'docker-outside-')));
  beforeAll(() => {
    writeFileSync(join(outside, 'secret.txt'), 'not for you');
    symlinkSync(outside, join(bench.root, 'door'));
    symlinkSync(join(outside, 'secret.txt'), join(bench.root, 'letter'));
    mkdirSync(join(bench.root, 'inside'));
    writeFileSync(join(bench.root, 'inside', 'a.txt'), 'for you');
  });
  afterAll(() => rmSync(outside, { recursive: true, force: true }));

  const run = (more: object) =>
    bench.fails('container_run', {
      image: bench.backend.image,
      network: 'none',
      name: bench.name('refused'),
      command: ['true'],
      wait: true,
      ...more,
    });
  const bind = (source: string, more: object = {}) => ({ mounts: [{ type: 'bind', source, target: '/mnt', ...more }] });

  const refused: [string, () => object, string][] = [
    ['privileged', () => ({ privileged: true }), 'allow.privileged'],
    ['a capability', () => ({ cap_add: ['NET_ADMIN'] }), 'allow.capAdd must list "NET_ADMIN"'],
    ['a capability of the default set', () => ({ cap_add: ['CAP_CHOWN'] }), 'allow.capAdd must list "CHOWN"'],
    ['all capabilities', () => ({ cap_drop: ['ALL'], cap_add: ['all'] }), 'allow.capAdd must list "ALL"'],
    ['a device', () => ({ devices: ['/dev/kmsg'] }), 'allow.devices must list "/dev/kmsg"'],
    ['GPUs', () => ({ gpus: true }), 'allow.deviceRequests'],
    ['a security option', () => ({ security_opt: ['seccomp=unconfined'] }), 'allow.securityOpt must list "seccomp=unconfined"'],
    ['the host network', () => ({ network: 'host' }), 'allow.hostNamespaces.network'],
    ['the host processes', () => ({ pid_mode: 'host' }), 'allow.hostNamespaces.pid'],
    ['the host shared memory', () => ({ ipc_mode: 'host' }), 'allow.hostNamespaces.ipc'],
    ['the host name', () => ({ uts_mode: 'host' }), 'allow.hostNamespaces.uts'],
    ['the host user namespace', () => ({ userns_mode: 'host' }), 'allow.hostNamespaces.user'],
    ['the host cgroup namespace', () => ({ cgroupns_mode: 'host' }), 'allow.hostNamespaces.cgroup'],
    ['the network of a container', () => ({ network: 'container:other' }), 'allow.containerNamespaces'],
    ['the processes of a container', () => ({ pid_mode: 'container:other' }), 'allow.containerNamespaces'],
    ['the shared memory of a container', () => ({ ipc_mode: 'container:other' }), 'allow.containerNamespaces'],
    ['volumes of a container', () => ({ volumes_from: ['other'] }), 'allow.volumesFrom'],
    ['a kernel parameter', () => ({ sysctls: { 'net.core.somaxconn': '1' } }), 'allow.sysctls must list "net.core.somaxconn"'],
    ['a parent cgroup', () => ({ cgroup_parent: '/' }), 'allow.cgroupParent must list "/"'],
    ['a runtime', () => ({ runtime: 'evil' }), 'allow.runtimes must list "evil"'],
    ['no OOM killer', () => ({ oom_kill_disable: true }), 'allow.oomControl'],
    ['a negative OOM score', () => ({ oom_score_adj: -500 }), 'allow.oomControl'],
    ['the Docker socket', () => bind(bench.backend.socketPath), 'allow.dockerSocket'],
    ['the folder of the Docker socket', () => bind(dirname(bench.backend.socketPath)), 'allow.dockerSocket'],
    ['the usual Docker socket', () => bind('/var/run/docker.sock'), 'allow.dockerSocket'],
    ['the root of the machine', () => bind('/'), 'allow.dockerSocket'],
    ['a folder outside the roots', () => bind('/etc'), 'allow.bindMounts'],
    ['a way out by dots', () => bind(`${bench.root}/../..`), 'allow.bindMounts'],
    ['a relative way out', () => bind('../../etc'), 'allow.bindMounts'],
    ['a link that leads out', () => bind(join(bench.root, 'door')), 'allow.bindMounts'],
    ['a path through a link that leads out', () => bind(join(bench.root, 'door', 'secret.txt')), 'allow.bindMounts'],
    ['a file link that leads out', () => bind('letter'), 'allow.bindMounts'],
    ['the process file system', () => bind('/proc/1/root/etc'), 'allow.bindMounts'],
  ];

  it.each(refused)('refuses %s and names the setting', async (_what, args, setting) => {
    const error = await run(args());
    expect(error).toMatchObject({ code: 'forbidden', hint: expect.stringContaining(setting) });
    expect(await listContainers(bench.engine, { all: true, filters: { name: [bench.name('refused')] } }, soon())).toEqual([]);
  });

  it('refuses the same of container_create, and names all settings at once', async () => {
    const error = await bench.fails('container_create', {
      image: bench.backend.image,
      name: bench.name('refused'),
      privileged: true,
      pid_mode: 'host',
      cap_add: ['SYS_ADMIN'],
      mounts: [{ type: 'bind', source: '/', target: '/host' }],
    });
    for (const setting of ['allow.privileged', 'allow.hostNamespaces.pid', 'allow.capAdd', 'allow.bindMounts'])
      expect(error.hint).toContain(setting);
    expect(error.details).toMatchObject({
      refused: expect.arrayContaining([{ what: 'a privileged container', setting: 'allow.privileged = true' }]),
    });
  });

  it('refuses the host network by its id and by a part of it', async () => {
    const { networks } = await bench.ok<{ networks: { id: string; name: string }[] }>('network_list', { name: 'host' });
    const id = networks.find((one) => one.name === 'host')?.id ?? '';
    expect(await run({ network: id })).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('allow.hostNamespaces.network') });
    expect(await run({ network: id.slice(0, 6) })).toMatchObject({ code: 'forbidden' });
    expect(await run({ network: 'no-such-network' })).toMatchObject({ code: 'not_found', hint: expect.stringContaining('network_create') });
  });

  it('refuses a socket inside the roots by whatever name', async () => {
    const listener = createServer().listen(join(bench.root, 'plain.txt'));
    await new Promise((resolve) => listener.once('listening', resolve));
    try {
      linkSync(join(bench.root, 'plain.txt'), join(bench.root, 'other.txt'));
      symlinkSync('plain.txt', join(bench.root, 'third.txt'));
      for (const name of ['plain.txt', 'other.txt', 'third.txt'])
        expect(await run(bind(name)), name).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('allow.dockerSocket') });
    } finally {
      listener.close();
    }
  });

  it('mounts what lies inside the roots, read only unless told otherwise', async () => {
    const read = await bench.ok('container_run', {
      image: bench.backend.image,
      network: 'none',
      name: bench.name('bound'),
      command: ['sh', '-c', 'cat /mnt/a.txt; touch /mnt/b.txt'],
      wait: true,
      ...bind('inside'),
    });
    expect(read).toMatchObject({ exit_code: 1, lines: expect.arrayContaining([expect.objectContaining({ text: 'for you' })]) });
    const write = {
      image: bench.backend.image,
      network: 'none',
      name: bench.name('bound-rw'),
      command: ['touch', '/mnt/b.txt'],
      wait: true,
      ...bind(join(bench.root, 'inside'), { read_only: false }),
    };
    expect(await bench.ok('container_run', write)).toMatchObject({ exit_code: 0 });
    expect(await bench.fails('container_run', { ...write, name: bench.name('bound-missing'), ...bind('nothing-here') })).toMatchObject({
      code: 'not_found',
    });
  });

  it('does not start a container whose mounted folder became a link that leads out', async () => {
    mkdirSync(join(bench.root, 'swapped'));
    const made = {
      image: bench.backend.image,
      network: 'none',
      name: bench.name('swapped'),
      command: ['cat', '/mnt/secret.txt'],
      ...bind('swapped'),
    };
    await bench.ok('container_create', made);
    await bench.ok('volume_create', {
      name: bench.name('swapped-volume'),
      options: { type: 'none', o: 'bind', device: join(bench.root, 'swapped') },
    });
    const volume = { mounts: [{ type: 'volume', source: bench.name('swapped-volume'), target: '/mnt' }] };
    await bench.ok('container_create', { ...made, name: bench.name('swapped-too'), ...volume });
    rmSync(join(bench.root, 'swapped'), { recursive: true });
    symlinkSync(outside, join(bench.root, 'swapped'));
    for (const word of ['swapped', 'swapped-too']) {
      expect(await bench.fails('container_lifecycle', { action: 'start', containers: [bench.name(word)] }), word).toMatchObject({
        code: 'forbidden',
      });
    }
    expect(await run(volume)).toMatchObject({ code: 'forbidden' });
  });

  it('gives back a default capability after dropping all', async () => {
    expect(
      await bench.ok('container_run', {
        image: bench.backend.image,
        network: 'none',
        name: bench.name('dropped'),
        command: ['chown', '1', '/tmp'],
        cap_drop: ['ALL'],
        cap_add: ['CHOWN'],
        no_new_privileges: true,
        wait: true,
      }),
    ).toMatchObject({ exit_code: 0 });
  });

  describe('volumes that are binds under another name', () => {
    it('does not let the host be read through a planted volume', async () => {
      await plantVolume(bench, 'planted', { type: 'none', o: 'bind', device: outside });
      const error = await run({
        mounts: [{ type: 'volume', source: bench.name('planted'), target: '/mnt' }],
        command: ['cat', '/mnt/secret.txt'],
      });
      expect(error).toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining(outside),
        hint: expect.stringContaining('allow.bindMounts'),
      });
      // and that the engine itself would have done it
      const planted = await plant(bench, 'proof', { Mounts: [{ Type: 'volume', Source: bench.name('planted'), Target: '/mnt' }] });
      expect(await bench.fails('container_copy_from', { container: planted, path: '/mnt/secret.txt' })).toMatchObject({
        code: 'forbidden',
        hint: expect.stringContaining('allow.existingContainers'),
      });
      const trusting = await bench.with({ allow: { existingContainers: true } });
      expect(await trusting.ok('container_copy_from', { container: planted, path: '/mnt/secret.txt' })).toMatchObject({
        content: 'not for you',
      });
    });

    it.each([
      ['/etc by bind', { type: 'none', o: 'bind', device: '/etc' }, 'allow.bindMounts'],
      ['/etc by rbind among other options', { type: 'none', o: 'ro,rbind', device: '/etc' }, 'allow.bindMounts'],
      ['/etc by a tmpfs that is a bind', { type: 'tmpfs', o: 'size=1m,bind', device: '/etc' }, 'allow.bindMounts'],
      ['/etc by bind without a type', { o: 'bind', device: '/etc' }, 'allow.bindMounts'],
      ['a relative device', { type: 'none', o: 'bind', device: '../../etc' }, 'absolute'],
      ['NFS', { type: 'nfs', o: 'addr=127.0.0.1', device: ':/export' }, 'allow.volumeOptions'],
      ['an overlay of /etc', { type: 'overlay', o: 'lowerdir=/etc', device: 'overlay' }, 'allow.volumeOptions'],
      ['a block device', { type: 'ext4', device: '/dev/sda1' }, 'allow.volumeOptions'],
    ])('refuses to make one of %s, and to mount one that is there', async (_what, options: Record<string, string>, setting) => {
      expect(await bench.fails('volume_create', { name: bench.name('made'), options })).toMatchObject({
        code: 'forbidden',
        hint: expect.stringContaining(setting),
      });
      const planted = bench.name(`there-${Math.random().toString(36).slice(2, 8)}`);
      const made = await createVolume(bench.engine, { Name: planted, Driver: 'local', DriverOpts: options, Labels: {} }, soon()).catch(
        () => undefined,
      );
      if (made === undefined) return; // the engine itself refuses some of these
      expect(await run({ mounts: [{ type: 'volume', source: planted, target: '/mnt' }] })).toMatchObject({
        code: 'forbidden',
        hint: expect.stringContaining(setting),
      });
    });

    it('makes and mounts plain, tmpfs and inside ones, the bound folder by its real path', async () => {
      symlinkSync('inside', join(bench.root, 'alias'));
      await bench.ok('volume_create', { name: bench.name('plain'), labels: { a: 'b' } });
      await bench.ok('volume_create', { name: bench.name('memory'), options: { type: 'tmpfs', o: 'size=1m,uid=1000', device: 'tmpfs' } });
      await bench.ok('volume_create', {
        name: bench.name('inside'),
        options: { type: 'none', o: 'bind', device: join(bench.root, 'alias') },
      });
      expect((await inspectVolume(bench.engine, bench.name('inside'), soon())).Options).toMatchObject({
        device: join(bench.root, 'inside'),
      });
      const mounts = ['plain', 'memory', 'inside'].map((word) => ({ type: 'volume', source: bench.name(word), target: `/${word}` }));
      expect(
        await bench.ok('container_run', {
          image: bench.backend.image,
          network: 'none',
          name: bench.name('mounted'),
          mounts,
          command: ['cat', '/inside/a.txt'],
          wait: true,
        }),
      ).toMatchObject({ exit_code: 0, lines: [{ text: 'for you' }] });
      expect(await bench.fails('volume_create', { name: bench.name('plain') })).toMatchObject({ code: 'conflict' });
      expect(await bench.fails('volume_create', { name: bench.name('driver'), driver: 'rclone' })).toMatchObject({
        code: 'forbidden',
        hint: expect.stringContaining('allow.volumeDrivers must list "rclone"'),
      });
    });
  });

  describe('containers that were made elsewhere', () => {
    it.each<[string, WireHostConfig, string]>([
      ['a privileged one', { Privileged: true }, 'allow.privileged'],
      ['one with the host network', { NetworkMode: 'host' }, 'allow.hostNamespaces.network'],
      ['one with the host processes', { PidMode: 'host' }, 'allow.hostNamespaces.pid'],
      ['one with a bind from outside, as Binds', { Binds: ['/etc:/mnt:ro'] }, 'allow.bindMounts'],
      [
        'one with a shared mount',
        { Mounts: [{ Type: 'bind', Source: '/', Target: '/mnt', BindOptions: { Propagation: 'rslave' } }] },
        'allow.bindMounts',
      ],
      ['one with a capability', { CapAdd: ['SYS_PTRACE'] }, 'allow.capAdd'],
      ['one without masked paths', { MaskedPaths: [], ReadonlyPaths: [] }, 'allow.securityOpt must list "systempaths=unconfined"'],
    ])('does not exec in %s, nor copy from or to it', async (what, host, setting) => {
      // not started: not every machine lets an engine give such privileges
      const name = await plant(bench, `elsewhere-${what.replaceAll(/[^a-z]/gi, '').slice(0, 30)}`, host, false);
      for (const [tool, args] of [
        ['container_exec', { command: ['true'] }],
        ['container_copy_from', { path: '/etc/passwd' }],
        ['container_copy_to', { path: '/tmp/x', content: '' }],
      ] as const) {
        expect(await bench.fails(tool, { container: name, ...args }), tool).toMatchObject({
          code: 'forbidden',
          hint: expect.stringContaining(setting),
        });
      }
    });

    it('refuses a privileged exec, before a plan is made too', async () => {
      const name = await plant(bench, 'plain', {});
      const planned = await bench.with({}, { confirm: 'plan' });
      for (const session of [bench, planned]) {
        expect(await session.fails('container_exec', { container: name, command: ['true'], privileged: true })).toMatchObject({
          code: 'forbidden',
          hint: expect.stringContaining('allow.privileged'),
        });
      }
      expect(await bench.ok('container_exec', { container: name, command: ['true'] })).toMatchObject({ exit_code: 0 });
    });

    it('shows in words what they have', async () => {
      const name = await plant(bench, 'shown', { Privileged: true, PidMode: 'host', NetworkMode: 'host' }, false);
      expect(await bench.ok('container_inspect', { container: name })).toMatchObject({
        container: { elevated: expect.arrayContaining(['privileged', 'host network', 'host processes']) },
      });
    });
  });

  it('keeps network drivers and the host network from network tools', async () => {
    expect(await bench.fails('network_create', { name: bench.name('mac'), driver: 'macvlan' })).toMatchObject({
      code: 'forbidden',
      hint: expect.stringContaining('allow.networkDrivers must list "macvlan"'),
    });
    const name = await plant(bench, 'joins', {});
    expect(await bench.fails('network_connect', { network: 'host', container: name })).toMatchObject({
      code: 'forbidden',
      hint: expect.stringContaining('allow.hostNamespaces.network'),
    });
  });

  it('allows each once the operator does', async () => {
    const allow = {
      privileged: true,
      capAdd: ['NET_ADMIN'],
      securityOpt: ['seccomp=unconfined'],
      hostNamespaces: { network: true, pid: true, ipc: true, uts: true, cgroup: true },
      containerNamespaces: true,
      volumesFrom: true,
      dockerSocket: true,
      bindMounts: [outside, dirname(bench.backend.socketPath)],
      devices: ['/dev/null'],
      sysctls: ['kernel.msgmax'],
      cgroupParent: ['/custom'],
      oomControl: true,
    };
    const open = await bench.with({ allow });
    const other = await plant(bench, 'other', {});
    const granted: object[] = [
      { privileged: true },
      { cap_add: ['NET_ADMIN'] },
      { security_opt: ['seccomp=unconfined'] },
      { network: 'host', pid_mode: 'host', ipc_mode: 'host', uts_mode: 'host', cgroupns_mode: 'host' },
      { network: `container:${other}`, pid_mode: `container:${other}` },
      { volumes_from: [other] },
      { devices: ['/dev/null'] },
      { sysctls: { 'kernel.msgmax': '8192' } },
      { cgroup_parent: '/custom' },
      { oom_score_adj: -100 },
      bind(outside),
      bind(bench.backend.socketPath),
    ];
    for (const [index, more] of granted.entries()) {
      // made but not started: not every machine lets an engine give all of these
      const name = bench.name(`granted-${index}`);
      expect(
        await open.ok('container_create', { image: bench.backend.image, network: 'none', name, ...more }),
        JSON.stringify(more),
      ).toMatchObject({ name });
    }
    const shared = { image: bench.backend.image, name: bench.name('host-network'), network: 'host', command: ['ip', 'addr'], wait: true };
    expect(await open.ok('container_run', shared)).toMatchObject({
      exit_code: 0,
      lines: expect.arrayContaining([expect.objectContaining({ text: expect.stringContaining('LOOPBACK') })]),
    });
    expect(await open.ok('container_exec', { container: other, command: ['cat', '/proc/self/status'] })).toMatchObject({ exit_code: 0 });
  });
});
