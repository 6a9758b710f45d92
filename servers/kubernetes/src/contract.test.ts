import { readFileSync } from 'node:fs';
import { contractSuite } from '@deployment-engine/shared/testing';
import { describe, expect, it } from 'vitest';
import { server } from './server.ts';

contractSuite(server, {
  main: new URL('./main.ts', import.meta.url),
  toolsJson: new URL('../tools.json', import.meta.url),
  read: { tool: 'contexts_list', args: {} },
  config: { kubeconfig: new URL('./testing/nowhere.kubeconfig', import.meta.url).pathname },
});

describe('the kubernetes server', () => {
  it('has a file for each tool, called like it', () => {
    for (const { name } of server.surface().tools) {
      const file = new URL(`./tools/${name.replaceAll('_', '-')}.ts`, import.meta.url);
      expect(readFileSync(file, 'utf8'), name).toContain(`name: '${name}'`);
    }
  });

  it('lists its core tools in at most 6,000 tokens of four bytes', () => {
    const core = server.surface().tools.filter(({ toolset }) => toolset === 'core');
    const listed = core.map(({ toolset: _toolset, effect: _effect, scopes: _scopes, ...tool }) => tool);
    expect(Buffer.byteLength(JSON.stringify(listed)) / 4).toBeLessThan(6_000);
  });
});
