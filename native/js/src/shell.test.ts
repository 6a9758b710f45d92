import { describe, expect, it } from 'vitest';
import { judgeCommand } from './shell.ts';

describe('judgeCommand', () => {
  it('allows what only reads', () => {
    const found = judgeCommand('git log --oneline | head -n 3');
    expect(found).toMatchObject({ verdict: 'allow', reason: 'only reads', warnings: [] });
    expect(found.commands.map(({ argv }) => argv)).toEqual([
      ['git', 'log', '--oneline'],
      ['head', '-n', '3'],
    ]);
    expect(found.effects.every(({ effect }) => effect === 'read')).toBe(true);
  });

  it('denies what destroys, and says which command and what', () => {
    const found = judgeCommand("echo start; sudo bash -c 'rm -rf /srv/data'");
    expect(found.verdict).toBe('deny');
    expect(found.reason).toContain('/srv/data');
    expect(found.effects).toContainEqual({ effect: 'destroy', command: 'rm', target: '/srv/data' });
    expect(found.effects.map(({ effect }) => effect)).toContain('privilege');
    expect(found.commands.at(-1)).toMatchObject({ argv: ['rm', '-rf', '/srv/data'], wrappers: ['sudo', 'bash'], depth: 1 });
  });

  it('gives what a caller needs for paths: words, redirections, what is not known', () => {
    const [command] = judgeCommand('LANG=C grep -r "$word" src > out.txt 2>&1').commands;
    expect(command).toEqual({
      argv: ['grep', '-r', '…', 'src'],
      unknown: [2],
      wrappers: [],
      assignments: ['LANG=C'],
      redirections: [
        { operator: '>', target: 'out.txt' },
        { operator: '2>&', target: '1' },
      ],
      depth: 0,
    });
  });

  it('asks about what does not parse and what is not known', () => {
    expect(judgeCommand('echo "never closed').verdict).toBe('ask');
    expect(judgeCommand('frobnicate --all').verdict).toBe('ask');
    expect(judgeCommand(`ls ${'x'.repeat(70_000)}`).verdict).toBe('ask');
    expect(judgeCommand('ls', { shell: 'pwsh' }).verdict).toBe('ask');
  });

  it('takes the place into account', () => {
    expect(judgeCommand('rm -rf build', { cwd: '/tmp/work' }).verdict).toBe('allow');
    expect(judgeCommand('rm -rf build', { cwd: '/srv/app' }).verdict).toBe('deny');
    expect(judgeCommand('rm -rf /people/ann', { home: '/people/ann' }).verdict).toBe('deny');
  });
});
