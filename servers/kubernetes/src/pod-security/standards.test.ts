import { expect, it } from 'vitest';
import type { KubeObject } from '../client/wire.ts';
import { kubernetesSuite, soon } from '../testing/fixture.ts';
import { SPECS } from '../testing/pod-specs.ts';
import { templateOf } from '../client/pod-spec.ts';
import { levelOf } from './standards.ts';

kubernetesSuite('the Pod Security Standards', (bench) => {
  const enforcing = (level: string): Promise<string> =>
    bench.space(level, { 'pod-security.kubernetes.io/enforce': level, 'pod-security.kubernetes.io/enforce-version': 'latest' });

  it(`judges ${SPECS.length} pods as the API server's own admission does`, async () => {
    const pods = await bench.cluster.kind('v1/pods', soon());
    const spaces = { baseline: await enforcing('baseline'), restricted: await enforcing('restricted'), privileged: bench.namespace };
    const admits = async (namespace: string, pod: object, name: string): Promise<KubeObject | string> => {
      try {
        return await bench.cluster.create(pods, { namespace }, pod, soon(), { dryRun: true });
      } catch (error) {
        expect((error as { details?: object }).details, name).toMatchObject({ reason: 'Forbidden' });
        return (error as Error).message;
      }
    };
    const disagreements: string[] = [];
    const verdicts = { privileged: 0, baseline: 0, restricted: 0 };
    for (const [name, make] of SPECS) {
      const pod = { apiVersion: 'v1', kind: 'Pod', ...make() };
      const made = await admits(spaces.privileged, pod, name);
      if (typeof made === 'string') throw new Error(`${name} is no pod at all: ${made}`);
      const template = templateOf(made, 'pods');
      if (template === undefined) throw new Error(`${name} has no spec`);
      const ours = levelOf(template);
      const [baseline, restricted] = await Promise.all([admits(spaces.baseline, pod, name), admits(spaces.restricted, pod, name)]);
      const theirs = typeof restricted !== 'string' ? 'restricted' : typeof baseline !== 'string' ? 'baseline' : 'privileged';
      verdicts[theirs] += 1;
      if (ours !== theirs)
        disagreements.push(`${name}: ours ${ours}, admission ${theirs} (${JSON.stringify([baseline, restricted]).slice(0, 500)})`);
    }
    expect(disagreements).toEqual([]);
    // each verdict many times, or agreement would mean little
    expect(Math.min(verdicts.privileged, verdicts.baseline, verdicts.restricted)).toBeGreaterThanOrEqual(10);
  }, 120_000);
});
