import { expect, it, vi } from 'vitest';
import { schemasOf } from '../client/openapi.ts';
import { kubernetesSuite, soon } from '../testing/fixture.ts';

interface Explained {
  kind: string;
  type: string;
  description: string;
  fields: string[][];
  left: number;
}

kubernetesSuite(
  'explain',
  (bench) => {
    const explain = (path: string, more: object = {}) => bench.ok<Explained>('explain', { path, ...more });

    it('tells the fields of a kind', async () => {
      const { kind, fields } = await explain('deployment');
      expect(kind).toBe('apps/v1/Deployment');
      expect(fields.map(([name]) => name)).toEqual(expect.arrayContaining(['apiVersion', 'kind', 'metadata', 'spec', 'status']));
    });

    it.each([
      ['deployment.spec.strategy', 'DeploymentStrategy', ['rollingUpdate', 'type']],
      ['deploy.spec.template.spec.containers', '[]Container', ['image', 'name', 'resources']],
      ['pods.spec.containers[].ports', '[]ContainerPort', ['containerPort']],
      ['configmaps.data', 'map[string]string', []],
      ['deployments.apps.spec.replicas', 'integer', []],
      ['apps/v1/Deployment.spec.replicas', 'integer', []],
      ['v1/Service.spec.ports.targetPort', 'int or string', []],
      ['ingress.networking.k8s.io.spec.rules', '[]IngressRule', ['host', 'http']],
      ['crd.spec.versions', '[]CustomResourceDefinitionVersion', ['name', 'schema', 'served', 'storage']],
    ])('%s is a %s', async (path, type, fields) => {
      const explained = await explain(path);
      expect(explained.type).toBe(type);
      expect(explained.fields.map(([name]) => name)).toEqual(expect.arrayContaining(fields));
      expect(explained.description.length).toBeGreaterThan(10);
    });

    it('says what is required, and which values there are', async () => {
      const { fields } = await explain('deployment.spec');
      expect(fields).toContainEqual(['selector', 'LabelSelector, required', expect.any(String)]);
      expect((await explain('deployment.spec.strategy.type')).description).toMatch(/RollingUpdate/);
    });

    it('names the near field for a wrong one, and the near kind', async () => {
      expect(await bench.fails('explain', { path: 'deployment.spec.replica' })).toMatchObject({
        code: 'not_found',
        message: 'Deployment.spec has no field "replica".',
        hint: 'Did you mean "replicas"?',
      });
      expect(await bench.fails('explain', { path: 'deploymnt.spec' })).toMatchObject({ code: 'not_found' });
    });

    it.each(['../../api', 'pods..spec', 'pods/../secrets/x/y', '', 'pods.spec.' + 'x'.repeat(1_000)])('refuses %s', async (path) => {
      expect(await bench.fails('explain', { path })).toMatchObject({ code: 'invalid_input' });
    });

    it('does not follow the names that every object of JavaScript has', async () => {
      expect(await bench.fails('explain', { path: 'pods.constructor' })).toMatchObject({ code: 'not_found' });
    });

    it('keeps within its budget', async () => {
      const result = await bench.server.call<Explained>('explain', { path: 'pods.spec', max_tokens: 800 });
      if (result.ok !== true) throw new Error(JSON.stringify(result));
      expect(result.output.left).toBeGreaterThan(5);
      expect((result.text.length + JSON.stringify(result.output).length) / 4).toBeLessThan(900);
    });

    it('reads the schemas of a group and version once', async () => {
      const kind = await bench.cluster.kind('pods', soon());
      const raw = vi.spyOn(bench.cluster, 'raw');
      try {
        const [first, second] = [await schemasOf(bench.cluster, kind, soon()), await schemasOf(bench.cluster, kind, soon())];
        expect(second).toBe(first);
        expect(raw.mock.calls.map(([path]) => path.join('/'))).toEqual(['openapi/v3', 'openapi/v3/api/v1', 'openapi/v3']);
      } finally {
        raw.mockRestore();
      }
    });

    it('works in read-only mode and in several contexts', async () => {
      const session = await bench.with({}, { readOnly: true });
      const { contexts } = await session.ok<{ contexts: ({ context: string } & Partial<Explained>)[] }>('explain', {
        path: 'deployment.spec.replicas',
        contexts: ['admin', 'second'],
      });
      expect(contexts.map(({ context, type }) => [context, type])).toEqual([
        ['admin', 'integer'],
        ['second', 'integer'],
      ]);
    });
  },
  { contexts: ['admin'] },
);
