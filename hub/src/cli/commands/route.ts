import { EXIT, UsageError } from '../failure.ts';
import { openLocalHub } from '../local-hub.ts';
import { note, print, printJson, visibleLine } from '../print.ts';

interface Planned {
  plan: { steps: { tool: string; arguments: object; missing: string[]; confidence: number }[] } | null;
  unplanned: { words: string }[];
  alternatives: { tool: string; confidence: number }[];
}

/** Shows how a sentence would be carried out. Calls nothing; exit code 1 where there is no plan. */
export async function route(words: readonly string[], flags: { json?: boolean; config?: string }): Promise<number> {
  const sentence = words.join(' ').trim();
  if (sentence === '') throw new UsageError('Say what you want done, for example: route "show the log of this repository"');
  const local = openLocalHub(flags);
  try {
    const { passthrough } = local.config.hub;
    if (passthrough !== undefined)
      throw new UsageError(
        `The hub passes ${passthrough} through as it is and plans nothing.`,
        'Use "call", or a configuration without hub.passthrough.',
      );
    await local.tools();
    const outcome = await local.hub.callTool('route', { sentence, context: { cwd: process.cwd() } }, local.caller());
    if (outcome.kind !== 'result') throw new Error('a plan asks nobody');
    const planned = outcome.value.result.structuredContent as Planned;
    if (flags.json) printJson(planned);
    else if (planned.plan === null) {
      note('No plan: nothing fits well enough. Say more, or use "search".');
      for (const { tool, confidence } of planned.alternatives) note(`  ${visibleLine(tool)} (${confidence})`);
    } else {
      for (const { tool, arguments: args, missing, confidence } of planned.plan.steps) {
        print(`deployment-engine call ${visibleLine(tool)} '${visibleLine(JSON.stringify(args).replaceAll("'", "'\\''"))}'`);
        note(`  confidence ${confidence}${missing.length === 0 ? '' : `; missing: ${visibleLine(missing.join(', '))}`}`);
      }
      for (const part of planned.unplanned) note(`Not planned: ${visibleLine(part.words)}`);
    }
    return planned.plan === null ? EXIT.failure : EXIT.ok;
  } finally {
    await local.close();
  }
}
