import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ToolContext } from './context.ts';
import { defineServer } from './define-server.ts';
import { defineTool, reads, writes } from './define-tool.ts';

interface Clock {
  now(): number;
}

const time = defineTool({
  name: 'time_read',
  title: 'Read the time',
  description: 'The time.',
  scopes: ['time:read'],
  annotations: reads(),
  inputSchema: z.strictObject({ zone: z.string().default('UTC').describe('IANA zone') }),
  outputSchema: z.object({ epoch: z.number() }),
  async handler({ zone }, { deps }: ToolContext<{ clock: Clock }>) {
    return { epoch: deps.clock.now() + zone.length };
  },
  render: ({ epoch }) => epoch.toFixed(0),
});

const shape = { name: 'clock', title: 'Clock', description: 'A clock.', version: '1.0.0', port: 0, config: z.strictObject({}) };

describe('definitions', () => {
  it('accepts a tool whose deps the server gives, and describes it', () => {
    const server = defineServer({ ...shape, deps: { clock: (): Clock => ({ now: () => 1 }) }, tools: [time] });
    expect(server.surface().tools[0]).toMatchObject({ name: 'time_read', effect: 'read', toolset: 'core' });
  });

  it('refuses by type what does not fit', () => {
    const missingDeps = () =>
      defineServer({
        ...shape,
        deps: {},
        // @ts-expect-error the server does not give `clock`
        tools: [time],
      });
    const wrongDeps = () =>
      defineServer({
        ...shape,
        deps: { clock: () => ({ later: () => 1 }) },
        // @ts-expect-error `clock` has another shape
        tools: [time],
      });
    const wrongOutput = () =>
      defineTool({
        name: 'wrong_output',
        title: '',
        description: '',
        scopes: [],
        annotations: writes(),
        inputSchema: z.strictObject({}),
        outputSchema: z.object({ epoch: z.number() }),
        // @ts-expect-error a string is not a number
        handler: async () => ({ epoch: 'now' }),
      });
    const missingHint = () =>
      defineTool({
        name: 'missing_hint',
        title: '',
        description: '',
        scopes: [],
        // @ts-expect-error openWorldHint is missing
        annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
        inputSchema: z.strictObject({}),
        outputSchema: z.object({}),
        handler: async () => ({}),
      });
    expect([missingDeps, wrongDeps, wrongOutput, missingHint]).toHaveLength(4);
  });

  it('refuses a name of another form and two tools of one name', () => {
    expect(() =>
      defineTool({
        ...time,
        name: 'readTime',
        handler: async () => ({}),
        render: () => '',
        plan: () => ({ summary: '', changes: [] }),
        confirm: 'allow',
      }),
    ).toThrow('noun_verb');
    expect(() => defineServer({ ...shape, deps: { clock: (): Clock => ({ now: () => 1 }) }, tools: [time, time] })).toThrow('two tools');
  });
});
