import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { server } from './server.ts';
import type { Session } from '@deployment-engine/shared/testing';
import { changes } from './testing/changes.ts';
import { kubernetesSuite } from './testing/fixture.ts';

/** Words that no rule for secrets knows: only the place where they stand can tell that they are some. */
const CANARY = {
  secret: 'walrus-harbour-violin-93',
  applied: 'pepper-lantern-quarry-17',
  annotation: 'meadow-copper-thimble-58',
  env: 'orchid-gravel-saddle-26',
  argument: 'falcon-biscuit-tundra-71',
  setting: 'marble-kettle-juniper-34',
  address: 'cobalt-raisin-anchor-82',
  release: 'willow-magnet-pretzel-49',
  file: 'saffron-glacier-button-65',
} as const;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Tools that have nothing to answer with on this cluster: no metrics server, no chart. */
const SPEECHLESS = ['pods_top', 'helm_template'];

/** What each reading tool is asked. A tool that is not here fails the test: nobody looked what it lets out. */
const questions = (namespace: string): Record<string, object[]> => {
  const named = (kind: string, name: string) => ({ kind, name, namespace });
  const objects = [
    named('secrets', 'vault'),
    named('configmaps', 'settings'),
    named('deployments', 'shop'),
    named('secrets', 'sh.helm.release.v1.web.v1'),
  ];
  const paths = [
    '.data',
    '.data.password',
    '.metadata.annotations',
    '.metadata.managedFields',
    '.spec.template.spec.containers[*].env[*].value',
    '.spec.template.spec.containers[*].args',
  ];
  return {
    api_resources: [{}],
    capacity_report: [{}],
    compare: [{ namespace, other_namespace: 'default', kinds: ['secrets', 'configmaps', 'deployments'] }],
    config_view: [{}],
    contexts_list: [{}],
    diagnose: [{ namespace }, { ...named('deployments', 'shop') }],
    events_list: [{ namespace }],
    explain: [{ path: 'secret.data' }],
    helm_read: ['list', 'status', 'history', 'values', 'manifest'].map((view) => ({
      view,
      namespace,
      ...(view === 'list' ? {} : { release: 'web' }),
    })),
    helm_template: [{ release: 'web', chart: './chart' }],
    namespaces_list: [{}],
    nodes_read: [{}],
    pods_log: [{ name: 'deployments/shop', namespace }],
    pods_top: [{ namespace }],
    port_forwards_list: [{}],
    rbac_audit: [{ namespace }],
    rbac_check: [{ verb: 'get', kind: 'secrets', namespace }],
    resources_describe: objects,
    resources_diff: [
      {
        manifest: JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'vault', namespace },
          stringData: { password: 'other' },
        }),
      },
    ],
    resources_get: [...objects, ...objects.map((one) => ({ ...one, fields: paths }))],
    resources_list: ['secrets', 'configmaps', 'deployments', 'events', 'pods'].flatMap((kind) => [
      ...['table', 'names', 'status', 'yaml', 'json'].map((view) => ({ kind, namespace, view })),
      { kind, namespace, view: 'json', fields: paths },
    ]),
    resources_wait: [{ ...named('secrets', 'vault'), for: `.data.password=${base64('x')}`, timeout_seconds: 1 }],
    rollout_read: [{ kind: 'deployment', name: 'shop', namespace }],
    security_audit: [{ namespace }],
  };
};

