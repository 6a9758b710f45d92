import { randomBytes } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { accountUser, review, type Someone } from './access-audit/review.ts';
import type { KubeObject } from './client/wire.ts';
import type { FindingsAnswer } from './report/findings.ts';
import { kubernetesSuite, soon } from './testing/fixture.ts';

const RBAC = 'rbac.authorization.k8s.io';

interface PlantedSubject {
  kind: string;
  name: string;
  namespace?: string;
}

kubernetesSuite('roles and bindings on the real control plane', (bench) => {
  const word = `t${randomBytes(4).toString('hex')}`;
  const planted: [string, string][] = [];

  afterAll(async () => {
    // the controller that aggregates would make a role again whose parts change
    for (const [kind, name] of planted.toReversed())
      await bench.cluster.delete(await bench.cluster.kind(kind, soon()), { name }, {}, soon()).catch(() => undefined);
  });

  const wide = async (kind: 'ClusterRole' | 'ClusterRoleBinding', name: string, body: object): Promise<void> => {
    planted.push([`${kind.toLowerCase()}s.${RBAC}`, `${word}-${name}`]);
    await bench.make({ apiVersion: `${RBAC}/v1`, kind, metadata: { name: `${word}-${name}`, ...labelsOf(body) }, ...body });
  };
  const labelsOf = (body: object) => ('labels' in body ? { labels: body.labels as Record<string, string> } : {});
  const local = (kind: 'Role' | 'RoleBinding', name: string, body: object): Promise<KubeObject> =>
    bench.make({ apiVersion: `${RBAC}/v1`, kind, metadata: { name }, ...body });
  const subject = (kind: string, name: string, namespace?: string) => ({
    kind,
    name,
    ...(kind === 'ServiceAccount' ? { namespace: namespace ?? bench.namespace } : { apiGroup: RBAC }),
  });
  const ref = (kind: string, name: string) => ({ roleRef: { apiGroup: RBAC, kind, name } });
  const account = (name: string) => bench.make({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });

  it('says what the caller may do, and what nobody may not', async () => {
    const ask = { verb: 'delete', kind: 'pods', namespace: bench.namespace };
    expect(await bench.ok('rbac_check', { ...ask, context: 'admin' })).toMatchObject({ allowed: true });
    expect(await bench.ok('rbac_check', { ...ask, context: 'reader' })).toMatchObject({ allowed: false });
    expect(await bench.ok('rbac_check', { ...ask, verb: 'list', context: 'reader' })).toMatchObject({ allowed: true });
    expect(await bench.ok('rbac_check', { ...ask, verb: 'list', kind: 'secrets', context: 'reader' })).toMatchObject({ allowed: false });
    expect(await bench.ok('rbac_check', { ...ask, verb: 'list', context: 'nobody' })).toMatchObject({ allowed: false });
    expect(await bench.ok('rbac_check', { verb: 'get', path: '/metrics', context: 'admin' })).toMatchObject({ allowed: true });
    expect(await bench.ok('rbac_check', { verb: 'get', path: '/metrics', context: 'nobody' })).toMatchObject({ allowed: false });
    expect(await bench.text('rbac_check', { ...ask, context: 'nobody' })).toContain(`No: delete pods in ${bench.namespace} (nobody)`);
  });

  it('asks several contexts at once, in read-only mode too: a review keeps nothing', async () => {
    const reading = await bench.with({}, { readOnly: true });
    const ask = { verb: 'create', kind: 'pods', namespace: bench.namespace, contexts: ['admin', 'reader', 'nobody'] };
    const { contexts } = await reading.ok<{ contexts: { context: string; allowed?: boolean }[] }>('rbac_check', ask);
    expect(contexts.map(({ context, allowed }) => [context, allowed])).toEqual([
      ['admin', true],
      ['reader', false],
      ['nobody', false],
    ]);
    const closed = await bench.with({ namespaces: { deny: [bench.namespace] } });
    expect(await closed.fails('rbac_check', { verb: 'create', kind: 'pods', namespace: bench.namespace })).toMatchObject({
      code: 'forbidden',
    });
  });

  it('asks for another user where that is permitted, and names the missing permission where not', async () => {
    await account('builder');
    await local('Role', 'pods', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['create'] }] });
    await local('RoleBinding', 'pods', { ...ref('Role', 'pods'), subjects: [subject('ServiceAccount', 'builder')] });
    const ask = { verb: 'create', kind: 'pods', namespace: bench.namespace, service_account: `${bench.namespace}/builder` };
    await expect.poll(() => bench.ok('rbac_check', ask), { timeout: 10_000 }).toMatchObject({ allowed: true });
    expect(await bench.ok('rbac_check', { ...ask, verb: 'delete' })).toMatchObject({ allowed: false });
    expect(await bench.ok('rbac_check', { ...ask, subresource: 'exec' })).toMatchObject({ allowed: false });
    expect(await bench.fails('rbac_check', { ...ask, context: 'nobody' })).toMatchObject({
      code: 'forbidden',
      details: { missing: { resource: 'subjectaccessreviews' } },
    });
    expect(await bench.fails('rbac_check', { verb: 'get' })).toMatchObject({ code: 'invalid_input' });
  });

  it('finds who can as an exhaustive review of every subject does, aggregation and wildcards included', async () => {
    for (const name of ['one', 'two', 'three']) await account(name);
    await wide('ClusterRole', 'part', {
      labels: { [`test/${word}`]: 'true' },
      rules: [{ apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['update'] }],
    });
    await wide('ClusterRole', 'sum', {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`test/${word}`]: 'true' } }] },
      rules: [],
    });
    await wide('ClusterRole', 'verbs', { rules: [{ apiGroups: ['apps'], resources: ['deployments', '*/scale'], verbs: ['*'] }] });
    await wide('ClusterRole', 'kinds', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get'] }] });
    await wide('ClusterRole', 'named', { rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['mine'], verbs: ['get'] }] });
    await wide('ClusterRole', 'paths', { rules: [{ nonResourceURLs: ['/planted/*'], verbs: ['get'] }] });
    await wide('ClusterRoleBinding', 'sum', {
      ...ref('ClusterRole', `${word}-sum`),
      subjects: [subject('User', `${word}-sum`), subject('ServiceAccount', 'one')],
    });
    await wide('ClusterRoleBinding', 'paths', { ...ref('ClusterRole', `${word}-paths`), subjects: [subject('User', `${word}-paths`)] });
    await wide('ClusterRoleBinding', 'kinds', { ...ref('ClusterRole', `${word}-kinds`), subjects: [subject('Group', `${word}-viewers`)] });
    await local('RoleBinding', 'verbs', {
      ...ref('ClusterRole', `${word}-verbs`),
      subjects: [subject('ServiceAccount', 'two'), subject('User', `${word}-verbs`)],
    });
    await local('RoleBinding', 'named', {
      ...ref('ClusterRole', `${word}-named`),
      subjects: [subject('ServiceAccount', 'three'), subject('Group', `system:serviceaccounts:${bench.namespace}`)],
    });
    await local('RoleBinding', 'nothing', { ...ref('Role', 'not-there'), subjects: [subject('User', `${word}-nothing`)] });
    const sum = () => bench.get<KubeObject & { rules?: unknown[] }>(`clusterroles.${RBAC}`, `${word}-sum`);
    await expect.poll(async () => (await sum()).rules?.length, { timeout: 20_000 }).toBe(1);

    const kinds = await Promise.all([`clusterrolebindings.${RBAC}`, `rolebindings.${RBAC}`].map((one) => bench.cluster.kind(one, soon())));
    const bindings = (await Promise.all(kinds.map((kind) => bench.cluster.listAll(kind, {}, soon())))).flat();
    const accounts = await bench.cluster.listAll(
      await bench.cluster.kind('serviceaccounts', soon()),
      { namespace: bench.namespace },
      soon(),
    );
    const subjects = new Map<string, Someone>();
    for (const { metadata } of accounts)
      subjects.set(`ServiceAccount ${bench.namespace}/${metadata.name}`, accountUser(`${bench.namespace}/${metadata.name}`));
    for (const binding of bindings)
      for (const { kind, name, namespace } of (binding['subjects'] ?? []) as PlantedSubject[])
        if (kind === 'User') subjects.set(`User ${name}`, { user: name, groups: [] });
        else if (kind === 'Group') subjects.set(`Group ${name}`, { user: `${word}-stranger`, groups: [name] });
        else
          subjects.set(
            `ServiceAccount ${namespace ?? binding.metadata.namespace}/${name}`,
            accountUser(`${namespace ?? binding.metadata.namespace}/${name}`),
          );
    expect(subjects.size).toBeGreaterThan(40);

    const inside = { namespace: bench.namespace };
    const questions = [
      [
        { verb: 'update', kind: 'deployments.apps', subresource: 'scale', ...inside },
        { verb: 'update', group: 'apps', resource: 'deployments', subresource: 'scale' },
      ],
      [
        { verb: 'patch', kind: 'deployments.apps', ...inside },
        { verb: 'patch', group: 'apps', resource: 'deployments' },
      ],
      [
        { verb: 'get', kind: 'secrets', ...inside },
        { verb: 'get', group: '', resource: 'secrets' },
      ],
      [
        { verb: 'get', kind: 'secrets', name: 'mine', ...inside },
        { verb: 'get', group: '', resource: 'secrets', name: 'mine' },
      ],
      [
        { verb: 'list', kind: 'pods', namespace: '*' },
        { verb: 'list', group: '', resource: 'pods' },
      ],
      [
        { verb: 'get', kind: 'nodes' },
        { verb: 'get', group: '', resource: 'nodes' },
      ],
      [
        { verb: 'get', path: '/planted/x' },
        { verb: 'get', path: '/planted/x' },
      ],
      [
        { verb: 'create', kind: 'pods', subresource: 'exec', ...inside },
        { verb: 'create', group: '', resource: 'pods', subresource: 'exec' },
      ],
    ] as const;
    let answers = 0;
    for (const [args, request] of questions) {
      const namespace = 'namespace' in args && args.namespace !== '*' ? args.namespace : undefined;
      const { who, left } = await bench.ok<{ who: { subject: string }[]; left: number }>('rbac_check', {
        question: 'who_can',
        max_tokens: 25_000,
        ...args,
      });
      expect(left).toBe(0);
      const found = new Set(who.map(({ subject: one }) => one));
      await Promise.all(
        [...subjects].map(async ([name, someone]) => {
          const granted = found.has(name) || (someone.groups ?? []).some((group) => found.has(`Group ${group}`));
          const ask = { request, namespace };
          // other tests bind and unbind at the same time; system:masters and nodes are granted outside RBAC
          if (name === 'Group system:masters' || name === 'Group system:nodes' || !bindingsOfOurs(name)) return;
          await expect
            .poll(async () => (await review(bench.cluster, someone, ask, soon())).allowed, {
              message: `${name}: ${JSON.stringify(args)}`,
              timeout: 5_000,
            })
            .toBe(granted);
          answers += 1;
        }),
      );
    }
    expect(answers).toBeGreaterThan(300);
  }, 120_000);

  /** Ours, and those of Kubernetes: the rest belongs to tests that run meanwhile. */
  const bindingsOfOurs = (name: string): boolean =>
    name.includes(word) || name.includes(bench.namespace) || /(?: |\/)(?:system:|kube-system)/.test(name);

  it('flags each planted grant once, and not the harmless one like it', async () => {
    const cases: [string, object, object, string?][] = [
      [
        'secrets-read',
        { apiGroups: [''], resources: ['secrets'], verbs: ['list'] },
        { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['mine'] },
      ],
      [
        'pod-exec',
        { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      ],
      [
        'escalate',
        { apiGroups: [RBAC], resources: ['clusterroles'], verbs: ['escalate'] },
        { apiGroups: [RBAC], resources: ['clusterroles'], verbs: ['get', 'create'] },
      ],
      [
        'impersonate',
        { apiGroups: [''], resources: ['users'], verbs: ['impersonate'] },
        { apiGroups: [''], resources: ['users'], verbs: ['impersonate'], resourceNames: ['ada'] },
      ],
      [
        'nodes-proxy',
        { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] },
        { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      ],
      [
        'token-create',
        { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
        { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['create'] },
      ],
      [
        'wildcard-all',
        { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
      ],
      [
        'wildcard-verbs',
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['*'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'update', 'delete'] },
      ],
      [
        'wildcard-resources',
        { apiGroups: ['apps'], resources: ['*'], verbs: ['get'] },
        { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get'] },
      ],
    ];
    for (const [rule, bad, good] of cases)
      for (const [kind, one] of [
        ['bad', bad],
        ['good', good],
      ] as const) {
        await wide('ClusterRole', `${rule}-${kind}`, { rules: [one] });
        await wide('ClusterRoleBinding', `${rule}-${kind}`, {
          ...ref('ClusterRole', `${word}-${rule}-${kind}`),
          subjects: [subject('User', `${word}-ada`)],
        });
      }
    await account('real');
    await wide('ClusterRoleBinding', 'root-bad', { ...ref('ClusterRole', 'cluster-admin'), subjects: [subject('Group', `${word}-ops`)] });
    await wide('ClusterRoleBinding', 'root-good', { ...ref('ClusterRole', 'view'), subjects: [subject('Group', `${word}-ops`)] });
    await wide('ClusterRoleBinding', 'gone-bad', { ...ref('ClusterRole', `${word}-gone`), subjects: [subject('User', `${word}-ada`)] });
    await wide('ClusterRoleBinding', 'ghost-bad', { ...ref('ClusterRole', 'view'), subjects: [subject('ServiceAccount', 'ghost')] });
    await wide('ClusterRoleBinding', 'ghost-good', { ...ref('ClusterRole', 'view'), subjects: [subject('ServiceAccount', 'real')] });
    await wide('ClusterRoleBinding', 'default-bad', { ...ref('ClusterRole', 'view'), subjects: [subject('ServiceAccount', 'default')] });
    // a role of no use: other tests, at the same time, count on it that nobody has no right
    await wide('ClusterRole', 'everybody', { rules: [{ apiGroups: ['none.example.com'], resources: ['things'], verbs: ['get'] }] });
    await wide('ClusterRoleBinding', 'everybody-bad', {
      ...ref('ClusterRole', `${word}-everybody`),
      subjects: [subject('Group', 'system:authenticated')],
    });
    for (const [name, one] of [
      ['gone-good', subject('User', `${word}-ada`)],
      ['default-good', subject('User', 'default')],
      ['everybody-good', subject('Group', `system:serviceaccounts:${bench.namespace}`)],
    ] as const)
      await wide('ClusterRoleBinding', name, { ...ref('ClusterRole', `${word}-everybody`), subjects: [one] });
    await wide('ClusterRole', 'idle-bad', { rules: [] });
    const audit = async (args: object) => (await bench.ok<FindingsAnswer>('rbac_audit', { max_tokens: 25_000, ...args })).findings;
    const ours = (await audit({}))
      .filter(({ object }) => object.includes(word))
      .map(({ rule, object, path }) => ({ rule, object: object.replace(`${word}-`, ''), path }));
    for (const [rule] of cases) {
      expect(
        ours.filter(({ object }) => object === `clusterrolebindings ${rule}-bad`),
        rule,
      ).toMatchObject([{ rule, path: '.rules[0]' }]);
      expect(
        ours.filter(({ object }) => object === `clusterrolebindings ${rule}-good`),
        rule,
      ).toEqual([]);
    }
    for (const [name, rule] of [
      ['root', 'cluster-admin'],
      ['gone', 'dangling-role'],
      ['ghost', 'dangling-subject'],
      ['default', 'default-account'],
      ['everybody', 'broad-subject'],
    ] as const) {
      expect(
        ours.filter(({ object }) => object === `clusterrolebindings ${name}-bad`),
        name,
      ).toMatchObject([{ rule }]);
      expect(
        ours.filter(({ object }) => object === `clusterrolebindings ${name}-good`),
        name,
      ).toEqual([]);
    }
    expect(ours.filter(({ object }) => object === 'clusterroles idle-bad')).toMatchObject([{ rule: 'unused-role' }]);
    expect(ours.filter(({ rule, object }) => rule === 'unused-role' && object !== 'clusterroles idle-bad')).toEqual([]);
    const system = await audit({ system: true });
    expect(system.some(({ object }) => object.includes(word))).toBe(false);
    expect(system.map(({ object }) => object)).toContain('clusterrolebindings cluster-admin');
  }, 120_000);

  it('tells what dangles, is too broad or unused from what is only like it', async () => {
    const [here, there] = [await bench.space('here'), await bench.space('there')];
    // of no use: other tests, at the same time, count on who has no right
    const rules = [{ apiGroups: ['none.example.com'], resources: ['things'], verbs: ['get'] }];
    const put = (kind: 'Role' | 'RoleBinding' | 'ServiceAccount', namespace: string, name: string, body: object = {}) =>
      bench.make({ apiVersion: kind === 'ServiceAccount' ? 'v1' : `${RBAC}/v1`, kind, metadata: { name, namespace }, ...body });
    const to = (name: string, role: object, ...subjects: object[]) => put('RoleBinding', here, name, { ...role, subjects });
    const ada = subject('User', `${word}-ada`);
    const harmless = ref('ClusterRole', `${word}-harmless`);

    await wide('ClusterRole', 'harmless', { rules });
    await put('Role', there, 'elsewhere', { rules });
    await put('RoleBinding', there, 'elsewhere-good', { ...ref('Role', 'elsewhere'), subjects: [ada] });
    await to('elsewhere-bad', ref('Role', 'elsewhere'), ada);
    await to('whole-cluster-good', harmless, ada);

    await put('ServiceAccount', here, 'default-runner');
    await to('account-bad', harmless, subject('ServiceAccount', 'default', here));
    await to('account-good', harmless, subject('ServiceAccount', 'default-runner', here));
    await to('called-default-good', harmless, subject('User', 'default'), subject('Group', 'default'));

    await to('every-account-bad', harmless, subject('Group', 'system:serviceaccounts'));
    await to('anonymous-bad', harmless, subject('User', 'system:anonymous'));
    await to('own-accounts-good', harmless, subject('Group', `system:serviceaccounts:${here}`));
    // a user has no members, and nobody is in a group of the anonymous user's name
    await to('called-everybody-good', harmless, subject('User', 'system:authenticated'), subject('Group', 'system:anonymous'));

    await put('Role', here, 'idle', { rules });
    await put('Role', here, 'namesake', { rules });
    await wide('ClusterRole', 'namesake', { rules });
    await to('namesake-good', ref('Role', 'namesake'), ada);
    await to('wide-namesake-good', ref('Role', `${word}-namesake`), ada);
    await put('Role', here, `${word}-namesake`, { rules });
    await wide('ClusterRole', 'piece', { labels: { [`test/${word}-whole`]: 'true' }, rules });
    await wide('ClusterRole', 'whole', {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`test/${word}-whole`]: 'true' } }] },
      rules: [],
    });
    await to('whole-good', ref('ClusterRole', `${word}-whole`), ada);

    const audit = async (args: object) => {
      const wanted = ['dangling-role', 'default-account', 'broad-subject', 'unused-role'];
      const { findings } = await bench.ok<FindingsAnswer>('rbac_audit', { max_tokens: 25_000, rules: wanted, ...args });
      const ours = new RegExp(` (?:${here}/|${there}/|${word}-(?:harmless|namesake|piece|whole)$)`);
      return findings
        .filter(({ object }) => ours.test(object))
        .map(({ rule, object }) => `${rule} ${object.replace(`${here}/`, '')}`)
        .toSorted();
    };
    const inside = [
      'broad-subject rolebindings anonymous-bad',
      'broad-subject rolebindings every-account-bad',
      'dangling-role rolebindings elsewhere-bad',
      'default-account rolebindings account-bad',
      'unused-role roles idle',
    ];
    expect(await audit({ namespace: here })).toEqual(inside);
    expect(await audit({ namespace: there })).toEqual([]);
    expect(await audit({})).toEqual([...inside, `unused-role clusterroles ${word}-namesake`].toSorted());
  });

  it('does not take a binding for one of Kubernetes because it is called so', async () => {
    const name = `system:${word}`;
    planted.push([`clusterrolebindings.${RBAC}`, name]);
    await bench.make({
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
      ...ref('ClusterRole', 'cluster-admin'),
      subjects: [subject('User', `${word}-eve`)],
    });
    const { findings } = await bench.ok<FindingsAnswer>('rbac_audit', { rules: ['cluster-admin'], max_tokens: 25_000 });
    expect(findings.map(({ object }) => object)).toContain(`clusterrolebindings ${name}`);
  });
});
