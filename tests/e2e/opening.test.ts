import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handshake, OPENINGS } from '@deployment-engine/shared/testing';
import { CLIENTS, openClient } from './clients.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const git = join(root, 'servers/git/dist/main.js');
const hub = join(root, 'hub/dist/main.js');

/** The built programs, as clients start them: only these answer before their code is loaded. */
describe('a built program that is started by a client', () => {
  let home: string;
  let env: Record<string, string>;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'opening-'));
    const inherited = Object.entries(process.env as Record<string, string>).filter(([name]) => !name.startsWith('DEPLOYMENT_ENGINE_'));
    env = { ...Object.fromEntries(inherited), DEPLOYMENT_ENGINE_HOME: home, DEPLOYMENT_ENGINE_ROOTS: home };
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const target = (...args: string[]) => ({ command: process.execPath, args, env });

  it.each(CLIENTS)('lists and then answers, the hub: %s', async (kind) => {
    const client = await openClient(kind, target(hub, 'hub', '--stdio'));
    try {
      const names = await client.toolNames();
      expect(names).toContain('search_tools');
      const [found, missing] = await Promise.all([
        client.call('search_tools', { query: 'show the commits of a repository' }),
        client.call('call_tool', { tool: 'git__status', arguments: { repo: home } }),
      ]);
      expect(JSON.stringify(found)).toContain('git__log');
      expect(missing).toMatchObject({ isError: true });
      expect(await client.toolNames()).toEqual(names);
    } finally {
      await client.close();
    }
  });

  it('says what the whole hub says', async () => {
    const lines = OPENINGS['2025-11-25']!;
    const quick = await run([hub, 'hub', '--stdio'], lines);
    // a setting, though it is the default, lets the hub itself answer
    const plain = await run([hub, 'hub', '--stdio'], lines, { DEPLOYMENT_ENGINE_PROFILE: 'compact' });
    const sorted = ({ out }: { out: string }): unknown[] =>
      out
        .trim()
        .split('\n')
        .toSorted()
        .map((line) => JSON.parse(line) as unknown);
    expect(sorted(quick)).toEqual(sorted(plain));
    expect(quick).toMatchObject({ code: 0, err: '' });
  });

  it.each(CLIENTS)('lists and then answers: %s', async (kind) => {
    const client = await openClient(kind, target(git));
    try {
      const names = await client.toolNames();
      expect(names).toContain('status');
      const [first, second] = await Promise.all([client.call('status', { repo: home }), client.call('log', { repo: home })]);
      for (const result of [first, second]) expect(result).toMatchObject({ isError: true, structuredContent: { error: {} } });
      expect(await client.toolNames()).toEqual(names);
    } finally {
      await client.close();
    }
  });

  it('lists what its options allow', async () => {
    const client = await openClient('v1', target(git, '--read-only'));
    try {
      const names = await client.toolNames();
      expect(names).toContain('status');
      expect(names).not.toContain('commit');
    } finally {
      await client.close();
    }
  });

  /** What a program says and how it ends: it is sent these messages, and when all are answered the end of its input or a signal. */
  async function run(args: readonly string[], lines: readonly object[], more: Record<string, string> = {}, signal?: NodeJS.Signals) {
    const child = spawn(process.execPath, args, { env: { ...env, ...more }, stdio: 'pipe' });
    const said = { out: '', err: '' };
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    const answered = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said.out += chunk.toString();
        if (said.out.split('\n').length > lines.filter((line) => 'id' in line).length) resolve();
      });
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.stdin.on('error', () => undefined);
    child.stdin.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await Promise.race([answered, ended]);
    if (signal === undefined) child.stdin.end();
    else child.kill(signal);
    return { ...said, code: await ended };
  }
  const hello = handshake('2025-11-25');

  it('ends well when its client leaves, or a signal comes, and has left nothing behind', async () => {
    const untouched = { DEPLOYMENT_ENGINE_HOME: join(home, 'untouched') };
    for (const program of [[git], [hub, 'hub', '--stdio']]) {
      expect(await run(program, hello, untouched)).toMatchObject({ code: 0, err: '' });
      expect(await run(program, hello, untouched, 'SIGTERM')).toMatchObject({ code: 0, err: '' });
    }
    expect(existsSync(untouched.DEPLOYMENT_ENGINE_HOME)).toBe(false);
  });

  it('answers before any of its code is there, which would refuse this setting', async () => {
    for (const program of [[git], [hub, 'hub', '--stdio']]) {
      const { out } = await run(program, hello, { DEPLOYMENT_ENGINE_LOG: 'nonsense' });
      expect(out).toContain('"protocolVersion":"2025-11-25"');
      // the same, where the server is asked to look first
      const whole = await run([...program, '--log-level', 'nonsense'], hello);
      expect(whole.out).toBe('');
      expect(whole.code).not.toBe(0);
    }
  });

  it('says what is wrong with its command line or its configuration instead of an answer', async () => {
    expect(await run([git, '--toolsets', 'nonsense'], hello)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('nonsense') });
    expect(await run([git, '--nonsense'], hello)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('--nonsense') });
    const file = join(tmpdir(), `opening-${process.pid}.json`);
    writeFileSync(file, JSON.stringify({ servers: { git: { nonsense: true } } }));
    try {
      const wrong = { code: 1, out: '', err: expect.stringContaining('nonsense') };
      expect(await run([git, '--config', file], hello)).toMatchObject(wrong);
      expect(await run([git], hello, { DEPLOYMENT_ENGINE_CONFIG: file })).toMatchObject(wrong);
      for (const program of [[git], [hub, 'hub', '--stdio']]) {
        const empty = await run(program, hello, { DEPLOYMENT_ENGINE_ROOTS: `${home}${delimiter}` });
        expect(empty).toMatchObject({ code: 1, out: '', err: expect.stringContaining('DEPLOYMENT_ENGINE_ROOTS') });
      }
    } finally {
      rmSync(file);
    }
  });
});
