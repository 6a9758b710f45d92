import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../contracts/error.ts';
import { ensureStateFolder, ownerToken, ownerTokenFile, readOwnerToken, stateHome, tokenMatches, writeAtomic } from './index.ts';
import { createExclusively } from './owner-token.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;
const mode = async (path: string) => (await stat(path)).mode & 0o777;

describe('where state lives', () => {
  it.each([
    [{ DEPLOYMENT_ENGINE_HOME: '/srv/x/../state' }, 'linux', '/srv/state'],
    [{ XDG_STATE_HOME: '/x' }, 'linux', '/x/deployment-engine'],
    [{ XDG_STATE_HOME: 'relative' }, 'linux', '/home/ana/.local/state/deployment-engine'],
    [{}, 'linux', '/home/ana/.local/state/deployment-engine'],
    [{ XDG_STATE_HOME: '/x' }, 'darwin', '/home/ana/Library/Application Support/Deployment Engine'],
    [{ LOCALAPPDATA: 'C:\\L' }, 'win32', 'C:\\L\\Deployment Engine'],
    [{ DEPLOYMENT_ENGINE_HOME: 'D:\\state' }, 'win32', 'D:\\state'],
  ] as const)('%j on %s: %s', (env, platform, expected) => {
    expect(stateHome(env, platform, '/home/ana')).toBe(expected);
  });

  it('falls back to the home folder on Windows', () => {
    expect(stateHome({}, 'win32', 'C:\\Users\\ana')).toBe('C:\\Users\\ana\\AppData\\Local\\Deployment Engine');
  });

  it.each(['', 'relative', '~/x'])('refuses %j', (value) => {
    expect(() => stateHome({ DEPLOYMENT_ENGINE_HOME: value }, 'linux')).toThrow(ToolError);
  });

  it('is made private, with what is above it', async () => {
    await ensureStateFolder(join(folder, 'a', 'b'));
    expect([await mode(join(folder, 'a')), await mode(join(folder, 'a', 'b'))]).toEqual([0o700, 0o700]);
    await ensureStateFolder(join(folder, 'a', 'b'));
  });

  it('is refused where others could write, accepted where the sticky bit guards', async () => {
    await chmod(folder, 0o777);
    await expect(ensureStateFolder(folder)).rejects.toMatchObject({
      code: 'forbidden',
      hint: expect.stringContaining('chmod 700') as string,
    });
    await chmod(folder, 0o1777);
    await ensureStateFolder(folder);
    await chmod(folder, 0o755);
    await ensureStateFolder(folder);
    await writeFile(join(folder, 'file'), '');
    await expect(ensureStateFolder(join(folder, 'file', 'x'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.runIf(isRoot)('is refused when it belongs to another user', async () => {
    await chown(folder, 12345, 12345);
    await expect(ensureStateFolder(folder)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe("the owner's token", () => {
  it('is made once, private, and read ever after', async () => {
    const home = join(folder, 'home');
    expect(await readOwnerToken(home)).toBeUndefined();
    await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
    const token = await ownerToken(home);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await ownerToken(home)).toBe(token);
    expect(await readOwnerToken(home)).toBe(token);
    expect(await mode(ownerTokenFile(home))).toBe(0o600);
    expect(await readdir(home)).toEqual(['owner-token']);
    expect(await ownerToken(join(folder, 'other'))).not.toBe(token);
  });

  it('is one for all who ask at once, in one process and in several', async () => {
    const home = join(folder, 'home');
    const module = new URL('./index.ts', import.meta.url).href;
    const code = `const { ownerToken } = await import(${JSON.stringify(module)}); process.stdout.write((await Promise.all(Array.from({ length: 10 }, () => ownerToken(${JSON.stringify(home)})))).join(' '));`;
    const outputs = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
        const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
        return output;
      }),
    );
    const tokens = outputs.flatMap((one) => one.split(' '));
    expect(tokens).toHaveLength(40);
    expect(new Set(tokens).size).toBe(1);
    expect(await readdir(home)).toEqual(['owner-token']);
  });

  it('is refused when damaged, open to others, or not a plain file', async () => {
    const file = ownerTokenFile(folder);
    for (const content of ['', 'short', 'x'.repeat(1000), 'é'.repeat(43)]) {
      await writeFile(file, content, { mode: 0o600 });
      await expect(ownerToken(folder)).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('Remove it') as string });
    }
    await chmod(file, 0o640);
    await expect(readOwnerToken(folder)).rejects.toMatchObject({ code: 'forbidden' });
    await rm(file);
    await writeFile(join(folder, 'elsewhere'), `${'a'.repeat(43)}\n`, { mode: 0o600 });
    await symlink('elsewhere', file);
    await expect(readOwnerToken(folder)).rejects.toMatchObject({ code: 'forbidden' });
    await rm(file);
    await mkdir(file, { mode: 0o700 });
    await expect(readOwnerToken(folder)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is made where there are no hard links too, once', async () => {
    const file = ownerTokenFile(folder);
    const [one, other] = ['a'.repeat(43), 'b'.repeat(43)];
    expect(await createExclusively(file, one)).toBe(one);
    expect(await createExclusively(file, other)).toBe(one);
    expect([await readOwnerToken(folder), await mode(file)]).toEqual([one, 0o600]);
    await expect(createExclusively(join(folder, 'gone', 'owner-token'), one)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('matches only itself', async () => {
    const token = await ownerToken(folder);
    expect(tokenMatches(token, token)).toBe(true);
    for (const other of ['', `${token} `, token.slice(1), token.toLowerCase(), 'x'])
      expect(tokenMatches(other, token)).toBe(other === token);
    expect(tokenMatches('', '')).toBe(false);
  });
});

describe('writing a file as a whole', () => {
  it('replaces content and mode, not what a link points to', async () => {
    const file = join(folder, 'f');
    await writeAtomic(file, 'one');
    expect([await readFile(file, 'utf8'), await mode(file)]).toEqual(['one', 0o600]);
    await writeAtomic(file, Buffer.from('two'), 0o644);
    expect([await readFile(file, 'utf8'), await mode(file)]).toEqual(['two', 0o644]);
    await symlink('f', join(folder, 'link'));
    await writeAtomic(join(folder, 'link'), 'three');
    expect([await readFile(file, 'utf8'), await readFile(join(folder, 'link'), 'utf8')]).toEqual(['two', 'three']);
    expect(await readdir(folder)).toEqual(['f', 'link']);
  });

  it('leaves nothing behind when it fails', async () => {
    await mkdir(join(folder, 'd'));
    await expect(writeAtomic(join(folder, 'd'), 'x')).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(writeAtomic(join(folder, 'gone', 'x'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual(['d']);
  });
});
