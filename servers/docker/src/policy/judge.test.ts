import { createRoots, ROOTS_VARIABLE } from '@deployment-engine/shared/platform';
import { expect, it } from 'vitest';
import { createVolume, type WireHostConfig } from '../client/index.ts';
import { DockerConfig } from '../config.ts';
import { dockerSuite, soon } from '../testing/fixture.ts';
import { judgeContainer, judgeNetwork, judgeVolume, type World } from './index.ts';

/** Roads that no tool of ours takes today, so that one which is added tomorrow is judged all the same. */
dockerSuite('the judgement of any settings', (bench) => {
  const world = (allow: object = {}): World => ({
    allow: DockerConfig.parse({ allow }).allow,
    roots: createRoots({ env: { [ROOTS_VARIABLE]: bench.root } }),
    engine: bench.engine,
    signal: soon(),
  });

  it.each<[string, WireHostConfig, string]>([
    ['a bind', { Binds: ['/etc:/mnt'] }, 'allow.bindMounts'],
    ['a bind by dots', { Binds: ['./../../etc:/mnt:ro'] }, 'allow.bindMounts'],
    [
      'a shared mount',
      { Mounts: [{ Type: 'bind', Source: '/etc', Target: '/x', BindOptions: { Propagation: 'rshared' } }] },
      'allow.privileged',
    ],
    [
      'a volume made on the way',
      {
        Mounts: [
          {
            Type: 'volume',
            Source: 'x',
            Target: '/x',
            VolumeOptions: { DriverConfig: { Name: 'local', Options: { type: 'none', o: 'bind', device: '/etc' } } },
          },
        ],
      },
      'allow.bindMounts',
    ],
    ['a mount of another kind', { Mounts: [{ Type: 'npipe', Source: 'x', Target: '/x' }] }, 'no setting'],
    ['a volume driver', { VolumeDriver: 'convoy' }, 'allow.volumeDrivers'],
    ['device rules', { DeviceCgroupRules: ['c *:* rwm'] }, 'allow.devices'],
    ['a cgroup of a container', { Cgroup: 'container:x' }, 'allow.containerNamespaces'],
    ['a namespace by path', { PidMode: 'ns:/proc/1/ns/pid' }, 'allow.containerNamespaces'],
    ['a network by path', { NetworkMode: 'ns:/proc/1/ns/net' }, 'allow.hostNamespaces.network'],
  ])('refuses %s', async (_what, host, setting) => {
    const refusals = await judgeContainer(host, world());
    expect(refusals.map((one) => one.setting).join()).toContain(setting);
  });

  it('looks a volume up that a bind names', async () => {
    const volume = bench.name('bound');
    await createVolume(
      bench.engine,
      { Name: volume, Driver: 'local', DriverOpts: { type: 'none', o: 'bind', device: '/etc' }, Labels: {} },
      soon(),
    );
    expect(await judgeContainer({ Binds: [`${volume}:/mnt`] }, world())).toMatchObject([
      { setting: expect.stringContaining('allow.bindMounts') },
    ]);
    expect(await judgeContainer({ Binds: [`${bench.name('new')}:/mnt`, `${bench.root}:/x`, '/anonymous'] }, world())).toEqual([]);
  });

  it('finds nothing against a plain container', async () => {
    const plain: WireHostConfig = {
      NetworkMode: 'none',
      Mounts: [
        { Type: 'tmpfs', Target: '/t' },
        { Type: 'volume', Target: '/v' },
      ],
      CapDrop: ['ALL'],
      CapAdd: ['NET_BIND_SERVICE'],
      SecurityOpt: ['no-new-privileges:true'],
      Runtime: 'runc',
    };
    expect(await judgeContainer(plain, world())).toEqual([]);
  });

  it('follows the operator’s lists', async () => {
    expect(await judgeVolume('x', 'convoy', {}, world({ volumeDrivers: ['convoy'] }))).toMatchObject({ refusals: [] });
    expect(await judgeVolume('x', 'local', { type: 'nfs', o: 'addr=h' }, world({ volumeOptions: true }))).toMatchObject({ refusals: [] });
    expect(await judgeVolume('x', 'local', { type: 'none', o: 'bind', device: '/etc' }, world({ volumeOptions: true }))).toMatchObject({
      refusals: [expect.anything()],
    });
    expect(await judgeNetwork('host', world({ hostNamespaces: { network: true } }))).toEqual([]);
    expect(await judgeNetwork('container:x', world({ containerNamespaces: true }))).toEqual([]);
    await expect(judgeNetwork('no-such-network', world())).rejects.toMatchObject({ code: 'not_found' });
  });
});
