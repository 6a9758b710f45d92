import { type Backends, backend, backendsRequired, describeWith } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ground, type HttpHub, hubProgram, inheritedEnv, prepareGround, startHttpHub } from '../hub-process/index.ts';
import { CLIENTS, type HubClient, openClient, textOf } from './clients.ts';

const CELLS = ['stdio', 'HTTP'].flatMap((transport) => CLIENTS.map((client) => ({ transport, client })));

describeWith('docker', (docker: Backends['docker']) =>
  describeWith('prometheus', (prometheus: Backends['prometheus']) =>
    describe('the hub before a real repository, a real Docker engine and a real Prometheus', () => {
      let ground: Ground;
      let http: HttpHub;

      beforeAll(async () => {
        ground = prepareGround({
          servers: {
            docker: { hosts: { default: { host: docker.host } } },
            prometheus: { sources: { default: { url: prometheus.url } } },
          },
        });
        http = await startHttpHub(ground.env, '--trust-loopback');
      });
      afterAll(async () => {
        await http.stop();
        ground.clear();
      });

      describe.each(CELLS)('over $transport, client $client', ({ transport, client: kind }) => {
        let client: HubClient;

        beforeAll(async () => {
          client = await openClient(
            kind,
            transport === 'HTTP' ? { url: http.url } : { ...hubProgram('hub', '--stdio'), env: { ...inheritedEnv(), ...ground.env } },
          );
        });
        afterAll(() => client.close());

        it('lists only the tools that find and call the others', async () => {
          expect((await client.toolNames()).toSorted()).toEqual(['call_tool', 'describe_tools', 'fan_out', 'route', 'search_tools']);
        });

        it.each([
          ['status of my git repository', 'git__status'],
          ['list docker containers', 'docker__container_list'],
          ['evaluate a PromQL query', 'prometheus__query'],
        ])('finds the tool for "%s"', async (query, tool) => {
          const found = await client.call('search_tools', { query, limit: 5 });
          expect(found.structuredContent).toMatchObject({
            tools: expect.arrayContaining([expect.objectContaining({ name: tool })]) as unknown,
          });
          const { tools } = found.structuredContent as { tools: unknown[] };
          expect(textOf(found).split('\n')).toHaveLength(tools.length);
          expect(textOf(found)).toMatch(new RegExp(`^${tool}: `, 'm'));
        });

        it('describes a tool with its arguments', async () => {
          const described = await client.call('describe_tools', { tools: ['git__status', 'git__sttaus'] });
          const { tools, missing } = described.structuredContent as { tools: { name: string; inputSchema: object }[]; missing: string[] };
          expect(tools).toMatchObject([{ name: 'git__status', inputSchema: { properties: { repo: {} } } }]);
          expect(missing).toHaveLength(1);
        });

        it('reads the status of the repository', async () => {
          const status = await client.call('call_tool', { tool: 'git__status', arguments: { repo: ground.repo } });
          expect(status.structuredContent).toMatchObject({ branch: 'main', clean: false, untracked: ['new.txt'] });
        });

        it('lists the containers of the engine', async () => {
          const listed = await client.call('call_tool', { tool: 'docker__container_list', arguments: { all: true } });
          expect(listed.isError ?? false, textOf(listed)).toBe(false);
          expect(listed.structuredContent).toMatchObject({ containers: expect.any(Array) as unknown });
        });

        it('asks Prometheus', async () => {
          const up = await client.call('call_tool', { tool: 'prometheus__query', arguments: { promql: 'up{job="prometheus"}' } });
          expect(up.isError ?? false, textOf(up)).toBe(false);
          expect(JSON.stringify(up.structuredContent)).toContain('prometheus');
        });

        it('asks all three at once', async () => {
          const calls = [
            { id: 'git', tool: 'git__log', arguments: { repo: ground.repo, limit: 1 } },
            { id: 'docker', tool: 'docker__container_list', arguments: {} },
            { id: 'prometheus', tool: 'prometheus__query', arguments: { promql: 'vector(42)' } },
          ];
          const { structuredContent } = await client.call('fan_out', { calls });
          expect(structuredContent).toMatchObject({ satisfied: true });
          const results = structuredContent?.['results'] as { id: string; status: string; result: { structuredContent: unknown } }[];
          expect(results.map(({ id, status }) => `${id} ${status}`)).toEqual(['git ok', 'docker ok', 'prometheus ok']);
          expect(JSON.stringify(results[0]?.result.structuredContent)).toContain('The first commit');
          expect(JSON.stringify(results[2]?.result.structuredContent)).toContain('42');
        });

        it('says what went wrong in one of several calls, and keeps the others', async () => {
          const calls = [
            { id: 'good', tool: 'git__status', arguments: { repo: ground.repo } },
            { id: 'bad', tool: 'git__status', arguments: { repo: '/' } },
            { id: 'unknown', tool: 'git__statsu', arguments: {} },
          ];
          const { structuredContent } = await client.call('fan_out', { calls });
          const results = structuredContent?.['results'] as { id: string; status: string }[];
          expect(results.map(({ id, status }) => `${id} ${status}`)).toEqual(['good ok', 'bad error', 'unknown error']);
        });
      });
    }),
  ),
);

describe('the backends that this suite needs', () => {
  it('are demanded where CI demands them', () => {
    const missing = (['docker', 'prometheus'] as const).filter((name) => backend(name).backend === undefined);
    expect(backendsRequired() ? missing : []).toEqual([]);
  });
});
