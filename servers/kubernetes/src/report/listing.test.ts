import { expect, it } from 'vitest';
import { kubernetesSuite, soon } from '../testing/fixture.ts';

interface Listing {
  total?: number;
  left?: number;
  continue?: string;
  columns?: string[];
  rows?: string[][];
  names?: Record<string, string[]>;
  objects?: unknown[];
}

const MANY = 250;
const nameOf = (index: number): string => `item-${String(index).padStart(3, '0')}`;

kubernetesSuite(
  'paging',
  (bench) => {
    let made = false;
    const make = async (): Promise<string[]> => {
      const all = Array.from({ length: MANY }, (_, index) => nameOf(index * 2));
      if (!made)
        for (let at = 0; at < MANY; at += 50)
          await Promise.all(
            all.slice(at, at + 50).map((name) =>
              bench.make({
                apiVersion: 'v1',
                kind: 'ConfigMap',
                metadata: { name, labels: { group: 'many' } },
                data: { text: 'x'.repeat(100) },
              }),
            ),
          );
      made = true;
      return all;
    };
    const shownBy = ({ names, rows, objects }: Listing): string[] =>
      names
        ? Object.values(names).flat()
        : rows
          ? rows.map(([name = '']) => name)
          : (objects ?? []).map((one) =>
              typeof one === 'string' ? (/^\s+name: (\S+)$/m.exec(one)?.[1] ?? '') : (one as { metadata: { name: string } }).metadata.name,
            );
    const readAll = async (args: object, between?: (page: number) => Promise<unknown>): Promise<{ names: string[]; pages: Listing[] }> => {
      const pages: Listing[] = [];
      let next: string | undefined;
      do {
        const page: Listing = await bench.ok<Listing>('resources_list', {
          kind: 'cm',
          namespace: bench.namespace,
          labels: 'group=many',
          ...args,
          ...(next === undefined ? {} : { continue: next }),
        });
        pages.push(page);
        next = page.continue;
        await between?.(pages.length);
      } while (next !== undefined && pages.length < 300);
      return { names: pages.flatMap(shownBy), pages };
    };

    it.each([
      ['names', { max_tokens: 300 }],
      ['names', { max_tokens: 500 }],
      ['names', { limit: 7 }],
      ['table', { max_tokens: 400 }],
      ['table', { limit: 33, max_tokens: 1_000 }],
      ['yaml', { max_tokens: 2_000 }],
      ['json', { max_tokens: 3_000, limit: 10 }],
    ])('%s with %o gives every object once', async (view, args) => {
      const all = await make();
      const { names, pages } = await readAll({ view, ...args });
      expect(names).toEqual(all);
      expect(pages.length).toBeGreaterThan(3);
      // the API server counts the rest of a page only where there is no selector
      expect(pages[0]?.total).toBeUndefined();
      expect(pages.at(-1)?.total).toBe(MANY);
      expect(pages.at(-1)?.left).toBeUndefined();
    });

    it('says how many there are, and how many are left', async () => {
      await make();
      const page = await bench.ok<Listing>('resources_list', { kind: 'cm', namespace: bench.namespace, view: 'names', max_tokens: 500 });
      // and the one that the cluster makes in every namespace
      expect(page.total).toBe(MANY + 1);
      expect(page.left).toBe(MANY + 1 - shownBy(page).length);
    });

    it('keeps every page within its budget', async () => {
      await make();
      for (const [view, tokens] of [
        ['names', 300],
        ['table', 500],
        ['yaml', 1_000],
      ] as const) {
        const result = await bench.server.call<Listing>('resources_list', {
          kind: 'cm',
          namespace: bench.namespace,
          view,
          max_tokens: tokens,
        });
        if (result.ok !== true) throw new Error(JSON.stringify(result));
        expect((result.text.length + JSON.stringify(result.output).length) / 4, view).toBeLessThan(tokens);
      }
    });

    it('tells a cursor that is none from one that is too old', async () => {
      expect(await bench.fails('resources_list', { kind: 'cm', namespace: bench.namespace, continue: 'bm9uZQ' })).toMatchObject({
        code: 'invalid_input',
        hint: expect.stringContaining('continue'),
      });
    });

    it.each([
      ['names', 400],
      // here a page of the API server holds more than an answer: it is shown in parts
      ['yaml', 2_000],
    ])('as %s shows the objects as they were at its begin, each once, while others come and go', async (view, tokens) => {
      await make();
      const all = (await readAll({ view: 'names', max_tokens: 4_000 })).names;
      const kind = await bench.cluster.kind('v1/configmaps', soon());
      const add = (name: string) => bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { group: 'many' } } });
      const { names, pages } = await readAll({ view, max_tokens: tokens }, async (page) => {
        // one before where the list stands, one behind it, and one goes that was to be shown
        await add(`a-${view}-${page}`);
        await add(`z-${view}-${page}`);
        if (page <= 3) await bench.cluster.delete(kind, { name: all.at(-page) ?? '', namespace: bench.namespace }, {}, soon());
      });
      expect(pages.length).toBeGreaterThan(5);
      expect(names).toEqual(all);
      const later = await readAll({ view: 'names', max_tokens: 4_000 });
      expect(later.names).toHaveLength(all.length - 3 + 2 * pages.length);
    });
  },
  { contexts: ['admin'] },
);
