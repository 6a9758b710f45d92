import { describe, expect, it } from 'vitest';
import { createRuntime } from './assemble.ts';
import { openMachine } from './machine.ts';
import { defaultPolicy } from './policy.ts';
import { notes } from './runtime.testing.ts';

describe('a server that is put together', () => {
  it('refuses a toolset that it does not have, and names those that it has', async () => {
    const machine = openMachine({ name: 'test', logLevel: 'silent' });
    const setup = { ...machine, stateDir: machine.home, policy: defaultPolicy(), record: () => undefined, observe: () => undefined };
    const begin = (toolsets: string[]) => createRuntime(notes(), { ...setup, toolsets });
    expect(() => begin(['core', 'cor'])).toThrow(expect.objectContaining({ code: 'invalid_input', hint: expect.stringContaining('core') }));
    await expect(begin(['core']).close()).resolves.toBeUndefined();
    await machine.close();
  });
});
