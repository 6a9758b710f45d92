import { expect, it } from 'vitest';
import type { FindingsAnswer } from './report/findings.ts';
import { kubernetesSuite } from './testing/fixture.ts';

const deployment = (name: string, spec: object, labels: object = { app: name }) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
});

const DIGEST = `sha256:${'0'.repeat(64)}`;
const tight = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const careful = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [{ name: 'main', image: `example.test/app@${DIGEST}`, securityContext: tight, env: [{ name: 'MODE', value: 'fast' }] }],
};

kubernetesSuite('security_audit on the real control plane', (bench) => {
  const audit = (args: object = {}): Promise<FindingsAnswer & { workloads: number }> =>
    bench.ok('security_audit', { max_tokens: 20_000, ...args });

  it('names each planted fault with its field, and nothing of the careful workload beside it', async () => {
    const namespace = await bench.space('faults');
    const make = (object: { metadata: object }) => bench.make({ ...object, metadata: { ...object.metadata, namespace } } as never);
    await make(deployment('careful', careful));
    await make(
      deployment('reckless', {
        hostPID: true,
        volumes: [{ name: 'engine', hostPath: { path: '/var/run/docker.sock' } }],
        containers: [
          {
            name: 'main',
            image: 'example.test:5000/app',
            securityContext: { privileged: true, runAsUser: 0 },
            env: [
              { name: 'DB_PASSWORD', value: 'planted-canary-7' },
              { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } },
            ],
          },
          {
            name: 'side',
            image: 'example.test/side:2',
            securityContext: { ...tight, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } },
          },
        ],
      }),
    );
    await make({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'outside' },
      spec: { type: 'NodePort', ports: [{ port: 80 }] },
    } as never);
    await make({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'inside' }, spec: { ports: [{ port: 80 }] } } as never);
    const { findings, advice, workloads } = await audit({ namespace });
    expect(workloads).toBe(2);
    const of = (object: string) => findings.filter((one) => one.object === object);
    expect(of(`deployments.apps ${namespace}/careful`)).toEqual([]);
    expect(of(`services ${namespace}/inside`)).toEqual([]);
    expect(Object.fromEntries(of(`deployments.apps ${namespace}/reckless`).map((one) => [one.rule, [one.severity, one.path]]))).toEqual({
      privileged: ['critical', '.spec.template.spec.containers[0].securityContext.privileged'],
      'host-path': ['critical', '.spec.template.spec.volumes[0].hostPath'],
      'capabilities-added': ['critical', '.spec.template.spec.containers[1].securityContext.capabilities.add'],
      'host-namespaces': ['high', '.spec.template.spec.hostPID'],
      'run-as-root': ['high', '.spec.template.spec.containers[0].securityContext.runAsUser'],
      'secret-in-manifest': ['high', '.spec.template.spec.containers[0].env[0].value'],
      'image-latest': ['medium', '.spec.template.spec.containers[0].image'],
      'privilege-escalation': ['medium', '.spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation'],
      'run-as-non-root': ['medium', '.spec.template.spec.containers[0].securityContext.runAsNonRoot'],
      'capabilities-kept': ['low', '.spec.template.spec.containers[0].securityContext.capabilities'],
      'image-without-digest': ['low', '.spec.template.spec.containers[1].image'],
      'seccomp-not-set': ['low', '.spec.template.spec.containers[0].securityContext.seccompProfile.type'],
      'secret-in-environment': ['low', '.spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef'],
      'token-mounted': ['low', '.spec.template.spec.automountServiceAccountToken'],
    });
    expect(of(`services ${namespace}/outside`)).toMatchObject([{ rule: 'exposed', path: '.spec.type' }]);
    expect(of(`namespaces ${namespace}`).map(({ rule }) => rule)).toEqual(['no-network-policy', 'not-enforced']);
    expect(Object.keys(advice).toSorted()).toEqual([...new Set(findings.map(({ rule }) => rule))].toSorted());
    expect(JSON.stringify(findings)).not.toContain('planted-canary-7');
  });

  it('is content with a namespace that has a policy and a standard, and with a token that the account refuses', async () => {
    const namespace = await bench.space('calm');
    await bench.make({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny', namespace },
      spec: { podSelector: {} },
    });
    await bench.make({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'quiet', namespace },
      automountServiceAccountToken: false,
    });
    const { automountServiceAccountToken: _own, ...rest } = careful;
    await bench.make({ ...deployment('calm', { ...rest, serviceAccountName: 'quiet' }), metadata: { name: 'calm', namespace } });
    const namespaces = await bench.cluster.kind('v1/namespaces', AbortSignal.timeout(10_000));
    const label = { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } };
    await bench.cluster.patch(namespaces, { name: namespace }, label, { type: 'merge' }, AbortSignal.timeout(10_000));
    expect((await audit({ namespace })).findings).toEqual([]);
  });

  it('holds its budget and goes on where it left off', async () => {
    const namespace = await bench.space('many');
    for (let at = 0; at < 12; at += 1)
      await bench.make({
        ...deployment(`w${at}`, { containers: [{ name: 'main', image: 'example.test/app' }] }),
        metadata: { name: `w${at}`, namespace },
      });
    const seen: string[] = [];
    let answer = await audit({ namespace, max_tokens: 800 });
    for (let page = 0; page < 40; page += 1) {
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(800 * 4);
      seen.push(...answer.findings.map(({ rule, object }) => `${rule} ${object}`));
      if (answer.left === 0) break;
      answer = await audit({ namespace, max_tokens: 800, skip: seen.length });
    }
    const whole = await audit({ namespace });
    expect(whole.left).toBe(0);
    expect(seen).toEqual(whole.findings.map(({ rule, object }) => `${rule} ${object}`));
    expect(new Set(seen).size).toBe(seen.length);
    expect(await audit({ namespace, min_severity: 'medium', rules: ['image-latest'] })).toMatchObject({ counts: { medium: 12 } });
  });

  it('tells what it could not look at, and fails only where nothing can be read', async () => {
    expect(await bench.fails('security_audit', { namespace: bench.namespace, context: 'nobody' })).toMatchObject({ code: 'forbidden' });
    expect((await audit({ namespace: bench.namespace, context: 'reader' })).unread).toBeUndefined();
  });
});
