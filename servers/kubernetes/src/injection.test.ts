import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request as forwardSecurely } from 'node:https';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '@deployment-engine/shared/testing';
import { kubernetesSuite } from './testing/fixture.ts';

const MB = 1024 * 1024;
const laughs = [
  'a: &a ["x","x","x","x","x","x","x","x","x"]',
  ...Array.from('bcdefgh', (name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]}`).join(',')}]`),
].join('\n');

/** What must be refused: the tool, its arguments, and the code it is refused with. */
const REFUSED: readonly (readonly [string, string, object, string])[] = [
  ...(
    [
      ['climbs out', '../../secrets/x'],
      ['is a folder', '..'],
      ['is this folder', '.'],
      ['is empty', ''],
      ['holds a slash', 'a/b'],
      ['holds an encoded slash', 'a%2fb'],
      ['is an option', '--server=https://evil.example'],
      ['is a short option', '-n'],
      ['holds a line break', 'a\nb'],
      ['holds a zero byte', 'a\0b'],
      ['brings a query', 'a?dryRun=All'],
      ['brings a fragment', 'a#b'],
      ['holds a blank', 'a b'],
      ['is longer than any', 'x'.repeat(254)],
      ['turns the text around', '\u202eabc'],
      ['is a shell line', 'web;rm -rf /'],
      ['is a substitution', '$(id)'],
    ] as const
  ).map(([what, name]) => [`a name that ${what}`, 'resources_get', { kind: 'pods', name }, 'invalid_input'] as const),
  ...(
    [
      ['climbs out', '../default'],
      ['has capitals', 'Default'],
      ['brings another path', 'default/pods/x'],
      ['is all of them, for one object', '*'],
      ['brings a query', 'default?watch=true'],
      ['begins with a dash', '-x'],
      ['is longer than any', 'x'.repeat(64)],
    ] as const
  ).map(
    ([what, namespace]) =>
      [`a namespace that ${what}`, 'resources_get', { kind: 'pods', name: 'web', namespace }, 'invalid_input'] as const,
  ),
  ['a kind that climbs out', 'resources_list', { kind: '../api' }, 'invalid_input'],
  ['a kind that brings a query', 'resources_list', { kind: 'pods?limit=1' }, 'invalid_input'],
  ['a kind with an encoded slash', 'resources_list', { kind: 'pods%2fexec' }, 'invalid_input'],
  ['a kind that is an option', 'resources_list', { kind: '--kind' }, 'invalid_input'],
  ['a kind that is a subresource', 'resources_list', { kind: 'pods/exec' }, 'not_found'],
  ['a kind that every object has', 'resources_list', { kind: 'constructor' }, 'not_found'],
  ['a label selector of 1 MB', 'resources_list', { kind: 'pods', labels: 'a'.repeat(MB) }, 'invalid_input'],
  ['a label selector that brings a query', 'resources_list', { kind: 'pods', labels: 'app=web&watch=true' }, 'invalid_input'],
  ['a label selector that brings a header', 'resources_list', { kind: 'pods', labels: 'app=web\r\nHost: evil' }, 'invalid_input'],
  ['a field selector of 1 MB', 'resources_list', { kind: 'pods', field_selector: 'a'.repeat(MB) }, 'invalid_input'],
  ['a field selector that brings a query', 'resources_list', { kind: 'pods', field_selector: 'metadata.name=x&limit=9' }, 'invalid_input'],
  ['a field that is a program', 'resources_list', { kind: 'namespaces', view: 'json', fields: ['process.exit(1)'] }, 'invalid_input'],
  [
    'a field with a filter that runs',
    'resources_list',
    { kind: 'namespaces', view: 'json', fields: ['.a[?(@.constructor.constructor("x")())]'] },
    'invalid_input',
  ],
  ['a cursor that is none', 'resources_list', { kind: 'pods', continue: '../../x' }, 'invalid_input'],
  ['a context that is none', 'resources_list', { kind: 'pods', context: '__proto__' }, 'not_found'],
  [
    'a manifest whose name climbs out',
    'resources_apply',
    { manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ../../secrets/x}', context: 'recorded' },
    'invalid_input',
  ],
  [
    'a manifest whose namespace climbs out',
    'resources_apply',
    { manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: ../kube-system}', context: 'recorded' },
    'invalid_input',
  ],
  [
    'a manifest whose kind climbs out',
    'resources_apply',
    { manifest: 'apiVersion: ../../v1\nkind: ConfigMap\nmetadata: {name: x}', context: 'recorded' },
    'invalid_input|not_found',
  ],
  ['a manifest that grows without end', 'resources_apply', { manifest: laughs, context: 'recorded' }, 'invalid_input'],
  [
    'a manifest with a program',
    'resources_apply',
    { manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: !!js/function "x"}', context: 'recorded' },
    'invalid_input',
  ],
  [
    'a patch that is no patch',
    'resources_patch',
    { kind: 'namespaces', name: 'default', patch: '{"op":"remove"}', context: 'recorded' },
    'invalid_input',
  ],
  [
    'a patch with a path of its own',
    'resources_patch',
    { kind: 'namespaces', name: 'default', subresource: '../pods', patch: {}, context: 'recorded' },
    'invalid_input',
  ],
  [
    'a deletion by a name that climbs out',
    'resources_delete',
    { kind: 'configmaps', name: '../secrets/x', context: 'recorded' },
    'invalid_input',
  ],
  ['a command line instead of a command', 'pods_exec', { name: 'web', command: 'id; curl evil', context: 'recorded' }, 'invalid_input'],
  ['a container that is an option', 'pods_log', { name: 'web', container: '--previous' }, 'invalid_input'],
];

kubernetesSuite('hostile input, seen from the network', (bench) => {
  let session: Session;
  let recorder: Server;
  const seen: string[] = [];

  beforeAll(async () => {
    const server = new URL(bench.backend.url);
    recorder = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      const send = server.protocol === 'https:' ? forwardSecurely : forward;
      const onward = send(
        {
          host: server.hostname,
          port: server.port,
          path: incoming.url,
          method: incoming.method,
          headers: incoming.headers,
          ca: readFileSync(bench.backend.caFile),
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    await once(recorder.listen(0, '127.0.0.1'), 'listening');
    const { port } = recorder.address() as AddressInfo;
    const kubeconfig = join(bench.root, 'recorded.kubeconfig');
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        'current-context': 'recorded',
        clusters: [{ name: 'recorded', cluster: { server: `http://127.0.0.1:${port}` } }],
        users: [{ name: 'admin', user: { token: bench.backend.tokens.admin } }],
        contexts: [{ name: 'recorded', context: { cluster: 'recorded', user: 'admin' } }],
      }),
    );
    session = await bench.with({ kubeconfig, context: 'recorded' });
    // discovery is read once, and is not what is watched for
    await session.ok('resources_list', { kind: 'namespaces' });
  });
  afterAll(() => void recorder.close());

  describe('is refused before any request', () => {
    it.each(REFUSED)('%s (%s)', async (_what, tool, args, code) => {
      seen.length = 0;
      const error = await session.fails(tool, { ...args });
      expect(code.split('|')).toContain(error.code);
      expect(seen.filter((line) => !/^GET \/(?:apis?|openapi\/v3)(?:\?|$)/.test(line))).toEqual([]);
      expect(JSON.stringify(error).length / 4).toBeLessThan(250);
    });

    it('a selector of 1 MB in less than 100 tokens', async () => {
      const error = await session.fails('resources_list', { kind: 'pods', labels: 'a'.repeat(MB) });
      expect(JSON.stringify(error).length / 4).toBeLessThan(100);
    });
  });
});
