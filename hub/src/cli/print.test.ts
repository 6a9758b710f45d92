import { afterEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '@deployment-engine/shared/contracts';
import { EXIT, fail, UsageError } from './failure.ts';
import { columns, visible, visibleLine } from './print.ts';
import { readinessLines } from './readiness.ts';

afterEach(() => vi.restoreAllMocks());

describe('text for a terminal', () => {
  it('shows what would move the cursor, hide or turn text', () => {
    expect(visible('a\u001b[2Jb\u202ec\u200bd\u{e0041}e\u0007\ttab\nline')).toBe(
      'a\\u{1b}[2Jb\\u{202e}c\\u{200b}d\\u{e0041}e\\u{7}\ttab\nline',
    );
    expect(visibleLine('  a\n b\t c ')).toBe('a b c');
    expect(visible('grün – 日本 👍')).toBe('grün – 日本 👍');
  });

  it('lines columns up', () => {
    expect(
      columns([
        ['a', 'bb', 'c'],
        ['aaa', 'b', 'ccc'],
      ]),
    ).toBe('a    bb  c\naaa  b   ccc');
    expect(columns([])).toBe('');
  });

  it('puts what is missing and how to get it below the server', () => {
    const lines = readinessLines([
      { name: 'git', title: 'Git', kind: 'built-in', ready: true, tools: 50, detail: 'git 2.50' },
      {
        name: 'docker',
        title: 'Docker',
        kind: 'built-in',
        ready: false,
        tools: 1,
        missing: 'no engine',
        hint: 'Start one.\nOr set DOCKER_HOST.',
      },
    ]);
    expect(lines).toEqual([
      '  ✓ git     50 tools  git 2.50',
      '  ✗ docker    1 tool  no engine',
      `${' '.repeat(22)}Start one.`,
      `${' '.repeat(22)}Or set DOCKER_HOST.`,
    ]);
  });
});

describe('a failure', () => {
  const said = (error: unknown): { code: number; text: string } => {
    let text = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => ((text += String(chunk)), true));
    return { code: fail(error), text };
  };

  it('is one line and a hint; a wrong command line has its own exit code', () => {
    expect(said(new ToolError('unavailable', 'It is away.', { hint: 'Start it.' }))).toEqual({
      code: EXIT.failure,
      text: 'error: It is away.\nStart it.\n',
    });
    expect(said(new UsageError('Not so.'))).toEqual({ code: EXIT.usage, text: 'error: Not so.\n' });
  });

  it('of ours says how to see more, and shows none of it', () => {
    const { code, text } = said(new TypeError('secret internals'));
    expect(code).toBe(EXIT.failure);
    expect(text).not.toContain('secret internals');
    expect(text).toContain('DEPLOYMENT_ENGINE_LOG=debug');
  });
});
