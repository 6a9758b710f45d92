import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { createLog, type LogOptions } from './log.ts';
import { prettyLine } from './pretty.ts';

function captured(options: LogOptions = {}) {
  const lines: string[] = [];
  const log = createLog({ ...options, write: (line) => void lines.push(line) });
  const entries = async () => {
    await log.flush();
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { log, lines, entries };
}

/** Runs a piece of code in a process of its own, with `createLog` at hand. */
async function inProcess(code: string, reader: 'reads' | 'leaves' | 'waits' = 'reads') {
  const module = new URL('./log.ts', import.meta.url).href;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `const { createLog } = await import(${JSON.stringify(module)});\n${code}`],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  if (reader === 'leaves') child.stderr.destroy();
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const [stdout, stderr] = await Promise.all([text(child.stdout), reader === 'reads' ? text(child.stderr) : '']);
  const [exitCode] = await ended;
  child.stderr.destroy();
  return { exitCode, stdout, stderr };
}

describe('log lines', () => {
  it('are JSON with level, time, name, fields and message, in order', async () => {
    const { log, entries } = captured({ name: 'git' });
    log.info('one');
    log.warn({ tool: 'status' }, 'two');
    log.error({ only: 'fields' });
    log.child({ call: 'c1' }).child({ part: 2 }).info({ x: 1 }, 'three');
    const [one, two, three, four] = await entries();
    expect(one).toEqual({ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/) as string, name: 'git', msg: 'one' });
    expect(two).toMatchObject({ level: 'warn', tool: 'status', msg: 'two' });
    expect(three).toEqual({ level: 'error', time: expect.any(String) as string, name: 'git', only: 'fields' });
    expect(four).toMatchObject({ call: 'c1', part: 2, x: 1, msg: 'three' });
  });

  it('come from the least level on', async () => {
    const { log, entries } = captured({ level: 'warn' });
    log.trace('no');
    log.debug('no');
    log.info('no');
    log.child({}).info('no');
    log.warn('yes');
    expect((await entries()).map((one) => one.msg)).toEqual(['yes']);
    expect([log.isEnabled('info'), log.isEnabled('warn'), log.child({}).isEnabled('error')]).toEqual([false, true, true]);
    const silent = captured({ level: 'silent' });
    silent.log.error('no');
    expect(await silent.entries()).toEqual([]);
  });

  it('cannot be made to pose as another level, time or message by their fields', async () => {
    const { log, lines, entries } = captured();
    log.info({ level: 'error', time: 0, msg: 'forged', name: 'other' }, 'real\n{"level":"error"}');
    const [entry] = await entries();
    expect(entry).toMatchObject({ level: 'info', msg: 'real\n{"level":"error"}', level_: 'error', msg_: 'forged' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(lines[0]?.match(/"level":/g)).toHaveLength(1);
  });

  it('unfold errors and take odd values', async () => {
    const { log, entries } = captured();
    const cause = Object.assign(new TypeError('inner token=hunter22'), { code: 'E1' });
    log.error(new Error('outer', { cause }), 'failed');
    log.error({ err: cause, list: [1, 2], odd: 5n }, 'again');
    const [first, second] = await entries();
    expect(first).toMatchObject({
      msg: 'failed',
      err: { type: 'Error', message: 'outer', cause: { type: 'TypeError', code: 'E1', message: 'inner token=[masked]' } },
    });
    expect(second).toMatchObject({ err: { stack: expect.stringContaining('log.test') as string }, odd: '5' });
    expect(JSON.stringify([first, second])).not.toContain('hunter22');
    log.info([1, 2] as object, 'a list');
    expect((await entries())[2]).toMatchObject({ value: [1, 2] });
  });

  it('are redacted in messages, fields and bindings', async () => {
    const { log, lines, entries } = captured();
    log
      .child({ authorization: 'Basic abcdefghijkl' })
      .info({ headers: { 'x-api-key': 'k' }, deep: [{ password: 'p' }] }, 'Bearer abcdefghijkl sent');
    expect((await entries())[0]).toMatchObject({
      authorization: '[masked]',
      headers: { 'x-api-key': '[masked]' },
      deep: [{ password: '[masked]' }],
      msg: 'Bearer [masked] sent',
    });
    expect(lines.join('')).not.toContain('abcdefghijkl');
  });
});

describe('stderr', () => {
  it('takes JSON lines and stdout nothing, also when the process exits at once or crashes', async () => {
    for (const end of ['', 'process.exit(0);', 'await log.flush(); process.exit(0);']) {
      const { stdout, stderr, exitCode } = await inProcess(
        `const log = createLog({ name: 'x' }); log.info('first'); log.warn({ a: 1 }, 'second'); ${end}`,
      );
      expect([stdout, exitCode]).toEqual(['', 0]);
      expect(
        stderr
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as { msg: string }).msg),
      ).toEqual(['first', 'second']);
    }
    const crashed = await inProcess(
      `const log = createLog(); log.info('before'); await log.flush(); log.error('last words'); throw new Error('crash');`,
    );
    expect(crashed.exitCode).toBe(1);
    expect(crashed.stderr).toContain('last words');
  });

  it('may be closed without harm', async () => {
    const { exitCode, stdout } = await inProcess(
      `const log = createLog(); for (let i = 0; i < 50; i++) { log.info('x'.repeat(2000)); if (i % 10 === 0) await log.flush().catch(() => {}); } console.log('still here');`,
      'leaves',
    );
    expect([exitCode, stdout]).toEqual([0, 'still here\n']);
    const early = await inProcess(`const log = createLog({ pretty: true }); log.info('x'); process.exit(0);`, 'leaves');
    expect(early.exitCode).toBe(0);
  });

  it.each(['process.exit(0);', 'await log.flush(); process.exit(0);', 'throw new Error("crash");'])(
    'that nobody reads keeps no process from ending that is told to: %s',
    async (end) => {
      const lines = `const log = createLog(); for (let i = 0; i < 2_000; i++) log.info('x'.repeat(2_000));`;
      const { exitCode, stdout } = await inProcess(`${lines} await log.flush(); console.log('still here'); ${end}`, 'waits');
      expect([exitCode, stdout]).toEqual([end.includes('throw') ? 1 : 0, 'still here\n']);
    },
  );

  it('costs little memory while nobody reads it', { timeout: 90_000 }, async () => {
    const { stdout } = await inProcess(
      `const log = createLog(); const fill = (lines) => { for (let i = 0; i < lines; i++) log.info('x'.repeat(2_000)); };
       fill(1_000); await log.flush(); const before = process.memoryUsage().rss;
       for (let i = 0; i < 100; i++) { fill(1_000); await new Promise(setImmediate); }
       console.log(process.memoryUsage().rss - before); process.exit(0);`,
      'waits',
    );
    // 200 MB were logged
    expect(Number(stdout)).toBeLessThan(100_000_000);
  });

  it('is pretty when asked, plain with NO_COLOR', async () => {
    const { stderr } = await inProcess(
      `process.env.NO_COLOR = '1'; const log = createLog({ pretty: true, name: 'hub' }); log.warn({ port: 1, note: 'a b' }, 'busy'); await log.flush();`,
    );
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}hub: busy port=1 note="a b"\n$/);
    const coloured = await inProcess(
      `delete process.env.NO_COLOR; const log = createLog({ pretty: true }); log.error('x'); await log.flush();`,
    );
    expect(coloured.stderr).toContain('\u001b[31mERROR\u001b[0m');
  });

  it('does not load pino for levels that are off', async () => {
    const { stdout } = await inProcess(
      `const log = createLog({ level: 'warn' }); log.info('x'); await log.flush(); const { createRequire } = await import('node:module');
       const loaded = () => Object.keys(createRequire(import.meta.url).cache ?? {}).some((one) => one.includes('/pino/'));
       console.log(loaded()); log.warn('y'); await log.flush(); console.log(loaded());`,
    );
    expect(stdout).toBe('false\ntrue\n');
  });
});

it('shows control characters at a terminal instead of sending them', () => {
  const line = prettyLine(
    JSON.stringify({ level: 'info', time: '2026-01-02T03:04:05.678Z', msg: 'a\u001b[2Jb\nc\u202e', 'k\n': '\u001b]0;x\u0007' }),
    false,
  );
  expect(line).toBe('03:04:05.678 INFO  a\\u001b[2Jb\\u000ac\\u202e k\\u000a="\\u001b]0;x\\u0007"\n');
  expect(prettyLine('{"level":"odd"}', true)).toBe('\u001b[0mODD  \u001b[0m\n');
});
