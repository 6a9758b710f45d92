import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { type Deps, source } from './inputs.ts';
import { SilenceView, silenceView, TOOLSET } from './silence-inputs.ts';

export const silenceExpire = defineTool({
  name: 'silence_expire',
  title: 'Expire a silence (unmute)',
  description: 'Ends a silence now, so that its alerts are notified again. silence_list shows the ids; silence_create makes a new one.',
  scopes: ['alerts:write'],
  annotations: writes({ idempotent: true, openWorld: true }),
  toolset: TOOLSET,
  inputSchema: z.strictObject({ id: z.uuid().describe('Id of the silence.'), source }),
  outputSchema: z.object({ source: z.string(), silence: SilenceView, changed: z.boolean().describe('False if it had ended already.') }),
  async handler({ id, source: name }, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(name);
    const manager = from.alertmanager();
    const before = await manager.silence(id, { signal });
    if (before.state === 'expired') return { source: from.name, silence: silenceView(before), changed: false };
    await manager.expireSilence(id, { signal });
    const after = await manager.silence(id, { signal });
    if (after.state !== 'expired')
      throw new ToolError('upstream_error', 'The Alertmanager accepted the request, but the silence has not ended.', {
        hint: 'Look at it with silence_list.',
      });
    return { source: from.name, silence: silenceView(after), changed: true };
  },
  render: ({ silence, changed, source: from }) => ({
    summary: `Silence ${silence.id} ${changed ? 'has ended' : 'had ended already'} (${from}).`,
    data: silence.matchers.join(', '),
  }),
});
