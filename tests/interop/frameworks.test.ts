import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ground, hubProgram, prepareGround } from '../hub-process/index.ts';

const run = promisify(execFile);

/** What every example prints. */
interface Printed {
  tools: string[];
  status: unknown;
}

describe('agent frameworks use the hub over stdio, without a model', () => {
  let ground: Ground;

  beforeAll(() => {
    ground = prepareGround();
  });
  afterAll(() => ground.clear());

  it.each(['langchain', 'openai-agents', 'vercel-ai'])(
    'examples/%s.ts lists the tools and reads a real repository',
    async (name) => {
      const example = fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url));
      const { command, args } = hubProgram('hub', '--stdio');
      const { stdout } = await run(process.execPath, [example, ground.repo, command, ...args], { env: { ...process.env, ...ground.env } });
      const { tools, status } = JSON.parse(stdout) as Printed;
      expect(tools).toEqual(expect.arrayContaining(['search_tools', 'describe_tools', 'route', 'call_tool', 'fan_out']));
      const said = JSON.stringify(status);
      expect(said).toContain('main');
      expect(said).toContain('new.txt');
      expect(said).not.toContain('isError\\":true');
      expect(said).not.toContain('not_found');
    },
    120_000,
  );
});
