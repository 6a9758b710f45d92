import { describe, expect, it } from 'vitest';
import { type HubConfig, hubConfig } from './schema.ts';
import { unknownNames } from './sections.ts';

const configured = (servers: object): HubConfig => hubConfig.parse({ servers });

describe('names in the sections of built-in servers', () => {
  it('are those of servers, tools and toolsets that there are', () => {
    expect(
      unknownNames(
        configured({
          dockr: {},
          docker: { tools: { container_list: { confirm: 'plan' }, container_remov: { confirm: 'deny' } } },
          prometheus: { tools: { zzzzzzzz: { enabled: false } }, toolsets: ['core', 'cor'] },
        }),
      ),
    ).toEqual([
      { path: 'servers.dockr', message: 'there is no built-in server of this name, did you mean "docker"?' },
      { path: 'servers.docker.tools.container_remov', message: 'docker has no tool of this name, did you mean "container_remove"?' },
      {
        path: 'servers.prometheus.tools.zzzzzzzz',
        message: expect.stringMatching(/^prometheus has no tool of this name; there are .*query/),
      },
      { path: 'servers.prometheus.toolsets.1', message: 'prometheus has no toolset "cor", did you mean "core"?' },
    ]);
    expect(unknownNames(configured({ git: { toolsets: ['core'], tools: { log: { deadlineMs: 1000 } } } }))).toEqual([]);
  });

  it('are those of tools that can be pinned', () => {
    const pinned = ['git__status', 'git__statsu', 'other-tools__anything', 'gti__log', 'status'];
    const config = hubConfig.parse({ hub: { pinned }, mcpServers: { 'Other tools': { command: 'other' } } });
    expect(unknownNames(config)).toEqual([
      { path: 'hub.pinned.1', message: 'git has no tool "statsu", did you mean "status"?' },
      { path: 'hub.pinned.3', message: 'there is no server "gti", did you mean "git"?' },
      { path: 'hub.pinned.4', message: 'give the name of a tool as it is listed, server__tool' },
    ]);
    expect(unknownNames(hubConfig.parse({ hub: { pinned, passthrough: 'git' } }))).toEqual([]);
  });

  it('cannot change what a built-in tool does', () => {
    const settings = { tools: { container_remove: { effect: 'read' } } };
    expect(() => configured({ docker: settings })).toThrow(/effect/);
    expect(hubConfig.parse({ mcpServers: { other: { command: 'other', ...settings } } }).mcpServers['other']).toMatchObject(settings);
  });
});
