import { describe, expect, it } from 'vitest';
import { ANONYMOUS, OWNER, type Principal } from '@deployment-engine/shared/contracts';
import { AskedFor } from './asked-for.ts';

const ada: Principal = { id: 'user:ada', kind: 'user', scopes: ['*'], roles: [] };

describe('what was asked for', () => {
  it('is answered by a call of a tool that was shown, once, by the one who asked', () => {
    const asked = new AskedFor();
    asked.remember(OWNER, 'running containers', ['docker__container_list', 'docker__container_logs']);
    expect(asked.take(ada, 'docker__container_list')).toBeUndefined();
    expect(asked.take(OWNER, 'git__status')).toBeUndefined();
    expect(asked.take(OWNER, 'docker__container_list')).toBe('running containers');
    expect(asked.take(OWNER, 'docker__container_list')).toBeUndefined();
    expect(asked.take(OWNER, 'docker__container_logs')).toBe('running containers');
  });

  it('is the latest of several', () => {
    const asked = new AskedFor();
    asked.remember(OWNER, 'first', ['a__b']);
    asked.remember(OWNER, 'second', ['a__b']);
    expect(asked.take(OWNER, 'a__b')).toBe('second');
    expect(asked.take(OWNER, 'a__b')).toBe('first');
  });

  it('is forgotten in time, and in number', () => {
    let now = 0;
    const asked = new AskedFor(() => now);
    asked.remember(OWNER, 'early', ['a__b']);
    now = 11 * 60_000;
    expect(asked.take(OWNER, 'a__b')).toBeUndefined();
    for (let index = 0; index < 9; index += 1) asked.remember(OWNER, `question ${index}`, [`a__t${index}`]);
    expect(asked.take(OWNER, 'a__t0')).toBeUndefined();
    expect(asked.take(OWNER, 'a__t1')).toBe('question 1');
    asked.remember(ada, 'mine', ['a__b']);
    for (let index = 0; index < 1_000; index += 1) asked.remember({ ...ada, id: `user:${index}` }, 'x', ['a__b']);
    expect(asked.take(ada, 'a__b')).toBeUndefined();
    expect(asked.take({ ...ada, id: 'user:999' }, 'a__b')).toBe('x');
  });

  it('is short, and never a stranger’s', () => {
    const asked = new AskedFor();
    asked.remember(OWNER, 'x'.repeat(2_000), ['a__b']);
    expect(asked.take(OWNER, 'a__b')).toHaveLength(500);
    asked.remember(ANONYMOUS, 'x', ['a__b']);
    expect(asked.take(ANONYMOUS, 'a__b')).toBeUndefined();
  });
});
