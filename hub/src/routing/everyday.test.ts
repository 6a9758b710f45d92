import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Surface } from '@deployment-engine/shared/contracts';
import type { ListedTool } from '@deployment-engine/shared/toolkit';
import { ToolSearch } from './tool-search.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const requestsFolder = at('tests/fixtures/everyday');

interface Request {
  readonly words: string;
  /** Through the hub's names; any of them is right. */
  readonly right: readonly string[];
}

/** The lines of a file: a request as somebody would say it, a tab, and the tools of the server that are right, divided by `|`. */
function requestsOf(server: string): Request[] {
  const lines = readFileSync(join(requestsFolder, `${server}.tsv`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [words = '', tools = ''] = line.split('\t');
    return { words, right: tools.split('|').map((tool) => `${server}__${tool}`) };
  });
}

const servers = readdirSync(at('servers')).filter((name) => existsSync(at(`servers/${name}/tools.json`)));
const surfaceOf = (server: string): Surface => JSON.parse(readFileSync(at(`servers/${server}/tools.json`), 'utf8')) as Surface;

/**
 * Whether the words that tools are described in are those that people ask with. The floors are below what was reached, so that
 * a tool may be described anew; a server that falls under them hides behind its own words.
 */
describe('everyday requests over all built-in servers', async () => {
  const search = new ToolSearch();
  for (const server of servers) search.replace(server, surfaceOf(server).tools as unknown as ListedTool[]);

  it.each(servers)('of %s find their tool', async (server) => {
    const requests = requestsOf(server);
    const places = await Promise.all(
      requests.map(async ({ words, right }) => {
        const hits = await search.search(words, 5);
        return hits.findIndex(({ server: from, name }) => right.includes(`${from}__${name}`));
      }),
    );
    const missed = requests.filter((_request, index) => places[index] === -1).map(({ words }) => words);
    expect(requests.length).toBeGreaterThanOrEqual(30);
    expect(missed.length, `not among five: ${missed.join('; ')}`).toBeLessThanOrEqual(requests.length * 0.13);
    expect(places.filter((place) => place === 0).length / requests.length).toBeGreaterThanOrEqual(0.55);
  });

  it('name tools that there are', () => {
    const names = new Set(servers.flatMap((server) => surfaceOf(server).tools.map(({ name }) => `${server}__${name}`)));
    expect(servers.flatMap(requestsOf).flatMap(({ right }) => right.filter((name) => !names.has(name)))).toEqual([]);
  });
});
