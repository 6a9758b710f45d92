import { describe, expect, it } from 'vitest';
import { removeMember, setMember } from './json-edit.ts';

const entry = { command: '/node', args: ['a'] };

describe('editing JSON in place', () => {
  it('adds to what is there, in its own indentation, and leaves the rest byte by byte', () => {
    const before =
      '{\n    "theme":   "dark", // not JSON, but never reached\n'.replace(/ \/\/.*\n/, '\n') +
      '    "mcpServers": {\n        "x": { "command": "y" }\n    },\n    "last": [1,2,  3]\n}\n';
    const after = setMember(before, 'mcpServers', 'hub', entry);
    expect(after).toBe(
      before.replace(
        '"x": { "command": "y" }',
        '"x": { "command": "y" },\n        "hub": {\n            "command": "/node",\n            "args": [\n                "a"\n            ]\n        }',
      ),
    );
    expect(removeMember(after, 'mcpServers', 'hub')).toBe(before);
  });

  it('makes the section when there is none, also in an empty object', () => {
    expect(setMember('{}\n', 'servers', 'hub', { a: 1 })).toBe('{\n  "servers": {\n    "hub": {\n      "a": 1\n    }\n  }\n}\n');
    expect(setMember('{\n\t"a": 1\n}', 'servers', 'hub', {})).toBe('{\n\t"a": 1,\n\t"servers": {\n\t\t"hub": {}\n\t}\n}');
    expect(setMember('{\n  "servers": {}\n}', 'servers', 'hub', 1)).toBe('{\n  "servers": {\n    "hub": 1\n  }\n}');
  });

  it('keeps one line one line, Windows line ends, tabs and a byte order mark', () => {
    expect(setMember('{"a":1,"servers":{"x":{}}}', 'servers', 'hub', entry)).toBe(
      '{"a":1,"servers":{"x":{},"hub":{"command":"/node","args":["a"]}}}',
    );
    const windows = setMember('\uFEFF{\r\n  "servers": {\r\n    "x": {}\r\n  }\r\n}\r\n', 'servers', 'hub', entry);
    expect(windows.startsWith('\uFEFF{')).toBe(true);
    expect(windows.replaceAll('\r\n', '')).not.toContain('\n');
    expect(JSON.parse(windows.slice(1))).toEqual({ servers: { x: {}, hub: entry } });
  });

  it('replaces a value where it stands', () => {
    expect(setMember('{ "servers": { "hub": [1, {"}": "]"}], "x": 1 } }', 'servers', 'hub', 2)).toBe('{ "servers": { "hub": 2, "x": 1 } }');
  });

  it('takes out the first, a middle, the last and the only member', () => {
    const three = '{\n  "s": {\n    "a": 1,\n    "b": 2,\n    "c": 3\n  }\n}';
    expect(removeMember(three, 's', 'a')).toBe('{\n  "s": {\n    "b": 2,\n    "c": 3\n  }\n}');
    expect(removeMember(three, 's', 'b')).toBe('{\n  "s": {\n    "a": 1,\n    "c": 3\n  }\n}');
    expect(removeMember(three, 's', 'c')).toBe('{\n  "s": {\n    "a": 1,\n    "b": 2\n  }\n}');
    expect(removeMember('{"s": { "a": 1 }}', 's', 'a')).toBe('{"s": {}}');
    expect(removeMember(three, 's', 'd')).toBe(three);
    expect(removeMember(three, 't', 'a')).toBe(three);
  });

  it('is not misled by what texts and names hold', () => {
    const tricky = '{ "\\u0073ervers": { "a\\"}": "\\\\", "x": "{\\"hub\\": 1}" }, "hub": 5 }';
    const after = setMember(tricky, 'servers', 'hub', true);
    expect(JSON.parse(after)).toEqual({ servers: { 'a"}': '\\', x: '{"hub": 1}', hub: true }, hub: 5 });
    expect(JSON.parse(removeMember(after, 'servers', 'a"}'))).toEqual({ servers: { x: '{"hub": 1}', hub: true }, hub: 5 });
  });

  it('refuses a section that is no object', () => {
    expect(() => setMember('{"servers": [1]}', 'servers', 'hub', 1)).toThrow('"servers" in the file is not an object');
  });

  it('gives what a parser would give, for many made-up files', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    const value = (depth: number): unknown => {
      const kind = random(depth > 3 ? 4 : 6);
      if (kind === 0) return random(1000) / 8 - 50;
      if (kind === 1) return ['', 'a,b', '"}', '\\', '{', 'ü\n'][random(6)];
      if (kind === 2) return [true, false, null][random(3)];
      if (kind === 3) return {};
      if (kind === 4) return Array.from({ length: random(4) }, () => value(depth + 1));
      return Object.fromEntries(Array.from({ length: random(4) }, (_, at) => [`k${at}${['', '"', ':'][random(3)]}`, value(depth + 1)]));
    };
    for (let round = 0; round < 400; round++) {
      const servers = Object.fromEntries(Array.from({ length: random(4) }, (_, at) => [at === random(3) ? 'hub' : `s${at}`, value(1)]));
      const whole: Record<string, unknown> = { a: value(1), ...(random(4) === 0 ? {} : { servers }), z: value(1) };
      const text = JSON.stringify(whole, undefined, [undefined, 2, '\t'][random(3)]);
      const added = value(1);
      const expected = { ...whole, servers: { ...(whole['servers'] as object | undefined), hub: added } };
      expect(JSON.parse(setMember(text, 'servers', 'hub', added))).toEqual(expected);
      const { hub: _hub, ...without } = expected.servers;
      expect(JSON.parse(removeMember(setMember(text, 'servers', 'hub', added), 'servers', 'hub'))).toEqual({ ...whole, servers: without });
    }
  });
});
