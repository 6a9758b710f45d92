import { ToolError } from '@deployment-engine/shared/contracts';
import { describe, expect, it } from 'vitest';
import { readManifest, refuseMasked } from './manifest.ts';

const MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } };
const dataOf = async (yaml: string): Promise<unknown> => {
  const [one] = await readManifest(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\n${yaml}`);
  return one?.['data'];
};
const refusal = async (text: string): Promise<ToolError> => {
  try {
    await readManifest(text);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('should have been refused');
};

describe('a manifest', () => {
  it.each<[string, string, string[]]>([
    ['one document', JSON.stringify(MAP), ['one']],
    ['several', `---\n${JSON.stringify(MAP)}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: two\n---\n`, ['one', 'two']],
    ['a List', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [MAP, { ...MAP, metadata: { name: 'two' } }] }), ['one', 'two']],
    ['an array', JSON.stringify([MAP, { ...MAP, metadata: { name: 'two' } }]), ['one', 'two']],
    ['comments and empty documents', `# a\n---\n# b\n---\n${JSON.stringify(MAP)}`, ['one']],
    ['a mark at its begin', `\uFEFF${JSON.stringify(MAP)}`, ['one']],
    ['line ends of Windows', 'apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: one\r\n', ['one']],
  ])('of %s', async (_what, text, names) => {
    expect((await readManifest(text)).map(({ metadata }) => metadata.name)).toEqual(names);
  });

  it('has octal numbers as kubectl reads them, and words as they are', async () => {
    expect(await dataOf('data: { mode: 0644, new: 0o644, plain: 644, on: on, yes: yes, no: "no", version: 1.10 }')).toEqual({
      mode: 420,
      new: 420,
      plain: 644,
      on: 'on',
      yes: 'yes',
      no: 'no',
      version: 1.1,
    });
  });

  it('has anchors and merges written out', async () => {
    expect(await dataOf('data: { a: &a { x: 1 }, b: { <<: *a, y: 2 } }')).toEqual({ a: { x: 1 }, b: { x: 1, y: 2 } });
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['only comments', '# nothing\n---\n'],
    ['a text', 'hello'],
    ['a number', '5'],
    ['broken YAML', 'a: [1'],
    ['a key twice', 'apiVersion: v1\napiVersion: v2\nkind: ConfigMap\nmetadata: { name: one }'],
    ['no apiVersion', JSON.stringify({ ...MAP, apiVersion: undefined })],
    ['no kind', JSON.stringify({ ...MAP, kind: undefined })],
    ['no metadata', JSON.stringify({ ...MAP, metadata: undefined })],
    ['metadata that are none', JSON.stringify({ ...MAP, metadata: 'one' })],
    ['a name that is a number', JSON.stringify({ ...MAP, metadata: { name: 5 } })],
    ['a name that is a path', JSON.stringify({ ...MAP, metadata: { name: '../x' } })],
    ['a namespace that is null', JSON.stringify({ ...MAP, metadata: { name: 'one', namespace: null } })],
    ['a namespace with capitals', JSON.stringify({ ...MAP, metadata: { name: 'one', namespace: 'Web' } })],
    ['an apiVersion that is a path', JSON.stringify({ ...MAP, apiVersion: 'a/b/v1' })],
    ['a kind that is a path', JSON.stringify({ ...MAP, kind: 'Pod/../x' })],
    ['the same object twice', JSON.stringify([MAP, MAP])],
    ['an alias into itself', 'a: &a [*a]'],
    [
      'aliases that grow without an end',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'.replace(/./g, (one) => `${one}: &${one} [*${String.fromCharCode(one.charCodeAt(0) - 1)}, *${String.fromCharCode(one.charCodeAt(0) - 1)}, *${String.fromCharCode(one.charCodeAt(0) - 1)}, *${String.fromCharCode(one.charCodeAt(0) - 1)}, *${String.fromCharCode(one.charCodeAt(0) - 1)}]\n`)}`,
    ],
    ['lists without an end', '['.repeat(100_000)],
    ['objects without an end', '{"a":'.repeat(50_000)],
    ['lists as deep as that', `${'['.repeat(20_000)}1${']'.repeat(20_000)}`],
  ])('of %s is refused', async (_what, text) => {
    expect(['invalid_input', 'too_large']).toContain((await refusal(text)).code);
  });

  it('of too many objects is refused', async () => {
    const all = Array.from({ length: 201 }, (_, index) => ({ ...MAP, metadata: { name: `one-${index}` } }));
    expect(await refusal(JSON.stringify(all))).toMatchObject({ code: 'too_large' });
  });

  it('that is broken is not repeated: it may hold a secret', async () => {
    const { message } = await refusal('kind: Secret\nstringData: { word: canary-value }\n  bad: [');
    expect(message).not.toContain('canary');
  });

  it('takes its names from its own fields, not from those of all objects', async () => {
    const [one] = await readManifest('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"__proto__":"x"}}');
    expect(Object.keys(one?.['data'] as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('a masked value', () => {
  it.each(['[masked]', '[masked 0123abcd]', '[masked 0123abcd] (6 bytes)', '[masked:github_token]', 'user:[masked 0123abcd]@host'])(
    '%s is refused',
    (value) => {
      expect(() => refuseMasked({ spec: { list: [{ value }] } }, 'The patch')).toThrow(
        /^The patch holds a masked value at \.spec\.list\.0\.value/,
      );
    },
  );

  it.each(['masked', '[unmasked]', '[masked 1]', 'a [mask]'])('%s is none', (value) => {
    expect(() => refuseMasked({ value }, 'The patch')).not.toThrow();
  });
});
