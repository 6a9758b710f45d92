import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ground, hubProgram, inheritedEnv, prepareGround, startHttpHub } from '../hub-process/index.ts';

const CELLS = (['in-process', 'process'] as const).flatMap((isolation) =>
  (['legacy', 'modern'] as const).map((era) => ({ isolation, era })),
);

describe("a client's own roots", () => {
  let ground: Ground;

  beforeEach(() => {
    ground = prepareGround();
    mkdirSync(join(ground.root, 'other'));
  });
  afterEach(() => ground.clear());

  describe.each(CELLS)('over stdio, server $isolation, $era era', ({ isolation, era }) => {
    /** The outcome of a status call of a client with these roots, and how often the client was asked for them. */
    const statusWith = async (roots: string[], target = ground.repo): Promise<{ failed: boolean; asked: number; askedBefore: number }> => {
      ground.configure({ servers: { git: { isolation } } });
      const server = { ...hubProgram('hub', '--stdio'), env: { ...inheritedEnv(), ...ground.env } };
      const client = await connect(server, era, { capabilities: { roots: {} } });
      let asked = 0;
      client.setRequestHandler('roots/list', () => {
        asked += 1;
        return { roots: roots.map((path) => ({ uri: pathToFileURL(path).href })) };
      });
      try {
        await client.callTool({ name: 'search_tools', arguments: { query: 'status' } });
        const askedBefore = asked;
        const status = async () => client.callTool({ name: 'call_tool', arguments: { tool: 'git__status', arguments: { repo: target } } });
        const first = await status();
        const second = await status();
        expect(second.isError ?? false).toBe(first.isError ?? false);
        return { failed: first.isError ?? false, asked, askedBefore };
      } finally {
        await client.close();
      }
    };

    it('let a call reach what lies inside them, and are asked for when a call first needs them', { timeout: 60_000 }, async () => {
      const { failed, asked, askedBefore } = await statusWith([ground.repo]);
      expect(failed).toBe(false);
      expect(askedBefore).toBe(0);
      expect(asked).toBeGreaterThan(0);
    });

    it('keep a call away from what lies outside them', { timeout: 60_000 }, async () => {
      expect(await statusWith([join(ground.root, 'other')])).toMatchObject({ failed: true });
    });

    it("do not widen the operator's", { timeout: 60_000 }, async () => {
      mkdirSync(join(ground.base, 'beyond'));
      expect(await statusWith([ground.base], join(ground.base, 'beyond'))).toMatchObject({ failed: true });
    });

    it('narrow nothing where there are none', { timeout: 60_000 }, async () => {
      expect(await statusWith([])).toMatchObject({ failed: false });
    });
  });

  it.each(CELLS)('do not count over HTTP, server $isolation, $era era', { timeout: 60_000 }, async ({ isolation, era }) => {
    ground.configure({ servers: { git: { isolation } } });
    const hub = await startHttpHub(ground.env, '--trust-loopback');
    const client = await connect({ url: hub.url }, era, { capabilities: { roots: {} } });
    let asked = 0;
    client.setRequestHandler('roots/list', () => {
      asked += 1;
      return { roots: [{ uri: pathToFileURL(join(ground.root, 'other')).href }] };
    });
    const status = await client.callTool({ name: 'call_tool', arguments: { tool: 'git__status', arguments: { repo: ground.repo } } });
    await client.close();
    await hub.stop();
    expect(status.isError ?? false).toBe(false);
    expect(asked).toBe(0);
  });
});
