import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

interface Log {
  log: string;
  lines: number;
  older?: boolean;
  failed?: string[];
}

kubernetesSuite('pods_log', (bench) => {
  const read = (args: object): Promise<Log> => bench.ok<Log>('pods_log', { namespace: bench.namespace, ...args });
  const texts = ({ log }: Log): string[] => log.split('\n').filter(Boolean);

  it('gives the last lines, and says that older ones are left out', async () => {
    await running(bench, podBody('plain'));
    const some = await read({ name: 'plain', tail: 3 });
    expect(texts(some)).toHaveLength(3);
    expect(some).toMatchObject({ lines: 3, older: true });
    expect(some.log).toMatch(/request 38 .*\n.*request 39 .*\n.*request 40 /);
    const all = await read({ name: 'plain', tail: 100 });
    expect(all).toMatchObject({ lines: 40 });
    expect(all.older).toBeUndefined();
    expect(await bench.text('pods_log', { name: 'plain', tail: 1, namespace: bench.namespace })).toContain('Older lines are left out');
  });

  it('merges all containers of several pods by time', async () => {
    await Promise.all(
      ['web-a', 'web-b'].map((name) => running(bench, podBody(name, { labels: { app: 'web' }, containers: ['main', 'json'] }))),
    );
    const merged = await read({ labels: 'app=web', tail: 1_000, timestamps: true, max_tokens: 25_000 });
    expect(merged.lines).toBe(160);
    const times = texts(merged).map((line) => Date.parse(line.split(' ')[0] ?? ''));
    expect(times.every((time, at) => at === 0 || time >= (times[at - 1] ?? 0))).toBe(true);
    expect(new Set(texts(merged).map((line) => /\[(.+?)\]/.exec(line)?.[1]))).toEqual(
      new Set(['web-a main', 'web-a json', 'web-b main', 'web-b json']),
    );
    const one = await read({ labels: 'app=web', container: 'json', tail: 2 });
    expect(texts(one).map((line) => /\[(.+?)\]/.exec(line)?.[1])).toEqual(['web-a', 'web-b']);
  });

  it('finds the pods of an owner', async () => {
    await bench.make({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'front' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'front' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['web', 'edge'] }] },
        template: { metadata: { labels: { app: 'front', tier: 'web' } }, spec: podBody('x').spec },
      },
    });
    await expect
      .poll(
        async () => (
          await bench.get('v1/pods', 'x').catch(() => undefined),
          (
            await bench.ok<{ total?: number }>('resources_list', {
              kind: 'pods',
              namespace: bench.namespace,
              labels: 'app=front',
              field_selector: 'status.phase=Running',
            })
          ).total
        ),
        { timeout: 15_000 },
      )
      .toBe(2);
    expect((await read({ name: 'deployment/front', tail: 1_000 })).lines).toBe(80);
    expect(await bench.fails('pods_log', { name: 'deployment/fron', namespace: bench.namespace })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('front'),
    });
    expect(await bench.fails('pods_log', { name: 'configmap/kube-root-ca.crt', namespace: bench.namespace })).toMatchObject({
      code: 'unsupported',
    });
  });

  it('keeps only lines with a text, in any case, through the whole log', async () => {
    await running(bench, podBody('long', { containers: ['large'] }));
    const found = await read({ name: 'long', grep: 'REQUEST 77 ' });
    expect(found).toMatchObject({ lines: 1, log: expect.stringContaining('request 77 answered') });
    expect(found.older).toBeUndefined();
    // what grep has not matched counts as not there, so an expression is just text
    expect((await read({ name: 'long', grep: 'request .* answered' })).lines).toBe(0);
  });

  it('reads between two moments', async () => {
    await running(bench, podBody('span'));
    const all = texts(await read({ name: 'span', tail: 100, timestamps: true }));
    const [from, to] = [all[10]?.split(' ')[0], all[19]?.split(' ')[0]];
    const between = texts(await read({ name: 'span', since: from, until: to, timestamps: true, tail: 100 }));
    expect(between).toEqual(all.slice(10, 20));
    expect((await read({ name: 'span', since: '10m' })).lines).toBe(0);
    expect((await read({ name: 'span', since: '9999h' })).lines).toBe(40);
    expect(await bench.fails('pods_log', { name: 'span', since: 'yesterday', namespace: bench.namespace })).toMatchObject({
      code: 'invalid_input',
    });
  });

  it('reads the run before a restart', async () => {
    await running(bench, podBody('crashed', { annotations: { [bench.backend.fates.annotation]: 'crash-loop' } }));
    expect((await read({ name: 'crashed', previous: true })).log).toContain('fatal: no database, giving up');
  });

  it('keeps to its budget from the end', async () => {
    await running(bench, podBody('wide', { containers: ['large'] }));
    const small = await read({ name: 'wide', tail: 5_000, max_tokens: 500 });
    expect(Buffer.byteLength(JSON.stringify(small))).toBeLessThan(1_300);
    expect(small.log).toMatch(/request 20000 answered[^\n]*$/);
    expect(small.older).toBe(true);
  });

  it('follows for a while, tells what comes, and ends in time or when it is cancelled', async () => {
    await running(bench, podBody('live'));
    const messages: string[] = [];
    const begin = Date.now();
    const log = await bench.ok<Log>(
      'pods_log',
      { name: 'live', namespace: bench.namespace, tail: 2, follow_s: 4 },
      { onProgress: ({ message = '' }) => messages.push(message) },
    );
    expect(Date.now() - begin).toBeGreaterThanOrEqual(3_900);
    expect(Date.now() - begin).toBeLessThan(15_000);
    expect(texts(log)).toHaveLength(2);
    expect(messages.some((one) => one.includes('request 40'))).toBe(true);

    const cancel = new AbortController();
    const calling = bench.fails(
      'pods_log',
      { name: 'live', namespace: bench.namespace, follow_s: 60 },
      { signal: cancel.signal, onProgress: () => cancel.abort() },
    );
    expect(await calling).toMatchObject({ code: 'cancelled' });
  });

  it(
    'gives lines that come while it follows, of several pods in the order of their times, without the secrets that were read',
    { timeout: 120_000 },
    async () => {
      const write = (pod: string, text: string): void =>
        appendFileSync(join(bench.root, `${pod}.log`), `${new Date().toISOString()} stdout F ${text}\n`);
      await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'door' }, stringData: { key: 'open-sesame-42' } });
      await bench.ok('resources_get', { kind: 'secrets', name: 'door', namespace: bench.namespace });
      for (const name of ['talk-a', 'talk-b']) {
        write(name, `${name} begins`);
        await bench.make({
          apiVersion: 'kwok.x-k8s.io/v1alpha1',
          kind: 'Logs',
          metadata: { name },
          spec: { logs: [{ logsFile: join(bench.root, `${name}.log`), follow: true }] },
        });
        await running(bench, podBody(name, { labels: { app: 'talk' } }));
        await expect.poll(async () => (await read({ name })).log, { timeout: 20_000 }).toBe(`${name} begins`);
      }
      const told: string[] = [];
      const following = bench.ok<Log>(
        'pods_log',
        { labels: 'app=talk', namespace: bench.namespace, follow_s: 20 },
        { onProgress: ({ message = '' }) => told.push(message) },
      );
      const heard = (lines: number) => expect.poll(() => told.length, { timeout: 20_000 }).toBe(lines);
      await heard(2);
      write('talk-b', 'second, with open-sesame-42');
      await heard(3);
      write('talk-a', 'third');
      await heard(4);
      const { log } = await following;
      expect(log.split('\n')).toEqual([
        '[talk-a] talk-a begins',
        '[talk-b] talk-b begins',
        expect.stringMatching(/^\[talk-b\] second, with \[masked [0-9a-f]{8}\]$/),
        '[talk-a] third',
      ]);
      expect(JSON.stringify(told)).not.toContain('open-sesame-42');
    },
  );

  it('reads over several contexts at once, and one that fails does not hide the others', async () => {
    await running(bench, podBody('both'));
    const { contexts } = await bench.ok<{ contexts: (Log & { context: string; error?: { code: string } })[] }>('pods_log', {
      name: 'both',
      namespace: bench.namespace,
      contexts: ['admin', 'second', 'nobody'],
      tail: 1,
    });
    expect(contexts.map(({ context, lines, error }) => [context, lines ?? error?.code])).toEqual([
      ['admin', 1],
      ['second', 1],
      ['nobody', 'forbidden'],
    ]);
  });

  it('says which containers have no log, and still gives the others', async () => {
    await running(bench, podBody('half', { labels: { app: 'half' } }));
    await bench.make({
      ...podBody('stuck', { labels: { app: 'half' } }),
      spec: { ...podBody('stuck').spec, nodeSelector: { no: 'such' } },
    });
    const log = await read({ labels: 'app=half' });
    expect(log.lines).toBe(40);
    expect(log.failed).toEqual(['stuck: The pod stuck has no log yet: Pending.']);
    expect(await bench.fails('pods_log', { name: 'stuck', namespace: bench.namespace })).toMatchObject({ code: 'conflict' });
  });

  it('takes out the values of Secrets that were read, also where grep looks for them', async () => {
    await running(bench, podBody('leaky', { containers: ['json'] }));
    const before = await read({ name: 'leaky', tail: 1 });
    expect(before.log).toContain('request answered');
    await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'words' }, stringData: { word: 'request answered' } });
    await bench.ok('resources_get', { kind: 'secrets', name: 'words', namespace: bench.namespace });
    const after = await read({ name: 'leaky', tail: 1 });
    expect(after.log).not.toContain('request answered');
    expect(after.log).toMatch(/\[masked [0-9a-f]{8}\]/);
    expect((await read({ name: 'leaky', grep: 'request answered' })).lines).toBe(0);
  });

  it('refuses names that would be something else', async () => {
    for (const name of ['../../secrets/x', 'a/b/c', '--tail=1', 'x?follow=true', 'x%2f..', '', '/x', 'deployment/', 'x\ny', 'x y'])
      expect(await bench.fails('pods_log', { name, namespace: bench.namespace }), name).toMatchObject({ code: 'invalid_input' });
    for (const container of ['../x', 'a&previous=true', '-x', 'A B', 'x\0'])
      expect(await bench.fails('pods_log', { name: 'plain', namespace: bench.namespace, container }), container).toMatchObject({
        code: 'invalid_input',
      });
    expect(await bench.fails('pods_log', { namespace: bench.namespace })).toMatchObject({ code: 'invalid_input' });
    expect(await bench.fails('pods_log', { name: 'plain', labels: 'a=b', namespace: bench.namespace })).toMatchObject({
      code: 'invalid_input',
    });
    expect(await bench.fails('pods_log', { name: 'plain', container: 'other', namespace: bench.namespace })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('main'),
    });
  });
});
