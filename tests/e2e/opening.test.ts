import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENTS, openClient } from './clients.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built programs, as clients start them: only these answer before their code is loaded. */
describe('a built server that is started by a client', () => {
  const main = join(root, 'servers/git/dist/main.js');
  let home: string;
  let env: Record<string, string>;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'opening-'));
    const { DEPLOYMENT_ENGINE_CONFIG: _config, ...inherited } = process.env as Record<string, string>;
    env = { ...inherited, DEPLOYMENT_ENGINE_HOME: home, DEPLOYMENT_ENGINE_ROOTS: home };
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const target = (args: readonly string[] = []) => ({ command: process.execPath, args: [main, ...args], env });

  it.each(CLIENTS)('lists and then answers: %s', async (kind) => {
    const client = await openClient(kind, target());
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
    const client = await openClient('v1', target(['--read-only']));
    try {
      const names = await client.toolNames();
      expect(names).toContain('status');
      expect(names).not.toContain('commit');
    } finally {
      await client.close();
    }
  });

  /** What a program says and how it ends, after what a client sends and, unless it ends by itself, the end of its input. */
  async function run(args: readonly string[], input: string, more: Record<string, string> = {}, signal?: NodeJS.Signals) {
    const child = spawn(process.execPath, [main, ...args], { env: { ...env, ...more }, stdio: 'pipe' });
    const said = { out: '', err: '' };
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    const answered = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said.out += chunk.toString();
        resolve();
      });
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.stdin.on('error', () => undefined);
    child.stdin.write(input);
    await Promise.race([answered, ended]);
    if (signal === undefined) child.stdin.end();
    else child.kill(signal);
    return { ...said, code: await ended };
  }
  const hello = `${JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
  })}\n`;

  it('ends well when its client leaves, or a signal comes, and has left nothing behind', async () => {
    const untouched = { DEPLOYMENT_ENGINE_HOME: join(home, 'untouched') };
    expect(await run([], hello, untouched)).toMatchObject({ code: 0, err: '' });
    expect(await run([], hello, untouched, 'SIGTERM')).toMatchObject({ code: 0, err: '' });
    expect(existsSync(untouched.DEPLOYMENT_ENGINE_HOME)).toBe(false);
  });

  it('says what is wrong with its command line or its configuration instead of an answer', async () => {
    expect(await run(['--toolsets', 'nonsense'], hello)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('nonsense') });
    expect(await run(['--nonsense'], hello)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('--nonsense') });
    const file = join(tmpdir(), `opening-${process.pid}.json`);
    writeFileSync(file, JSON.stringify({ servers: { git: { nonsense: true } } }));
    try {
      const wrong = { code: 1, out: '', err: expect.stringContaining('nonsense') };
      expect(await run(['--config', file], hello)).toMatchObject(wrong);
      expect(await run([], hello, { DEPLOYMENT_ENGINE_CONFIG: file })).toMatchObject(wrong);
    } finally {
      rmSync(file);
    }
  });
});
