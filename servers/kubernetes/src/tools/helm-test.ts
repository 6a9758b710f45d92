import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { maskingOf } from '../helm/change.ts';
import { deedsOf, recordOf } from '../helm/deeds.ts';
import { objectsOf, rememberSecrets, wholeManifest } from '../helm/manifest.ts';
import { withHelm } from '../helm/program.ts';
import { Releases, type Release } from '../helm/release.ts';
import { count } from '../report/text.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';
import * as helm from './helm-fields.ts';

export const helmTest = writeTool({
  name: 'helm_test',
  title: 'Test a Helm release',
  description: 'Run the tests that the chart of a release brings along, and say which of them passed. Their output: pods_log.',
  toolset: helm.TOOLSET,
  deadlineMs: helm.DEADLINE_MS,
  input: { release: helm.release, namespace: fields.namespace, timeout_seconds: helm.timeoutSeconds },
  output: {
    release: z.string(),
    namespace: z.string(),
    revision: z.number(),
    passed: z.boolean(),
    tests: z.array(z.object({ name: z.string(), kind: z.string(), phase: z.string() })),
    problem: z.string().optional(),
  },
  async handler({ release: name, namespace: given, timeout_seconds: seconds }, context) {
    const { cluster, deps, marks, signal } = context;
    const namespace = given ?? cluster.namespace;
    cluster.access.demand(recordOf('apply', name, namespace));
    const releases = new Releases(cluster, signal);
    const before = await releases.read(namespace, name);
    const hooks = testsOf(before);
    if (hooks.length === 0)
      throw new ToolError('unsupported', `The chart of "${name}" has no tests.`, { hint: 'See its state: helm_read, view status.' });
    await rememberSecrets(before, maskingOf(context, namespace));
    return withHelm({ kubernetes: deps.kubernetes, cluster, namespace, marks, signal }, async (program) => {
      const deeds = await deedsOf('apply', await objectsOf(wholeManifest({ manifest: '', hooks })), { cluster, namespace, signal });
      cluster.access.consentAll(
        [recordOf('apply', name, namespace), ...deeds],
        `run the tests of the release ${name} in ${namespace}`,
        context,
      );
      const failure = await program
        .run(['test', `--namespace=${namespace}`, `--timeout=${seconds}s`, '--', name], { timeoutMs: seconds * 1000 + 30_000 })
        .then(
          () => undefined,
          (error: unknown) => {
            if (error instanceof ToolError && error.code !== 'cancelled' && !signal.aborted) return error;
            throw error;
          },
        );
      const after = await releases.read(namespace, name, before.version);
      const tests = testsOf(after).map(({ name: test, kind, last_run: run }) => ({ name: test, kind, phase: run?.phase || 'Unknown' }));
      // a failure that no test shows is one of Helm, not of a test
      if (failure !== undefined && tests.every(({ phase }) => phase !== 'Failed')) throw failure;
      const passed = failure === undefined && tests.every(({ phase }) => phase === 'Succeeded');
      return {
        release: name,
        namespace,
        revision: after.version,
        passed,
        tests,
        ...(failure === undefined ? {} : { problem: failure.message }),
      };
    });
  },
  render: ({ context, release, namespace, passed, tests, problem }) => ({
    summary: `${passed ? 'All' : 'Not all'} of ${count(tests.length, 'test')} of ${release} in ${namespace} of ${context} passed.`,
    data: [...tests.map(({ name, kind, phase }) => `${kind}/${name}\t${phase}`), ...(problem === undefined ? [] : [problem])].join('\n'),
  }),
});

const testsOf = ({ hooks }: Release) => hooks.filter(({ events }) => events.includes('test') || events.includes('test-success'));
