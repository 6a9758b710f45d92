import { eachOf } from '../client/at-once.ts';
import { z } from 'zod';
import type { Cluster } from '../client/cluster.ts';
import { maskingOf } from '../helm/change.ts';
import { maskNotes, objectsOf, rememberSecrets, showObjects, wholeManifest } from '../helm/manifest.ts';
import { Releases, type Revision } from '../helm/release.ts';
import { maskValues, mergeValues } from '../helm/values.ts';
import { cutText, fit } from '../report/budget.ts';
import { count, oneLine } from '../report/text.ts';
import { toYaml } from '../report/yaml.ts';
import { ToolError } from '@deployment-engine/shared/contracts';
import { readTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';
import * as helm from './helm-fields.ts';

/** Objects of a release that are looked up in the cluster. */
const LOOKED_UP = 50;

export const helmRead = readTool({
  name: 'helm_read',
  title: 'Read Helm releases',
  description:
    'Helm releases as the cluster keeps them: all of them, or of one its status with the state of its objects, its history, values, manifest or notes. Secrets are masked. Needs no Helm.',
  toolset: helm.TOOLSET,
  input: {
    view: z.enum(['list', 'status', 'history', 'values', 'manifest', 'notes']).default('list').describe('What to read'),
    release: helm.release.optional().describe('Release; for every view but list'),
    namespace: fields.namespaces,
    revision: helm.revision.optional().describe('Default: the latest'),
    all_values: z.boolean().default(false).describe('View values: those of the chart too'),
    limit: fields.limit(500, 50).describe('Releases or revisions'),
  },
  output: z
    .object({
      ...helm.summaryShape,
      columns: z.array(z.string()),
      rows: z.array(z.array(z.string())),
      total: z.number(),
      left: z.number(),
      text: z.string(),
      cut: z.number(),
    })
    .partial().shape,
  async handler(input, context) {
    const { cluster, signal } = context;
    const releases = new Releases(cluster, signal);
    if (input.view === 'list') return list(releases, input, context);
    const namespace = one(input.namespace, cluster);
    if (input.release === undefined)
      throw new ToolError('invalid_input', `The view ${input.view} needs release.`, { hint: 'The view list shows the releases.' });
    if (input.view === 'history') return history(releases, namespace, input.release, input.limit, context);
    const found = await releases.read(namespace, input.release, input.revision);
    const masking = maskingOf(context, namespace);
    const objects = await rememberSecrets(found, masking);
    const summary = helm.summaryOf(found, masking);
    switch (input.view) {
      case 'status': {
        const { items, left } = fit(await states(objects, namespace, context), context.bytes);
        const beyond = Math.max(0, objects.length - LOOKED_UP);
        return { ...summary, columns: ['OBJECT', 'STATUS'], rows: items, total: objects.length, left: left + beyond };
      }
      case 'values': {
        const own = found.config ?? {};
        const values = input.all_values ? mergeValues(found.chart.values ?? {}, own) : own;
        return { ...summary, ...cut(toYaml(maskValues(values, masking.marks)), context.bytes) };
      }
      case 'manifest':
        return { ...summary, ...cut(showObjects(await objectsOf(wholeManifest(found)), masking), context.bytes) };
      default:
        return { ...summary, ...cut(maskNotes(found.info.notes, masking), context.bytes) };
    }
  },
  render: ({
    context,
    release,
    namespace,
    revision,
    status,
    chart,
    description,
    columns,
    rows,
    total,
    left = 0,
    text,
    cut: dropped = 0,
  }) => {
    const more =
      left > 0
        ? ` ${left} left out: set limit, namespace or max_tokens.`
        : dropped > 0
          ? ` ${dropped} bytes left out: set max_tokens.`
          : '';
    const summary =
      release === undefined
        ? `${count(total ?? 0, 'release')} in ${context}.`
        : chart === undefined
          ? `${release} in ${namespace} of ${context}: ${count(total ?? 0, 'revision')}.`
          : `${release} (${chart}) in ${namespace} of ${context}: revision ${revision}, ${status}${description === undefined ? '' : `: ${description}`}.`;
    const table = rows === undefined ? undefined : [columns ?? [], ...rows].map((row) => row.join('\t')).join('\n');
    return { summary: `${summary}${more}`, data: table ?? text ?? '' };
  },
});

const cut = (text: string, bytes: number) => {
  const { text: kept, cut: dropped } = cutText(text, bytes);
  return { text: kept, ...(dropped > 0 ? { cut: dropped } : {}) };
};

function one(namespace: string | undefined, { namespace: own }: Cluster): string {
  if (namespace === '*')
    throw new ToolError('invalid_input', 'This view needs one namespace.', { hint: 'Name the namespace of the release.' });
  return namespace ?? own;
}

interface ListInput {
  release?: string | undefined;
  namespace?: string | undefined;
  limit: number;
}

async function list(releases: Releases, { release, namespace, limit }: ListInput, context: ClusterContext) {
  const wanted = namespace === '*' ? undefined : (namespace ?? context.cluster.namespace);
  const all = (await releases.latest(wanted)).filter((found) => release === undefined || found.name === release);
  const shown = fit(await rowsOf(releases, all.slice(0, limit), context), context.bytes);
  return {
    columns: ['NAMESPACE', 'NAME', 'REVISION', 'STATUS', 'CHART', 'APP', 'UPDATED'],
    rows: shown.items.map(([space = '', name = '', ...rest]) => [space, name, ...rest.slice(0, -1)]),
    total: all.length,
    ...(all.length > shown.items.length ? { left: all.length - shown.items.length } : {}),
  };
}

async function history(releases: Releases, namespace: string, name: string, limit: number, context: ClusterContext) {
  const all = await releases.history(namespace, name);
  const shown = fit(await rowsOf(releases, all.slice(0, limit), context), context.bytes);
  return {
    release: name,
    namespace,
    columns: ['REVISION', 'STATUS', 'CHART', 'APP', 'UPDATED', 'DESCRIPTION'],
    rows: shown.items.map((row) => row.slice(2)),
    total: all.length,
    ...(all.length > shown.items.length ? { left: all.length - shown.items.length } : {}),
  };
}

/** One row a revision; of one that cannot be unpacked what its labels say. */
async function rowsOf(releases: Releases, revisions: readonly Revision[], context: ClusterContext): Promise<string[][]> {
  return eachOf(revisions, async (revision) => {
    const start = [revision.namespace, revision.name, String(revision.revision), revision.status];
    try {
      const found = await releases.unpack(revision);
      const masking = maskingOf(context, revision.namespace);
      await rememberSecrets(found, masking);
      const { description = '' } = helm.summaryOf(found, masking);
      return [
        ...start,
        oneLine(helm.chartOf(found), 80),
        oneLine(found.chart.metadata.appVersion, 40),
        helm.since(found),
        oneLine(description, 100),
      ];
    } catch (error) {
      if (!(error instanceof ToolError) || context.signal.aborted) throw error;
      return [...start, '', '', '', error.message];
    }
  });
}

async function states(
  objects: Awaited<ReturnType<typeof objectsOf>>,
  namespace: string,
  { cluster, signal }: ClusterContext,
): Promise<string[][]> {
  return eachOf(objects.slice(0, LOOKED_UP), async (object) => {
    const label = helm.nameOf(object, namespace);
    try {
      const kind = await cluster.kindOf(object, signal);
      const place = { name: object.metadata.name, namespace: kind.namespaced ? (object.metadata.namespace ?? namespace) : undefined };
      const live = await cluster.find(kind, place, signal);
      return [label, helm.liveStatus(live && { ...live, kind: kind.kind })];
    } catch (error) {
      if (!(error instanceof ToolError) || signal.aborted) throw error;
      return [label, `${error.code}: ${oneLine(error.message, 100)}`];
    }
  });
}
