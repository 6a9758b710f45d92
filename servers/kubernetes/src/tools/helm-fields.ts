import { z } from 'zod';
import { statusOf } from '../report/status.ts';
import type { Masking } from '../helm/manifest.ts';
import { maskNotes } from '../helm/manifest.ts';
import type { Release } from '../helm/release.ts';
import type { KubeObject } from '../client/wire.ts';
import { fit } from '../report/budget.ts';
import { age, count, oneLine } from '../report/text.ts';

export const TOOLSET = 'helm';

/** Helm takes names that fit into a label of 63 characters with its own additions. */
export const release = z
  .string()
  .max(53)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/, 'must be the name of a release')
  .describe('Release');

export const chart = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[^-\s][^\0\r\n]*$/, 'must be a folder or an address')
  .describe('Folder or .tgz inside the roots, oci:// or https:// address, or a name in repository');

export const chartFields = {
  chart,
  repository: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional()
    .describe('Chart repository, one that the operator allows'),
  version: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9^~<>=][A-Za-z0-9.+^~<>=*, |-]*$/, 'must be a version')
    .optional()
    .describe('Version, of a chart from afar'),
  values: z.record(z.string().max(500), z.unknown()).optional().describe('Values over the chart’s own'),
};

export const timeoutSeconds = z.int().min(1).max(3_600).default(300).describe('Seconds for one step');
export const wait = z.boolean().default(false).describe('Wait until the objects are ready');
export const dryRun = z.boolean().default(false).describe('Only show what it would make');
export const revision = z.int().min(1).max(999_999_999);

/** A call's deadline: the longest time that Helm may take twice, and what stands around it. */
export const DEADLINE_MS = 2 * 3_600_000 + 120_000;

export const summaryShape = {
  release: z.string(),
  namespace: z.string(),
  revision: z.number(),
  status: z.string(),
  chart: z.string(),
  description: z.string().optional(),
};

export const chartOf = ({ chart: { metadata } }: Release): string => `${metadata.name}-${metadata.version}`;

export function summaryOf(one: Release, masking: Masking) {
  const description = oneLine(maskNotes(one.info.description, masking), 300);
  return {
    release: one.name,
    namespace: one.namespace,
    revision: one.version,
    status: one.info.status,
    chart: chartOf(one),
    ...(description === '' ? {} : { description }),
  };
}

export const since = ({ info }: Release): string => age(info.last_deployed || undefined);

/** What a change made: the release in words, its objects by kind and name, its notes. */
export const changedShape = {
  ...summaryShape,
  objects: z.array(z.string()),
  left: z.number().optional().describe('Objects not shown'),
  manifest: z.string().optional(),
  notes: z.string().optional(),
  cut: z.number().optional().describe('Bytes left out'),
};

export const nameOf = ({ kind = '', metadata }: KubeObject, namespace: string): string =>
  `${kind}/${metadata.namespace === undefined || metadata.namespace === namespace ? '' : `${metadata.namespace}/`}${metadata.name}`;

export function objectNames(objects: readonly KubeObject[], namespace: string, bytes: number) {
  const { items, left } = fit(
    objects.map((one) => nameOf(one, namespace)),
    bytes,
  );
  return { objects: items, ...(left > 0 ? { left } : {}) };
}

/** One word for an object of a release in the cluster. */
export const liveStatus = (object: KubeObject | undefined): string => {
  if (object === undefined) return 'missing';
  const { status, detail } = statusOf(object);
  return oneLine(detail === undefined ? status : `${status}: ${detail}`, 120);
};

export interface ChangedOutput {
  context: string;
  release: string;
  namespace: string;
  revision: number;
  status: string;
  chart: string;
  objects: string[];
  left?: number | undefined;
  notes?: string | undefined;
  manifest?: string | undefined;
  cut?: number | undefined;
}

export function renderChanged(verb: string, out: ChangedOutput) {
  const more = (out.left ?? 0) > 0 || out.cut !== undefined ? ' More with max_tokens.' : '';
  return {
    summary: `${verb} ${out.release} (${out.chart}) in ${out.namespace} of ${out.context}: revision ${out.revision}, ${out.status}, ${count(out.objects.length + (out.left ?? 0), 'object')}.${more}`,
    data: [out.objects.join(' '), out.manifest, out.notes].filter(Boolean).join('\n'),
  };
}
