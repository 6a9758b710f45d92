import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { refuseMasked } from '../change/manifest.ts';
import { changedOutput, changeOne, renderChanged } from '../change/single.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';

const NAME = '[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
/** A qualified name: an optional DNS name, then a word of at most 63 characters. */
const KEY = new RegExp(`^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?${NAME}$`);
const key = fields.form(317, KEY, 'a key such as app or example.com/team');
const labelValue = fields.form(63, new RegExp(`^(?:${NAME})?$`), 'a label value');

export const resourcesLabel = writeTool({
  name: 'resources_label',
  title: 'Label an object',
  description: 'Set or remove labels and annotations of an object; null removes.',
  toolset: 'resources',
  idempotent: true,
  input: {
    kind: fields.kind,
    name: fields.name,
    namespace: fields.namespace,
    labels: z.record(key, labelValue.nullable()).optional().describe('null removes'),
    annotations: z.record(key, z.string().max(262_144).nullable()).optional().describe('null removes'),
    dry_run: z.boolean().default(false).describe('Try, keep nothing'),
  },
  output: changedOutput,
  async handler({ labels, annotations, dry_run: dryRun, ...named }, context) {
    if (labels === undefined && annotations === undefined)
      throw new ToolError('invalid_input', 'There is nothing to set or to remove.', { hint: 'Give labels or annotations.' });
    refuseMasked(annotations, 'An annotation');
    const metadata = { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
    const keys = Object.keys({ ...labels, ...annotations }).join(', ');
    return changeOne(
      named,
      {
        verb: 'patch',
        summary: `Set or remove ${keys.slice(0, 300)}`,
        dryRun,
        make: (kind, place) => context.cluster.patch(kind, place, { metadata }, { type: 'merge', dryRun }, context.signal),
      },
      context,
    );
  },
  render: renderChanged,
});
