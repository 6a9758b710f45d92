import { EXIT, UsageError } from '../failure.ts';
import { openLocalHub } from '../local-hub.ts';
import { columns, fit, note, print, printJson, visibleLine } from '../print.ts';

interface Found {
  tools: { name: string; description: string; score: number }[];
}

export async function search(words: readonly string[], flags: { limit: string; json?: boolean; config?: string }): Promise<number> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 50) throw new UsageError(`--limit is a number from 1 to 50, not "${flags.limit}".`);
  const query = words.join(' ').trim();
  if (query === '') throw new UsageError('Say what you want to do, for example: search "list running containers"');
  const local = openLocalHub(flags);
  try {
    const { passthrough } = local.config.hub;
    if (passthrough !== undefined)
      throw new UsageError(
        `The hub passes ${passthrough} through as it is and has no search of its own.`,
        'Use "tools", or a configuration without hub.passthrough.',
      );
    await local.tools();
    const outcome = await local.hub.callTool('search_tools', { query, limit }, local.caller());
    if (outcome.kind !== 'result') throw new Error('a search asks nobody');
    const { tools } = outcome.value.result.structuredContent as Found;
    if (flags.json) printJson(tools);
    else if (tools.length === 0) note(`No tool fits "${query}". Try other words, or "tools" for all.`);
    else {
      const wide = Math.max(...tools.map(({ name }) => name.length));
      print(columns(tools.map(({ name, description }) => [visibleLine(name), fit(visibleLine(description), wide + 2)])));
    }
    return EXIT.ok;
  } finally {
    await local.close();
  }
}
