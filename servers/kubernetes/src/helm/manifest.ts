import { ToolError } from '@deployment-engine/shared/contracts';
import { maskText } from '@deployment-engine/shared/platform';
import type { KubeObject } from '../client/wire.ts';
import { presentable } from '../report/mask.ts';
import type { SecretMarks } from '../report/secret-marks.ts';
import { toYaml } from '../report/yaml.ts';
import type { Release } from './release.ts';
import { secretsIn } from './values.ts';

/** Whose secrets are masked with which marks. */
export interface Masking {
  marks: SecretMarks;
  context: string;
  namespace: string;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * The objects of a manifest, lists taken apart.
 *
 * @throws ToolError `invalid_input` for what is not YAML: it could not be masked, so it is not shown
 */
export async function objectsOf(manifest: string): Promise<KubeObject[]> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(manifest, { uniqueKeys: false, logLevel: 'silent' });
  const objects: KubeObject[] = [];
  const take = (value: unknown): void => {
    if (!isFields(value)) return;
    if (typeof value['kind'] === 'string' && value['kind'].endsWith('List') && Array.isArray(value['items'])) value['items'].forEach(take);
    else objects.push({ ...value, metadata: { name: '', ...(isFields(value['metadata']) ? value['metadata'] : {}) } });
  };
  for (const document of Array.isArray(documents) ? documents : []) {
    if (document.errors.length > 0) throw unreadable(document.errors[0]);
    try {
      take(document.toJS({ maxAliasCount: 100 }));
    } catch (error) {
      throw unreadable(error);
    }
  }
  return objects;
}

const unreadable = (cause: unknown): ToolError =>
  new ToolError('invalid_input', 'The manifest is not valid YAML.', { hint: 'Correct the chart’s templates.', cause });

/** The manifests of a release with those of its hooks. */
export const wholeManifest = ({ manifest, hooks }: Pick<Release, 'manifest' | 'hooks'>): string =>
  [manifest, ...hooks.map((one) => one.manifest)].join('\n---\n');

/** Objects as they may leave. First all their secrets are taken in mind: one may stand in clear in another object. */
export function maskObjects(objects: readonly KubeObject[], { marks, context, namespace }: Masking): unknown[] {
  const placed = objects.map((one) => ({ ...one, metadata: { ...one.metadata, namespace: one.metadata.namespace ?? namespace } }));
  for (const one of placed) presentable(one, { marks, context });
  return objects.map((one) => scrubbed(presentable(one, { marks, context }), { marks, context, namespace }));
}

/** Objects as YAML documents, masked. */
export function showObjects(objects: readonly KubeObject[], masking: Masking): string {
  return maskObjects(objects, masking).map(toYaml).join('---\n');
}

/** Keeps the secrets of a release in mind: those of its values, and the data of the Secrets that it makes. */
export async function rememberSecrets(release: Release, masking: Masking): Promise<KubeObject[]> {
  const { marks, context, namespace } = masking;
  marks.remember(context, namespace, [...secretsIn(release.chart.values ?? {}), ...secretsIn(release.config ?? {})]);
  const objects = await objectsOf(wholeManifest(release));
  maskObjects(objects, masking);
  return objects;
}

/** A text such as notes, without the secrets that are in mind and without what looks like one. */
export const maskNotes = (text: string, { marks, context, namespace }: Masking): string => maskText(marks.scrub(context, namespace, text));

function scrubbed(value: unknown, masking: Masking): unknown {
  if (typeof value === 'string')
    return value.startsWith('[masked ') ? value : masking.marks.scrub(masking.context, masking.namespace, value);
  if (Array.isArray(value)) return value.map((one) => scrubbed(one, masking));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, scrubbed(one, masking)]));
}
