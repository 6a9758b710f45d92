import { ToolError } from '@deployment-engine/shared/contracts';
import { isUtf8 } from 'node:buffer';
import { guardValue, nearest } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import { titleOf } from '../change/single.ts';
import { presentable } from '../report/mask.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';

/**
 * The only way by which a secret leaves. A write by its effect, though it changes nothing: it cannot be taken back, and everything that
 * withholds changes (read-only mode, read-only contexts, roles that may only read) withholds it too.
 */
export const secretRead = writeTool({
  name: 'secret_read',
  title: 'Read a secret',
  description: 'One value of a Secret in clear, after a person has agreed. Its keys and fingerprints are in resources_get.',
  toolset: 'secrets',
  scopes: ['kubernetes:secrets'],
  input: {
    name: fields.name,
    namespace: fields.namespace,
    key: fields.form(253, /^[-._A-Za-z0-9]+$/, 'a key of a Secret').describe('Key'),
  },
  output: { name: z.string(), key: z.string(), value: z.string(), encoding: z.enum(['utf8', 'base64']) },
  async handler({ name, namespace, key }, context) {
    const { cluster, marks, signal, deps } = context;
    if (!deps.kubernetes.config.secrets.reveal)
      throw new ToolError('forbidden', 'The operator lets no secret leave.', { hint: 'The setting is secrets.reveal.' });
    const kind = await cluster.kind('v1/secrets', signal);
    const place = { name, namespace: namespace ?? cluster.namespace };
    const deed = { verb: 'reveal', kind, ...place };
    cluster.access.confirm(deed, `Show the value "${key}" of ${titleOf(kind, place)} to the assistant.`, context);
    const secret = await cluster.get(kind, place, signal);
    // kept in mind, so that it is taken out of logs from now on
    presentable({ ...secret, kind: 'Secret' }, { marks, context: cluster.name });
    const data = (secret['data'] ?? {}) as Record<string, string>;
    const encoded = Object.hasOwn(data, key) ? data[key] : undefined;
    if (encoded === undefined) {
      const near = nearest(key, Object.keys(data));
      throw new ToolError('not_found', `${titleOf(kind, place)} has no key "${key}".`, {
        hint: near === undefined ? `It has: ${Object.keys(data).slice(0, 20).join(', ') || 'none'}.` : `Did you mean "${near}"?`,
        details: { near: near === undefined ? [] : [near] },
      });
    }
    const bytes = Buffer.from(encoded, 'base64');
    const text = bytes.toString('utf8');
    // every answer is cleaned of what is plainly a secret, this one too; a person has agreed to this value, so it goes as it is stored
    return isUtf8(bytes) && guardValue(text) === text
      ? { name, key, value: text, encoding: 'utf8' as const }
      : { name, key, value: encoded, encoding: 'base64' as const };
  },
  render: ({ context, name, key, value, encoding }) => ({
    summary: `${key} of the Secret "${name}" in ${context} (${encoding}):`,
    data: value,
  }),
});
