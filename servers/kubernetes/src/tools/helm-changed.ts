import { maskingOf, type Changed } from '../helm/change.ts';
import { maskNotes, showObjects } from '../helm/manifest.ts';
import { cutText } from '../report/budget.ts';
import type { ClusterContext } from './define.ts';
import { objectNames, summaryOf } from './helm-fields.ts';

/** The answer of install and upgrade: what there is now, or, of a trial, the manifest that it would be. */
export function changedOutput({ release, objects }: Changed, dryRun: boolean, context: ClusterContext, namespace: string) {
  const masking = maskingOf(context, namespace);
  const names = objectNames(objects, namespace, Math.floor(context.bytes * 0.3));
  const text = dryRun ? showObjects(objects, masking) : maskNotes(release.info.notes, masking);
  const { text: kept, cut } = cutText(text, Math.floor(context.bytes * 0.6));
  return {
    ...summaryOf({ ...release, namespace }, masking),
    ...names,
    ...(dryRun ? { manifest: kept } : kept.trim() === '' ? {} : { notes: kept }),
    ...(cut > 0 ? { cut } : {}),
  };
}
