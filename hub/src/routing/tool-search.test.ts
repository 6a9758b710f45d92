import { describe, expect, it } from 'vitest';
import { ToolSearch } from './tool-search.ts';

const tool = (name: string, description: string, properties: object = {}) => ({
  name,
  description,
  inputSchema: { type: 'object', properties },
});

describe('tool search', () => {
  it('finds tools by what they do, over all servers', async () => {
    const search = new ToolSearch();
    search.replace('git', [tool('log', 'History of commits.'), tool('status', 'What has changed in the working tree.')]);
    search.replace('docker', [
      tool('container_list', 'Lists containers.', {
        state: { type: 'string', enum: ['running', 5], description: 'State of the containers' },
      }),
      tool('image_pull', 'Pulls an image from a registry.'),
    ]);
    expect((await search.search('list running containers', 5))[0]).toMatchObject({ server: 'docker', name: 'container_list' });
    expect((await search.search('commit history', 5))[0]).toMatchObject({ server: 'git', name: 'log' });
    expect(await search.search('commit history image', 1)).toHaveLength(1);
    expect(await search.search('zzzz qqqq', 5)).toEqual([]);
  });

  it('forgets what a server no longer has', async () => {
    const search = new ToolSearch();
    search.replace('a', [tool('teapot_fill', 'Fills a teapot.')]);
    expect(await search.search('teapot', 5)).toHaveLength(1);
    search.replace('a', [tool('kettle_boil', 'Boils a kettle.')]);
    expect(await search.search('teapot', 5)).toEqual([]);
    expect(await search.search('kettle', 5)).toHaveLength(1);
    search.replace('a', []);
    expect(await search.search('kettle', 5)).toEqual([]);
  });

  it('takes definitions of any shape', async () => {
    const search = new ToolSearch();
    const odd = [
      { name: 'bare', inputSchema: {} },
      { name: 'nulls', description: 'nulls', inputSchema: { properties: { a: null, b: { enum: null, description: 5 } } } },
      {
        name: '__proto__',
        description: 'proto thing',
        inputSchema: { properties: JSON.parse('{"__proto__":{"type":"string"}}') as object },
      },
    ];
    search.replace('odd', odd);
    expect((await search.search('proto thing', 5))[0]).toMatchObject({ name: '__proto__' });
  });

  it.each(['', '   ', '"', '(((', '\\', '*', '\u202E', 'x'.repeat(2_000), 'a b '.repeat(500)])('takes any query: %j', async (query) => {
    const search = new ToolSearch();
    search.replace('git', [tool('log', 'History.')]);
    expect(Array.isArray(await search.search(query, 5))).toBe(true);
  });
});
