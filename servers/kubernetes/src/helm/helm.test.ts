import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Session } from '@deployment-engine/shared/testing';
import { kubernetesSuite } from '../testing/fixture.ts';
import { CHART_PASSWORD, writeChart } from './chart.testing.ts';

interface Changed {
  revision: number;
  status: string;
  chart: string;
  objects: string[];
  manifest?: string;
  notes?: string;
}

interface Read extends Changed {
  rows: string[][];
  total: number;
  text: string;
}

const HELM_FOLDERS = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('helm-'));

kubernetesSuite('Helm releases on the real API server with the real program', (bench) => {
  const context = 'admin';
  let session: Session | undefined;
  const helm = async (): Promise<Session> => (session ??= await bench.with({ helm: { binary: bench.backend.helm } }));
  const chart = () => writeChart(join(bench.root, 'shop'));
  const OWN = 'an-own-password-77';

  it('renders a chart without installing it, secrets masked everywhere', async () => {
    const { ok, server } = await helm();
    chart();
    const out = await ok<Changed>('helm_template', {
      chart: 'shop',
      release: 'one',
      namespace: bench.namespace,
      values: { database: { password: OWN } },
    });
    expect(out.objects).toEqual(
      expect.arrayContaining(['Deployment/one-web', 'Secret/one-database', 'ConfigMap/one-config', 'Pod/one-ping']),
    );
    expect(out.manifest).toContain('nginx:1.29');
    expect(out.manifest).toContain('host=db.example with [masked');
    expect(JSON.stringify(out)).not.toContain(OWN);
    expect(JSON.stringify(server.records)).not.toContain(OWN);
  });

  it('installs, upgrades, rolls back, tests and uninstalls', async () => {
    const { ok, fails } = await helm();
    const at = { release: 'shop', namespace: bench.namespace, context };
    const installed = await ok<Changed>('helm_install', {
      ...at,
      chart: chart(),
      values: { greeting: 'first', database: { password: OWN } },
    });
    expect(installed).toMatchObject({ revision: 1, status: 'deployed', chart: 'shop-1.2.3' });
    expect(installed.objects).toContain('Deployment/shop-web');
    expect(installed.notes).toMatch(/^Sign in with \[masked [0-9a-f]{8}\] at db\.example/);
    expect((await bench.get('configmaps', 'shop-config'))['data']).toMatchObject({ greeting: 'first' });

    await expect(fails('helm_install', { ...at, chart: 'shop' })).resolves.toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('helm_upgrade'),
    });

    const tried = await ok<Changed>('helm_upgrade', { ...at, chart: 'shop', values: { extra: true }, dry_run: true });
    expect(tried.objects).toContain('ConfigMap/shop-extra');
    expect(tried.manifest).toContain('first');
    await expect(bench.get('configmaps', 'shop-extra')).rejects.toThrow(/no ConfigMap/);

    const upgraded = await ok<Changed>('helm_upgrade', { ...at, chart: 'shop', values: { extra: true, greeting: 'second' } });
    expect(upgraded).toMatchObject({ revision: 2, status: 'deployed' });
    expect((await bench.get('configmaps', 'shop-config'))['data']).toMatchObject({
      greeting: 'second',
      url: `host=db.example with ${OWN}`,
    });
    await bench.get('configmaps', 'shop-extra');

    const history = await ok<Read>('helm_read', { view: 'history', release: 'shop', namespace: bench.namespace });
    expect(history.rows.map(([revision, status, name]) => [revision, status, name])).toEqual([
      ['2', 'deployed', 'shop-1.2.3'],
      ['1', 'superseded', 'shop-1.2.3'],
    ]);

    const back = await ok<Changed>('helm_rollback', { ...at, revision: 1 });
    expect(back).toMatchObject({ revision: 3, status: 'deployed' });
    expect((await bench.get('configmaps', 'shop-config'))['data']).toMatchObject({ greeting: 'first' });
    await expect(bench.get('configmaps', 'shop-extra')).rejects.toThrow(/no ConfigMap/);

    const tested = await ok<{ passed: boolean; tests: object[] }>('helm_test', { ...at, timeout_seconds: 60 });
    expect(tested).toMatchObject({ passed: true, tests: [{ name: 'shop-ping', kind: 'Pod', phase: 'Succeeded' }] });

    const status = await ok<Read>('helm_read', { view: 'status', release: 'shop', namespace: bench.namespace });
    expect(Object.fromEntries(status.rows as [string, string][])).toMatchObject({
      'Secret/shop-database': 'Present',
      'ConfigMap/shop-config': 'Present',
    });
    const list = await ok<Read>('helm_read', { namespace: '*' });
    expect(list.rows).toContainEqual([bench.namespace, 'shop', '3', 'deployed', 'shop-1.2.3', '9.1', expect.stringMatching(/^\d+[smhd]$/)]);

    const gone = await ok<{ deleted: string[] }>('helm_uninstall', at);
    expect(gone.deleted).toEqual(expect.arrayContaining(['Deployment/shop-web', 'Secret/shop-database']));
    await expect(bench.get('configmaps', 'shop-config')).rejects.toThrow(/no ConfigMap/);
    await expect(fails('helm_read', { view: 'status', release: 'shop', namespace: bench.namespace })).resolves.toMatchObject({
      code: 'not_found',
    });
  }, 180_000);

  it('says which test of a chart failed', async () => {
    const { ok } = await helm();
    const at = { release: 'failing', namespace: bench.namespace, context };
    await ok('helm_install', { ...at, chart: chart(), values: { fate: 'failed' } });
    const tested = await ok<{ passed: boolean; tests: object[]; problem: string }>('helm_test', { ...at, timeout_seconds: 60 });
    expect(tested).toMatchObject({
      passed: false,
      tests: [{ name: 'failing-ping', phase: 'Failed' }],
      problem: expect.stringContaining('failing-ping'),
    });
  }, 90_000);

  it('lets no secret of a release out in any view', async () => {
    const { ok, text } = await helm();
    const at = { release: 'canary', namespace: bench.namespace };
    await ok('helm_install', {
      ...at,
      context,
      chart: chart(),
      values: { api: { token: 'canary-token-canary' }, env: [{ name: 'MY_SECRET', value: 'canary-env-canary' }] },
    });
    const other = await bench.with({ helm: { binary: bench.backend.helm } }, { readOnly: true });
    for (const view of ['list', 'status', 'history', 'values', 'manifest', 'notes']) {
      const args = { ...at, view, all_values: true, max_tokens: 8_000 };
      for (const read of [await text('helm_read', args), await other.text('helm_read', args)]) {
        expect(read, view).not.toMatch(new RegExp(`${CHART_PASSWORD}|canary-token-canary|canary-env-canary`));
        expect(read, view).not.toContain(Buffer.from(CHART_PASSWORD).toString('base64'));
      }
    }
    expect(await text('helm_read', { ...at, view: 'values', all_values: true })).toMatch(/host: db\.example[^]*password: "?\[masked/);
  }, 60_000);

  it('leaves no file behind, and gives Helm neither plugins nor the operator’s settings', async () => {
    const { ok, fails } = await helm();
    chart();
    const before = new Set(HELM_FOLDERS());
    await ok('helm_template', { chart: 'shop' });
    await fails('helm_upgrade', { chart: 'shop', release: 'not-there', namespace: bench.namespace, context });
    // other tests make such folders meanwhile: only one that stays is a fault
    const made = HELM_FOLDERS().filter((name) => !before.has(name));
    await expect.poll(() => HELM_FOLDERS().filter((name) => made.includes(name))).toEqual([]);
  }, 60_000);

  it('reads charts in the roots only, through links too', async () => {
    const { fails } = await helm();
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeFileSync(join(outside, 'leak.txt'), 'OUTSIDE-THE-ROOTS');
    writeChart(join(outside, 'chart'));
    await expect(fails('helm_template', { chart: join(outside, 'chart') })).resolves.toMatchObject({ code: 'forbidden' });
    await expect(fails('helm_template', { chart: '../../etc' })).resolves.toMatchObject({ code: 'forbidden' });
    const linked = writeChart(join(bench.root, 'linked'), {
      'templates/leak.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: leak }\ndata: { leak: {{ .Files.Get "leak.txt" | quote }} }\n',
    });
    symlinkSync(join(outside, 'leak.txt'), join(linked, 'leak.txt'));
    await expect(fails('helm_template', { chart: 'linked' })).resolves.toMatchObject({ code: 'forbidden' });
    mkdirSync(join(bench.root, 'empty'));
    await expect(fails('helm_template', { chart: 'empty' })).resolves.toMatchObject({ code: 'not_found' });
  });

  it.each([
    ['a release that is an option', { release: '--kubeconfig=/etc/passwd', chart: 'shop' }, 'invalid_input'],
    ['a chart that is an option', { release: 'x', chart: '--post-renderer=/bin/sh' }, 'invalid_input'],
    ['a version that is an option', { release: 'x', chart: 'shop', version: '--post-renderer' }, 'invalid_input'],
    ['a repository that is an option', { release: 'x', chart: 'shop', repository: '--ca-file=/etc/passwd' }, 'invalid_input'],
    ['a repository nobody allowed', { release: 'x', chart: 'redis', repository: 'https://charts.example/a' }, 'forbidden'],
    ['a registry nobody allowed', { release: 'x', chart: 'oci://registry.example/charts/redis' }, 'forbidden'],
    ['a file address', { release: 'x', chart: 'file:///etc' }, 'invalid_input'],
    ['a namespace that is an option', { release: 'x', chart: 'shop', namespace: '--all' }, 'invalid_input'],
    ['an option among the values', { release: 'x', chart: 'shop', values: '--set=a=b' }, 'invalid_input'],
  ])('refuses %s', async (_what, args, code) => {
    const { fails } = await helm();
    await expect(fails('helm_install', { context, ...args })).resolves.toMatchObject({ code });
  });

  it('says what is wrong with a chart, without the paths of its own files', async () => {
    const { fails } = await helm();
    writeChart(join(bench.root, 'broken'), { 'templates/config.yaml': '{{ fail "no region is set" }}' });
    const error = await fails('helm_template', { chart: 'broken' });
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('no region is set') });
    expect(error.message).not.toContain(tmpdir());
  });

  it('lets the operator’s policy see every object before anything is made', async () => {
    chart();
    const binary = { helm: { binary: bench.backend.helm } };
    const denied = await bench.with({ ...binary, rules: [{ kinds: ['deployments.apps'], verbs: ['apply'], decide: 'deny' }] });
    const at = { release: 'judged', namespace: bench.namespace, context, chart: 'shop' };
    await expect(denied.fails('helm_install', at)).resolves.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('deployments.apps'),
    });
    const elsewhere = await bench.with({ ...binary, namespaces: { deny: ['kube-system'] } });
    writeChart(join(bench.root, 'astray'), {
      'templates/extra.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: astray, namespace: kube-system }\n',
    });
    await expect(elsewhere.fails('helm_install', { ...at, chart: 'astray' })).resolves.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('kube-system'),
    });
    const noSecrets = await bench.with({ ...binary, kinds: { deny: ['secrets'] } });
    await expect(noSecrets.fails('helm_read', {})).resolves.toMatchObject({ code: 'forbidden' });
    const asked = await bench.with({ ...binary, rules: [{ kinds: ['deployments.apps'], verbs: ['apply'], decide: 'confirm' }] });
    await expect(asked.fails('helm_install', at)).resolves.toMatchObject({ code: 'forbidden', message: expect.stringContaining('person') });
    const question = await asked.server.call('helm_install', at, { can: { elicitation: true } });
    expect(question.ok).toBe('input');
    await expect(bench.get('deployments', 'judged-web')).rejects.toThrow(/no Deployment/);
    const key = Object.keys(question.ok === 'input' ? question.requests : {})[0] ?? '';
    const agreed = await asked.server.call('helm_install', at, {
      can: { elicitation: true },
      answers: { [key]: { action: 'accept', content: { confirm: true } } },
    });
    expect(agreed).toMatchObject({ ok: true });
  }, 90_000);

  it('plans what cannot be undone', async () => {
    const planning = await bench.with({ helm: { binary: bench.backend.helm } }, { confirm: 'plan' });
    const at = { release: 'planned', namespace: bench.namespace, context };
    const { ok } = await helm();
    await ok('helm_install', { ...at, chart: chart() });
    await ok('helm_upgrade', { ...at, chart: 'shop', values: { extra: true } });
    const rollback = await planning.fails('helm_rollback', { ...at, revision: 1 });
    expect(rollback.code).toBe('confirmation_required');
    expect(JSON.stringify(rollback.details)).toContain('delete ConfigMap/planned-extra');
    const uninstall = await planning.fails('helm_uninstall', at);
    expect(JSON.stringify(uninstall.details)).toContain('delete Deployment/planned-web');
    const { plan_token: token } = uninstall.details as { plan_token: string };
    await ok('helm_upgrade', { ...at, chart: 'shop' });
    await expect(planning.fails('helm_uninstall', { ...at, plan_token: token })).resolves.toMatchObject({
      code: expect.stringMatching(/conflict|confirmation_required|invalid_input/),
    });
    await bench.get('deployments', 'planned-web');
  }, 90_000);

  it('says that Helm is missing where it is, and reads without it', async () => {
    const without = await bench.with({ helm: { binary: '/nowhere/helm' } });
    for (const [tool, args] of [
      ['helm_template', { chart: 'shop' }],
      ['helm_install', { chart: 'shop', release: 'x', context }],
      ['helm_upgrade', { chart: 'shop', release: 'x', context }],
    ] as const)
      await expect(without.fails(tool, args), tool).resolves.toMatchObject({
        code: 'missing_dependency',
        hint: expect.stringContaining('helm.binary'),
      });
    await without.ok('helm_read', { namespace: '*' });
  });

  it('changes nothing in read-only mode, and names its context for a change', async () => {
    const { fails } = await helm();
    await expect(fails('helm_install', { chart: 'shop', release: 'x' })).resolves.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('context'),
    });
    const readOnly = await bench.with({ helm: { binary: bench.backend.helm } }, { readOnly: true });
    await expect(readOnly.fails('helm_install', { chart: 'shop', release: 'x', context })).resolves.toMatchObject({ code: 'read_only' });
  });
});
