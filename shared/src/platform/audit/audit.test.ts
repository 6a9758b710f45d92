import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../contracts/audit.ts';
import { createAudit, type Audit, type AuditOptions } from './audit.ts';
import { chainLine, readChainLine } from './chain.ts';
import { redactArguments } from './redact-arguments.ts';
import { verifyAudit } from './verify.ts';

let dir: string;
const open: Audit[] = [];

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'audit-')), 'audit');
});
afterEach(async () => {
  await Promise.allSettled(open.splice(0).map((one) => one.close()));
  await rm(join(dir, '..'), { recursive: true, force: true });
});

const event = (call: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  time: 1,
  call,
  principal: 'owner',
  transport: 'stdio',
  server: 'git',
  tool: 'status',
  decision: 'allowed',
  outcome: 'ok',
  duration_ms: 1,
  ...more,
});

function audit(options: Partial<AuditOptions> = {}): Audit {
  const made = createAudit({ dir, ...options });
  open.push(made);
  return made;
}

async function recorded(file: string | undefined): Promise<Record<string, unknown>[]> {
  return (await readFile(file ?? '', 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Writes a closed file of records r0 … r(n-1) and returns its path. */
async function closedFile(records: number): Promise<string> {
  const made = audit();
  for (let at = 0; at < records; at++) void made.append(event(`r${at}`, { arguments: { text: 'ü€' } }));
  await made.close();
  return made.file() ?? '';
}

async function editLines(file: string, edit: (lines: string[]) => string[]): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  await writeFile(
    file,
    edit(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

describe('recording', () => {
  it('touches nothing before the first record, then writes one private file', async () => {
    const made = audit();
    await made.flush();
    expect(made.file()).toBeUndefined();
    await expect(stat(dir)).rejects.toMatchObject({ code: 'ENOENT' });
    await made.append(event('one'));
    expect([(await stat(dir)).mode & 0o777, (await stat(made.file() ?? '')).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(await readdir(dir)).toHaveLength(1);
    expect((await readdir(dir))[0]).toMatch(/^\d{8}T\d{9}Z-[0-9a-f]{12}\.jsonl$/);
  });

  it('closes without a file when nothing was recorded, and takes nothing afterwards', async () => {
    const made = audit();
    await made.close();
    await made.close();
    await expect(stat(dir)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(made.append(event('late'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each(['batch', 'each', 'none'] as const)('keeps order and chain under %s', async (fsync) => {
    const made = audit({ fsync });
    const settled: Promise<void>[] = [];
    for (let at = 0; at < 237; at++) settled.push(made.append(event(`r${at}`)));
    await Promise.all(settled);
    expect((await recorded(made.file())).slice(1).map((one) => one.call)).toEqual(Array.from({ length: 237 }, (_, at) => `r${at}`));
    await made.close();
    const lines = await recorded(made.file());
    expect(lines.map((one) => one.seq)).toEqual(Array.from({ length: 239 }, (_, at) => at));
    lines.slice(1).forEach((one, at) => expect(one.prev).toBe(lines[at]?.hash));
    expect(lines[0]).toMatchObject({ type: 'open', pid: process.pid, prev: '0'.repeat(64) });
    expect(lines.at(-1)).toMatchObject({ type: 'close' });
    expect(await verifyAudit(dir)).toEqual({ files: 1, records: 237, ok: true, problems: [], notes: [] });
  });

  it('takes the event as it is when appended', async () => {
    const made = audit();
    const mutable = event('x', { arguments: { a: 1 } });
    void made.append(mutable);
    mutable.arguments = { a: 2 };
    await made.flush();
    expect((await recorded(made.file()))[1]).toMatchObject({ arguments: { a: 1 } });
  });

  it('records a call whose arguments cannot be written down', async () => {
    const made = audit();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    void made.append(event('circle', { arguments: circle }));
    void made.append(event('huge', { arguments: 'x'.repeat(300_000) }));
    void made.append(event('big', { arguments: { n: 5n } }));
    await made.close();
    const [, one, two, three] = await recorded(made.file());
    expect([one?.arguments, two?.arguments, three?.arguments]).toEqual([
      '[too large or unreadable]',
      '[too large or unreadable]',
      { n: '5' },
    ]);
    expect((await verifyAudit(dir)).ok).toBe(true);
  });

  it('writes what waits when the process exits without closing', async () => {
    const module = new URL('./audit.ts', import.meta.url).href;
    const code = `
      const { createAudit } = await import(${JSON.stringify(module)});
      const audit = createAudit({ dir: ${JSON.stringify(dir)} });
      await audit.append(${JSON.stringify(event('first'))});
      audit.append(${JSON.stringify(event('second'))});
      audit.append(${JSON.stringify(event('third'))});
      process.exit(0);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
    await once(child, 'close');
    const [file] = await readdir(dir);
    expect((await recorded(join(dir, file ?? ''))).map((one) => one.call)).toEqual([undefined, 'first', 'second', 'third']);
    const verified = await verifyAudit(dir);
    expect(verified).toMatchObject({ ok: true, records: 3, notes: [{ reason: expect.stringContaining('not closed') as string }] });
  });

  it('says when it cannot write, keeps what it was given and writes it once it can', async () => {
    await mkdir(join(dir, '..'), { recursive: true });
    await writeFile(dir, 'in the way');
    const errors: unknown[] = [];
    const made = audit({ onError: (error) => errors.push(error) });
    await expect(made.append(event('one'))).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining(dir) as string });
    await expect(made.append(event('two'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(made.flush()).rejects.toMatchObject({ code: 'unavailable' });
    expect(errors).toHaveLength(1);
    expect(made.failure()).toBeDefined();
    await rm(dir);
    await made.append(event('three'));
    expect(made.failure()).toBeUndefined();
    expect((await recorded(made.file())).map((one) => one.call)).toEqual([undefined, 'one', 'two', 'three']);
    await made.close();
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, records: 3 });
  });

  it.runIf(existsSync('/usr/bin/prlimit'))(
    'leaves no half record when the disk takes only a part, and goes on when there is room',
    async () => {
      const module = new URL('./audit.ts', import.meta.url).href;
      const code = `
      const { execFileSync } = await import('node:child_process');
      const { createAudit } = await import(${JSON.stringify(module)});
      const event = ${JSON.stringify(event('x'))};
      const audit = createAudit({ dir: ${JSON.stringify(dir)} });
      let failed = 0;
      for (let at = 0; at < 40; at++) await audit.append({ ...event, call: 'r' + at }).catch(() => failed++);
      if (failed === 0 || audit.failure() === undefined) process.exit(1);
      const { readFileSync } = await import('node:fs');
      const whole = readFileSync(audit.file(), 'utf8').endsWith('\\n');
      execFileSync('/usr/bin/prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
      await audit.close();
      process.exit(whole ? 0 : 2);`;
      // Writing beyond the limit fails with EFBIG once the signal is ignored, after a part was written: a full disk in small.
      const script = `ulimit -S -f 8; trap '' XFSZ; exec "$0" --input-type=module -e "$1"`;
      const child = spawn('/bin/sh', ['-c', script, process.execPath, code], { stdio: 'inherit' });
      const [exitCode] = (await once(child, 'close')) as [number];
      expect(exitCode).toBe(0);
      expect(await verifyAudit(dir)).toMatchObject({ files: 1, records: 40, ok: true, problems: [], notes: [] });
    },
  );

  it('refuses records when too many wait, and close does not hide that they were lost', async () => {
    await writeFile(dir, 'in the way');
    const made = audit();
    for (let at = 0; at < 10_000; at++) made.append(event(`r${at}`)).catch(() => undefined);
    await expect(made.append(event('too many'))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('queue is full') as string,
    });
    await expect(made.close()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('verifying', () => {
  it('finds nothing wrong with nothing, nor with several files of several processes', async () => {
    expect(await verifyAudit(dir)).toEqual({ files: 0, records: 0, ok: true, problems: [], notes: [] });
    const [one, two] = [audit(), audit()];
    await Promise.all([one.append(event('a')), two.append(event('b'))]);
    await one.close();
    await closedFile(3);
    expect(await verifyAudit(dir)).toMatchObject({
      files: 3,
      records: 5,
      ok: true,
      problems: [],
      notes: [{ reason: expect.stringContaining('not closed') as string }],
    });
  });

  const cases: [string, (lines: string[]) => string[], number, RegExp][] = [
    ['an edited value', (lines) => lines.with(3, (lines[3] ?? '').replace('"owner"', '"other"')), 4, /changed/],
    ['added white space', (lines) => lines.with(3, (lines[3] ?? '').replace('"principal":', '"principal": ')), 4, /changed/],
    ['an edited time with its hash made anew', (lines) => lines.with(3, rehashed(lines[3] ?? '')), 5, /does not follow/],
    ['a removed record', (lines) => lines.toSpliced(3, 1), 4, /record 3 was expected, 4 is here/],
    ['a removed middle', (lines) => lines.toSpliced(2, 5), 3, /record 2 was expected, 7 is here/],
    ['swapped records', (lines) => lines.with(3, lines[4] ?? '').with(4, lines[3] ?? ''), 4, /record 3 was expected, 4 is here/],
    ['a doubled record', (lines) => lines.toSpliced(3, 0, lines[3] ?? ''), 5, /record 4 was expected, 3 is here/],
    ['an added line', (lines) => lines.toSpliced(3, 0, '{"call":"forged"}'), 4, /form of a record/],
    ['a broken line', (lines) => lines.with(3, (lines[3] ?? '').slice(0, -1)), 4, /form of a record/],
    ['a removed beginning', (lines) => lines.slice(1), 1, /record 0 was expected, 1 is here/],
    ['a record after the closing mark', (lines) => [...lines, following(lines.at(-1) ?? '')], 13, /follows the closing mark/],
    ['a changed hash', (lines) => lines.with(3, (lines[3] ?? '').replace(/"hash":"./, '"hash":"x')), 4, /form of a record/],
  ];

  function rehashed(line: string): string {
    const read = readChainLine(Buffer.from(line));
    return read === undefined ? '' : chainLine(read.seq, read.prev, JSON.stringify({ ...read.record, time: 2 })).line.trimEnd();
  }

  function following(line: string): string {
    const read = readChainLine(Buffer.from(line));
    return read === undefined ? '' : chainLine(read.seq + 1, read.hash, JSON.stringify(event('late'))).line.trimEnd();
  }

  it.each(cases)('detects %s', async (_name, edit, line, reason) => {
    const file = await closedFile(10);
    expect((await verifyAudit(dir)).ok).toBe(true);
    await editLines(file, edit);
    const { ok, problems } = await verifyAudit(dir);
    expect(ok).toBe(false);
    expect(problems[0]).toMatchObject({ line, reason: expect.stringMatching(reason) as string });
  });

  it('detects every single changed byte', async () => {
    const file = await closedFile(1);
    const bytes = await readFile(file);
    for (let at = 0; at < bytes.length - 1; at++) {
      const edited = Buffer.from(bytes);
      edited[at] = (edited[at] ?? 0) ^ 1;
      await writeFile(file, edited);
      expect([at, (await verifyAudit(dir)).ok]).toEqual([at, false]);
    }
  });

  it('notes a cut last line as an incomplete tail', async () => {
    const file = await closedFile(5);
    await truncate(file, (await stat(file)).size - 20);
    const { ok, problems, notes } = await verifyAudit(dir);
    expect([ok, problems]).toEqual([true, []]);
    expect(notes.map((one) => one.reason)).toEqual(['incomplete tail', expect.stringContaining('not closed')]);
  });

  it('detects a copy under another name', async () => {
    const file = await closedFile(2);
    await rename(file, join(dir, '20200101T000000000Z-000000000000.jsonl'));
    expect((await verifyAudit(dir)).problems).toMatchObject([{ line: 1, reason: expect.stringContaining('own opening mark') as string }]);
  });

  it('misses a file that vanished between others, and notes oldest ones that are gone', async () => {
    const [first, second] = [await closedFile(1), await closedFile(1)];
    await closedFile(1);
    await rm(second);
    expect((await verifyAudit(dir)).problems).toMatchObject([
      { line: 0, reason: expect.stringContaining('the file is missing') as string },
    ]);
    await rm(first);
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, notes: [{ reason: 'older files are gone (pruned)' }] });
  });

  it('misses records cut from the end of a file that a later one knew of', async () => {
    const file = await closedFile(5);
    await closedFile(1);
    await editLines(file, (lines) => lines.slice(0, 3));
    expect((await verifyAudit(dir)).problems).toMatchObject([
      { line: 0, reason: expect.stringContaining('the end of the file was removed') as string },
    ]);
  });

  it('copes with empty files, foreign files, endless lines and files that cannot be read', async () => {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, '20200101T000000000Z-000000000001.jsonl'), '');
    await writeFile(join(dir, 'notes.txt'), 'not ours');
    expect(await verifyAudit(dir)).toMatchObject({ files: 1, ok: true, notes: [{ reason: expect.stringContaining('empty') as string }] });
    await writeFile(join(dir, '20200101T000000000Z-000000000002.jsonl'), Buffer.alloc(5 * 1024 * 1024, 'x'));
    await mkdir(join(dir, '20200101T000000000Z-000000000003.jsonl'));
    const { ok, problems } = await verifyAudit(dir);
    expect(ok).toBe(false);
    expect(problems.map((one) => one.reason)).toEqual(['the file cannot be read (line too long)', 'the file cannot be read (EISDIR)']);
    await closedFile(1);
    expect((await verifyAudit(dir)).records).toBe(1);
  });
});

describe('arguments in the record', () => {
  it('are masked by name and look, and shortened', () => {
    expect(
      redactArguments({
        repo: '/srv/app',
        password: 'x',
        env: { DB_PASSWORD: 'x', MODE: 'y' },
        header: 'Bearer abcdefgh12345',
        limit: 5,
        flag: true,
        none: null,
        token: 7,
        text: 'x'.repeat(300),
        list: Array.from({ length: 52 }, (_, at) => at),
        bytes: Buffer.from('abc'),
        big: 5n,
      }),
    ).toEqual({
      repo: '/srv/app',
      password: '[masked]',
      env: { DB_PASSWORD: '[masked]', MODE: 'y' },
      header: 'Bearer [masked]',
      limit: 5,
      flag: true,
      none: null,
      token: 7,
      text: { sha256: createHash('sha256').update('x'.repeat(300)).digest('hex'), length: 300 },
      list: [...Array.from({ length: 50 }, (_, at) => at), '[2 more]'],
      bytes: { sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', length: 3 },
      big: '5',
    });
  });

  it('stay small and finite', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(JSON.stringify(redactArguments(circle))).toContain('[deep]');
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, 1]));
    expect(redactArguments(wide)).toMatchObject({ '…': '[10 more]' });
    const large = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, Array.from({ length: 50 }, () => 'x'.repeat(100))]));
    expect(redactArguments(large)).toEqual({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      length: expect.any(Number) as number,
    });
    expect(redactArguments(undefined)).toBeUndefined();
  });
});

it('can be read only by its owner even where the folder was open', async () => {
  await mkdir(dir, { recursive: true });
  await chmod(dir, 0o755);
  const made = audit();
  await made.append(event('x'));
  expect((await stat(made.file() ?? '')).mode & 0o077).toBe(0);
});
