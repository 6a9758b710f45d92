import { z } from 'zod';
import { groupVersion } from '../client/discovery.ts';
import { bringChart } from '../helm/chart.ts';
import { maskingOf, valuesArguments } from '../helm/change.ts';
import { objectsOf, showObjects } from '../helm/manifest.ts';
import { withHelm } from '../helm/program.ts';
import { secretsIn } from '../helm/values.ts';
import { cutText } from '../report/budget.ts';
import { count } from '../report/text.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';
import * as helm from './helm-fields.ts';

export const helmTemplate = readTool({
  name: 'helm_template',
  title: 'Render a Helm chart',
  description:
    'What a chart would make with these values, for the version and kinds of the cluster; nothing is installed. Secrets are masked.',
  toolset: helm.TOOLSET,
  deadlineMs: 300_000,
  input: {
    ...helm.chartFields,
    release: helm.release.default('release-name'),
    namespace: fields.namespace,
    crds: z.boolean().default(false).describe('Show the chart’s CRDs too'),
    show_only: z
      .array(
        z
          .string()
          .max(300)
          .regex(/^[A-Za-z0-9_.][A-Za-z0-9_./-]*$/, 'must be a template such as templates/deployment.yaml'),
      )
      .max(20)
      .optional()
      .describe('Only these templates'),
  },
  output: { objects: z.array(z.string()), left: z.number().optional(), manifest: z.string(), cut: z.number().optional() },
  async handler(input, context) {
    const { cluster, deps, marks, roots, signal, bytes } = context;
    const namespace = input.namespace ?? cluster.namespace;
    const masking = maskingOf(context, namespace);
    marks.remember(cluster.name, namespace, secretsIn(input.values ?? {}));
    const [{ gitVersion = '' }, kinds] = await Promise.all([
      cluster.raw<{ gitVersion?: string }>(['version'], { signal }),
      cluster.kinds(signal),
    ]);
    const versions = new Set(kinds.flatMap((kind) => [groupVersion(kind), `${groupVersion(kind)}/${kind.kind}`]));
    const printed = await withHelm({ kubernetes: deps.kubernetes, namespace, marks, signal }, async (program) => {
      const { repositories } = deps.kubernetes.config.helm;
      const path = await bringChart(input, { folder: program.folder, roots, repositories, helm: program.run });
      return program.run([
        'template',
        `--namespace=${namespace}`,
        ...(/^v\d+\.\d+/.test(gitVersion) ? [`--kube-version=${gitVersion}`] : []),
        ...[...versions].map((one) => `--api-versions=${one}`),
        ...(input.crds ? ['--include-crds'] : []),
        ...(input.show_only ?? []).map((one) => `--show-only=${one}`),
        ...(await valuesArguments(input.values, program)),
        '--',
        input.release,
        path,
      ]);
    });
    const objects = await objectsOf(printed);
    const { text, cut } = cutText(showObjects(objects, masking), Math.floor(bytes * 0.8));
    return { ...helm.objectNames(objects, namespace, Math.floor(bytes * 0.2)), manifest: text, ...(cut > 0 ? { cut } : {}) };
  },
  render: ({ context, objects, left = 0, manifest, cut = 0 }) => ({
    summary: `${count(objects.length + left, 'object')} for ${context}; nothing was installed.${cut > 0 ? ` ${cut} bytes left out: set show_only or max_tokens.` : ''}`,
    data: manifest,
  }),
});