kubernetesSuite('what leaves in read-only mode', (bench) => {
  let session: Session;
  const forbidden: [string, string][] = [];
  const answers: [string, string][] = [];

  beforeAll(async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'vault' }, stringData: { password: CANARY.secret } };
    await bench.make({
      ...secret,
      metadata: {
        name: 'vault',
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ ...secret, data: { password: base64(CANARY.applied) } }),
          'kapp.k14s.io/original': gzipSync(CANARY.applied).toString('base64'),
          'example.com/original': CANARY.applied,
        },
      },
    });
    await bench.make({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'settings',
        annotations: { 'example.com/backup': JSON.stringify({ ...secret, stringData: { password: CANARY.annotation } }) },
      },
      data: { DB_PASSWORD: CANARY.setting, url: `postgres://app:${CANARY.address}@db/app` },
    });
    await bench.make({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'shop' } },
        template: {
          metadata: { labels: { app: 'shop' } },
          spec: {
            containers: [
              {
                name: 'main',
                image: 'registry.example/shop:1',
                args: [`--api-token=${CANARY.argument}`],
                env: [{ name: 'DB_PASSWORD', value: CANARY.env }],
              },
            ],
          },
        },
      },
    });
    const release = {
      name: 'web',
      version: 1,
      namespace: bench.namespace,
      info: { status: 'deployed', description: 'Install complete', notes: '' },
      chart: { metadata: { name: 'web', version: '1.0.0' }, values: {} },
      config: { db: { password: CANARY.release } },
      manifest: `---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: web\nstringData:\n  password: ${CANARY.release}\n`,
    };
    await bench.make({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'helm.sh/release.v1',
      metadata: { name: 'sh.helm.release.v1.web.v1', labels: { owner: 'helm', name: 'web', status: 'deployed', version: '1' } },
      data: { release: base64(gzipSync(JSON.stringify(release)).toString('base64')) },
    });
    writeFileSync(join(bench.root, 'private.txt'), CANARY.file);
    // pods_log reads what its pod says
    await bench.ok('resources_wait', { kind: 'deployments', name: 'shop', namespace: bench.namespace, for: 'ready' });
    session = await bench.with({}, { readOnly: true });
    for (const [place, word] of Object.entries(CANARY))
      forbidden.push([place, word], [`${place}, base64`, base64(word)], [`${place}, reversed`, word.split('').toReversed().join('')]);
    forbidden.push(['a token of the kubeconfig', bench.backend.tokens.admin], ['its base64', base64(bench.backend.tokens.admin)]);
  });

  const reading = server.surface().tools.filter(({ effect }) => effect === 'read');

  it('is asked of every reading tool', () => {
    expect(reading.map(({ name }) => name).filter((name) => !(name in questions('x')))).toEqual([]);
  });

  describe('holds no planted secret', () => {
    it.each(reading.map(({ name }) => name))('%s', async (name) => {
      let answered = 0;
      for (const args of questions(bench.namespace)[name] ?? []) {
        const result = await session.server.call(name, { ...args });
        if (result.ok === true) answered += 1;
        const answer = JSON.stringify(result);
        answers.push([name, answer]);
        for (const [place, word] of forbidden) expect(answer.includes(word), `${place} in ${name} ${JSON.stringify(args)}`).toBe(false);
      }
      if (!SPEECHLESS.includes(name)) expect(answered).toBeGreaterThan(0);
    });

    it('and yet shows the objects that hold them', () => {
      const shown = answers.filter(([name]) => name === 'resources_get').map(([, answer]) => answer);
      expect(shown.filter((answer) => /\[masked [0-9a-f]{8}\]/.test(answer)).length).toBeGreaterThanOrEqual(4);
    });
  });

  it('refuses everything that changes, runs, forwards or reads a secret', async () => {
    for (const { name } of server.surface().tools.filter(({ effect }) => effect !== 'read'))
      expect((await session.fails(name, {})).code, name).toMatch(/^(?:read_only|invalid_input)$/);
    // arguments that fit: nothing but the mode can refuse these
    for (const [name, [args]] of Object.entries(changes(bench.namespace)))
      expect((await session.fails(name, args)).code, name).toBe('read_only');
    expect(await session.fails('secret_read', { name: 'vault', namespace: bench.namespace, key: 'password' })).toMatchObject({
      code: 'read_only',
    });
    expect(await session.fails('pods_exec', { name: 'x', namespace: bench.namespace, command: ['id'] })).toMatchObject({
      code: 'read_only',
    });
  });

  it('writes nothing', () => {
    expect(readdirSync(bench.root)).toEqual(['private.txt']);
    expect(readFileSync(join(bench.root, 'private.txt'), 'utf8')).toBe(CANARY.file);
  });
});
