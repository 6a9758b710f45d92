import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { toYaml } from './yaml.ts';

const both = (value: unknown): void => {
  const text = toYaml(value);
  for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version, maxAliasCount: 0 }), `${version}:\n${text}`).toEqual(value);
};

it('reads like kubectl’s', () => {
  const pod = {
    kind: 'Pod',
    metadata: { name: 'web-1', labels: { 'app.kubernetes.io/name': 'web', release: '1.10', on: 'true' }, annotations: {} },
    spec: {
      containers: [
        { name: 'main', image: 'registry.example:5000/web:1', command: ['sh', '-c', 'set -e\necho "hi"\n  exit 1\n'], ports: [] },
        { name: 'side', args: [['nested', 1], []] },
      ],
      node: null,
    },
    status: { podIP: '10.1.0.3', startTime: '2026-11-23T09:10:16Z', ready: false, restarts: 0, message: 'Back-off: again' },
  };
  expect(toYaml(pod)).toBe(`kind: Pod
metadata:
  name: web-1
  labels:
    app.kubernetes.io/name: web
    release: "1.10"
    "on": "true"
  annotations: {}
spec:
  containers:
  - name: main
    image: registry.example:5000/web:1
    command:
    - sh
    - "-c"
    - |
      set -e
      echo "hi"
        exit 1
    ports: []
  - name: side
    args:
    - - nested
      - 1
    - []
  node: null
status:
  podIP: 10.1.0.3
  startTime: "2026-11-23T09:10:16Z"
  ready: false
  restarts: 0
  message: "Back-off: again"
`);
  both(pod);
});

const TEXTS = [
  [
    '',
    ' ',
    'a ',
    ' a',
    'a b',
    'a: b',
    'a:b',
    'a:',
    'a #b',
    'a#b',
    '#',
    '-',
    '- a',
    '?',
    ':',
    ',',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%',
    '@',
    '`',
  ],
  ['yes', 'NO', 'On', 'y', 'N', 'null', 'Null', '~', 'true', '.inf', '-.INF', '.nan', '=', '<<', '---', '...', '{}', '[]', '"', "'"],
  ['1', '1.5', '-1', '+1', '1e3', '1E-3', '0x1F', '0o17', '017', '1_000', '1:30', '12:30:45', '2026-11-23', '2026-1-2 3:4:5', '1.', '.5'],
  ['1.2.3.4', '1.2.3.4/24', '1.2', '1.2.3', '100m', '5Gi', '12e45', '7fad6a0e-ddc2', '10.0.0.1:80', 'e5', '0b11', '1,000', '1-2'],
  [
    'a\nb',
    'a\nb\n',
    'a\n\nb\n\n',
    '\na',
    ' a\nb',
    'a\n b',
    'a\n  \nb',
    'a\n ',
    'a\r\nb',
    '\n',
    'a\tb\nc',
    '\ta\nb',
    'a\n\tb',
    'a\n---\nb\n',
  ],
  [
    'é',
    'naïve text',
    '漢字\n仮名',
    '😀',
    '\u0085',
    'a\u2028b',
    '\uFEFFa',
    'a\u0000b',
    'a\u200Bb\nc',
    '\\',
    'C:\\x',
    "it's",
    'say "x"',
    'a\u007Fb',
  ],
].flat();

it.each(TEXTS.map((text) => [JSON.stringify(text), text]))('keeps %s, as a value, a key and in lists', (_shown, text) => {
  both(text);
  both({ [text]: text, list: [text, [text], { [text]: text }] });
});

it('keeps any value of JSON', () => {
  let seed = 20_261_123;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const pieces = ['a', 'B', '0', '9', '.', '-', ':', ' ', '#', '\n', '"', "'", '\\', '{', ']', ',', '&', '~', 'true', 'é', '\t', '%', 'e'];
  const text = (): string => Array.from({ length: next(7) }, () => pieces[next(pieces.length)]).join('');
  const value = (depth: number): unknown => {
    const kind = next(depth > 3 ? 4 : 7);
    if (kind < 3) return text();
    if (kind === 3) return [next(1000), -1.5, true, null][next(4)];
    if (kind === 4) return Array.from({ length: next(4) }, () => value(depth + 1));
    return Object.fromEntries(Array.from({ length: next(5) }, () => [text() || 'k', value(depth + 1)]));
  };
  for (let round = 0; round < 3_000; round += 1) both(value(0));
});
