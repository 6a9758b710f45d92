import { nearest } from '@deployment-engine/shared/platform';
import type { ListedTool } from '@deployment-engine/shared/toolkit';
import { unqualify } from '../../surface/names.ts';
import { EXIT, UsageError } from '../failure.ts';
import { type LocalHub, openLocalHub } from '../local-hub.ts';
import { columns, fit, note, print, printJson, visibleLine } from '../print.ts';
import { firstSentence, plural } from '../words.ts';

export async function tools(server: string | undefined, flags: { json?: boolean; config?: string }): Promise<number> {
  const local = openLocalHub(flags);
  try {
    if (server !== undefined && !local.registry.upstreams.has(server)) throw unknownServer(server, local);
    const listed = (await local.tools())
      .map((tool) => ({ ...tool, ...ownOf(tool, local) }))
      .filter((tool) => server === undefined || tool.server === server);
    if (flags.json) {
      printJson(listed);
      return EXIT.ok;
    }
    const wide = Math.max(0, ...listed.map(({ name }) => name.length));
    if (listed.length > 0) {
      print(
        columns(
          listed.map(({ name, effect, title, description }) => [
            visibleLine(name),
            effect,
            fit(visibleLine(firstSentence(description ?? title ?? '')), wide + 11),
          ]),
        ),
      );
    }
    note(plural(listed.length, 'tool'));
    return EXIT.ok;
  } finally {
    await local.close();
  }
}

export function unknownServer(server: string, { registry }: Pick<LocalHub, 'registry'>): UsageError {
  const names = [...registry.upstreams.keys()];
  const guess = nearest(server, names);
  return new UsageError(
    `There is no server "${server}".`,
    guess === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${guess}?`,
  );
}

/** What the hub's list does not say: whose tool it is and what it does to the world. */
function ownOf(tool: ListedTool, { registry, config }: LocalHub): { server: string; effect: string } {
  const { passthrough } = config.hub;
  const parts = passthrough === undefined ? unqualify(tool.name) : { server: passthrough, name: tool.name };
  const upstream = parts && registry.upstreams.get(parts.server);
  return { server: parts?.server ?? '', effect: upstream && parts ? upstream.traits({ ...tool, name: parts.name }).effect : 'write' };
}
