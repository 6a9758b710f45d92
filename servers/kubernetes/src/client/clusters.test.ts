import { mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@deployment-engine/shared/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { KubernetesConfig } from '../config.ts';
import { Clusters } from './clusters.ts';

const folders: string[] = [];
const opened: Clusters[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Options {
  settings?: object;
  current?: string;
  readOnly?: boolean;
  server?: string;
}

const text = (names: readonly string[], { current, server = 'https://127.0.0.1:1' }: Options = {}) =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 'x' } }],
    contexts: names.map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
    ...(current === undefined ? {} : { 'current-context': current }),
  });

function of(names: readonly string[], options: Options = {}): { clusters: Clusters; file: string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'clusters-')));
  folders.push(folder);
  const file = join(folder, 'config');
  if (names.length > 0) writeFileSync(file, text(names, options));
  const clusters = new Clusters({
    config: KubernetesConfig.parse({ kubeconfig: file, ...options.settings }),
    env: {},
    exec: undefined as never,
    log: createLog({ level: 'silent' }),
    readOnly: options.readOnly ?? false,
  });
  opened.push(clusters);
  return { clusters, file };
}

describe('which cluster a call means', () => {
  it('is the one it names, else that of the settings, else the current one, else the only one', async () => {
    expect((await of(['a', 'b'], { current: 'b' }).clusters.get('a')).name).toBe('a');
    expect((await of(['a', 'b'], { current: 'b' }).clusters.get(undefined)).name).toBe('b');
    expect((await of(['a', 'b'], { current: 'b', settings: { context: 'a' } }).clusters.get(undefined)).name).toBe('a');
    expect((await of(['only']).clusters.get(undefined)).name).toBe('only');
  });

  it('may be broken, which is said when it is meant, and counts as one of several', async () => {
    const { clusters, file } = of(['a', 'b'], { current: 'b' });
    const whole = JSON.parse(readFileSync(file, 'utf8')) as { contexts: { name: string; context: object }[] };
    whole.contexts[1]!.context = { cluster: 'gone' };
    writeFileSync(file, JSON.stringify(whole));
    expect((await clusters.get('a')).name).toBe('a');
    const broken = { code: 'invalid_input', message: expect.stringContaining('"gone"') };
    await expect(clusters.get('b')).rejects.toMatchObject(broken);
    await expect(clusters.get(undefined)).rejects.toMatchObject(broken);
    await expect(clusters.forWrite(undefined)).rejects.toMatchObject({ message: expect.stringContaining('must name its context') });
    expect(await clusters.contexts()).toMatchObject({ entries: [{ name: 'a' }], current: 'b' });
  });

  it('must be named where nothing says it', async () => {
    await expect(of(['a', 'b']).clusters.get(undefined)).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('a, b'),
    });
    await expect(of(['a', 'b'], { current: 'gone' }).clusters.get(undefined)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('must be named for a change where there are several, also when one is current', async () => {
    const { clusters } = of(['a', 'b'], { current: 'a' });
    await expect(clusters.forWrite(undefined)).rejects.toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('a, b') });
    expect((await clusters.forWrite('b')).name).toBe('b');
    expect((await of(['only']).clusters.forWrite(undefined)).name).toBe('only');
  });

  it('that is unknown is named with the nearest', async () => {
    const { clusters } = of(['production', 'staging']);
    await expect(clusters.get('prodution')).rejects.toMatchObject({ code: 'not_found', hint: expect.stringContaining('"production"') });
    await expect(clusters.get('xyz')).rejects.toMatchObject({ code: 'not_found', hint: expect.stringContaining('production, staging') });
  });

  it('is one of those that the operator allows; the others are not there', async () => {
    const { clusters } = of(['a', 'b', 'c'], { current: 'c', settings: { contexts: ['a'] } });
    expect((await clusters.contexts()).entries.map(({ name }) => name)).toEqual(['a']);
    expect((await clusters.get(undefined)).name).toBe('a');
    expect((await clusters.forWrite(undefined)).name).toBe('a');
    const error = await clusters.get('b').catch((thrown: unknown) => thrown as Error & { hint: string });
    expect(error).toMatchObject({ code: 'not_found' });
    expect((error as { hint: string }).hint).not.toContain('c');
    await expect(of(['a'], { settings: { contexts: ['z'] } }).clusters.get(undefined)).rejects.toMatchObject({
      code: 'missing_dependency',
    });
  });

  it('is not changed where it is only read', async () => {
    const { clusters } = of(['a', 'b'], { settings: { readOnlyContexts: ['a'] } });
    await expect(clusters.forWrite('a')).rejects.toMatchObject({ code: 'read_only' });
    expect((await clusters.forWrite('b')).name).toBe('b');
    await expect(of(['a'], { readOnly: true }).clusters.forWrite('a')).rejects.toMatchObject({ code: 'read_only' });
  });
});

describe('a kubeconfig that changes', () => {
  it('is read again, and a context that is as it was keeps its connection', async () => {
    const { clusters, file } = of(['a', 'b']);
    const [a, b] = [await clusters.get('a'), await clusters.get('b')];
    expect(await clusters.get('a')).toBe(a);
    // as editors and kubectl do it: a new file takes the name
    const beside = JSON.parse(text(['a', 'b', 'new'])) as {
      clusters: object[];
      contexts: { name: string; context: { cluster: string } }[];
    };
    beside.clusters.push({ name: 'other', cluster: { server: 'https://127.0.0.1:2' } });
    for (const one of beside.contexts) if (one.name === 'b') one.context.cluster = 'other';
    writeFileSync(`${file}.new`, JSON.stringify(beside));
    renameSync(`${file}.new`, file);
    await expect.poll(async () => (await clusters.contexts()).entries.map(({ name }) => name)).toEqual(['a', 'b', 'new']);
    expect(await clusters.get('a')).toBe(a);
    expect(await clusters.get('b')).not.toBe(b);
    expect((await clusters.get('b')).connection.entry.server).toBe('https://127.0.0.1:2');
  });

  it('that was not there, or was broken, is found once it is', async () => {
    const { clusters, file } = of([]);
    await expect(clusters.get(undefined)).rejects.toMatchObject({ code: 'missing_dependency' });
    writeFileSync(file, 'users: [');
    await expect(clusters.get(undefined)).rejects.toMatchObject({ code: 'invalid_input' });
    writeFileSync(file, text(['late']));
    expect((await clusters.get(undefined)).name).toBe('late');
  });

  it('that breaks while it is used says so, until it is mended', async () => {
    const { clusters, file } = of(['a']);
    await clusters.get('a');
    writeFileSync(file, 'users: [');
    await expect
      .poll(() =>
        clusters.get('a').then(
          () => 'read',
          (error: { code: string }) => error.code,
        ),
      )
      .toBe('invalid_input');
    writeFileSync(file, text(['a', 'b']));
    await expect.poll(async () => (await clusters.contexts().catch(() => undefined))?.entries.length).toBe(2);
  });
});
