import { fieldDifferences, type FieldDifference } from '../compare/fields.ts';
import { presentable } from '../report/mask.ts';
import type { ClusterContext } from '../tools/define.ts';
import type { Revision, Template } from './history.ts';

/** A template as it may leave. */
export function shown(template: Template, { marks, cluster }: Pick<ClusterContext, 'marks' | 'cluster'>): object {
  const { metadata, ...rest } = template;
  return presentable({ metadata: { name: '', ...metadata }, ...rest }, { marks, context: cluster.name });
}

/** What the later revision has changed, secrets by fingerprint. */
export function changesBetween(earlier: Revision, later: Revision, context: Pick<ClusterContext, 'marks' | 'cluster'>): FieldDifference[] {
  return fieldDifferences(shown(earlier.template, context), shown(later.template, context));
}
