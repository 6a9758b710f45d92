import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerSuite } from './testing/fixture.ts';

interface Output {
  [key: string]: unknown;
  lines: string[];
}

dockerSuite('images on a real engine', (bench) => {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(bench.root, path)), { recursive: true });
    writeFileSync(join(bench.root, path), text);
  };
  const tag = (word: string) => `${bench.name(word)}:1`;
  const build = (more: object) => bench.ok<Output>('image_build', { network: 'none', ...more });

  describe('build', () => {
    beforeAll(() => {
      write(
        'app/Dockerfile',
        `FROM ${bench.backend.image}\nARG WHO=nobody\nCOPY . /app\nRUN ls /app && echo "for $WHO"\nLABEL made=here\n`,
      );
      write('app/hello.txt', 'hello');
      write('app/secret.env', 'x');
      write('app/.dockerignore', '*.env\n');
      write(
        'app/other/Stage',
        `FROM ${bench.backend.image} AS one\nRUN echo stage-one\nFROM ${bench.backend.image} AS two\nRUN echo stage-two\n`,
      );
    });

    it.each(['classic', 'buildkit'] as const)(
      'builds with the %s builder, with arguments and progress, without what is ignored',
      async (builder) => {
        const steps: number[] = [];
        const built = await bench.ok<Output>(
          'image_build',
          {
            context: 'app',
            tags: [tag(`built-${builder}`)],
            build_args: { WHO: 'you' },
            labels: { by: 'test' },
            network: 'none',
            builder,
            no_cache: true,
          },
          { onProgress: ({ progress }) => steps.push(progress) },
        );
        expect(built).toMatchObject({ tags: [tag(`built-${builder}`)], builder, context_files: 4, truncated: false });
        const output = built.lines.join('\n');
        expect(output).toContain('hello.txt');
        expect(output).toContain('for you');
        expect(output).not.toContain('secret.env');
        expect(steps.length).toBeGreaterThan(2);
        expect(steps).toEqual(steps.toSorted((a, b) => a - b));
        expect(await bench.ok('image_inspect', { image: tag(`built-${builder}`) })).toMatchObject({
          image: { labels: { by: 'test', made: 'here' } },
        });
      },
    );

    it('builds one stage of another Dockerfile', async () => {
      const built = await build({
        context: 'app',
        dockerfile: 'other/Stage',
        target: 'one',
        tags: [tag('stage')],
        memory: '64m',
        no_cache: true,
      });
      expect(built).toMatchObject({ builder: 'classic' });
      expect(built.lines.join('\n')).toContain('stage-one');
      expect(built.lines.join('\n')).not.toContain('stage-two');
    });

    it('says what failed, with the last lines', async () => {
      write('broken/Dockerfile', `FROM ${bench.backend.image}\nRUN echo before && false\n`);
      for (const builder of ['classic', 'buildkit']) {
        const error = await bench.fails('image_build', {
          context: 'broken',
          tags: [tag('broken')],
          network: 'none',
          builder,
          no_cache: true,
        });
        expect(error).toMatchObject({ code: 'upstream_error', message: expect.stringContaining('The build failed') });
        expect((error.details as { output: string[] }).output.join('\n')).toContain('before');
      }
      write('wrong/Dockerfile', 'NONSENSE\n');
      expect(await bench.fails('image_build', { context: 'wrong', tags: [tag('wrong')] })).toMatchObject({ code: 'invalid_input' });
      write('base/Dockerfile', `FROM 127.0.0.1:1/none:1\n`);
      expect(await bench.fails('image_build', { context: 'base', tags: [tag('base')] })).toMatchObject({ code: 'unavailable' });
    });

    it('keeps context and Dockerfile inside the roots, and the host network out', async () => {
      symlinkSync('/etc', join(bench.root, 'etc-link'));
      mkdirSync(join(bench.root, 'linked'));
      write('outside.Dockerfile', `FROM ${bench.backend.image}\n`);
      symlinkSync('/etc/hostname', join(bench.root, 'linked', 'Dockerfile'));
      symlinkSync('../outside.Dockerfile', join(bench.root, 'linked', 'Inside'));
      for (const more of [
        { context: '/etc' },
        { context: '../..' },
        { context: 'etc-link' },
        { context: 'linked' },
        { context: 'app', dockerfile: '/etc/passwd' },
        { context: 'app', dockerfile: '../../../etc/passwd' },
        { context: 'linked', dockerfile: 'Inside' },
        { context: 'app', dockerfile: '../outside.Dockerfile' },
      ]) {
        expect(await bench.fails('image_build', { tags: [tag('never')], ...more }), JSON.stringify(more)).toMatchObject({
          code: 'forbidden',
        });
      }
      expect(await bench.fails('image_build', { context: 'app', tags: [tag('never')], network: 'host' })).toMatchObject({
        code: 'forbidden',
        hint: expect.stringContaining('allow.hostNamespaces.network'),
      });
      expect(await bench.fails('image_build', { context: 'app', tags: [tag('never')], network: 'container:x' })).toMatchObject({
        code: 'forbidden',
      });
      expect(await bench.fails('image_build', { context: 'app', tags: [tag('never')], dockerfile: 'None' })).toMatchObject({
        code: 'not_found',
      });
      expect(await bench.fails('image_build', { context: 'app', tags: [`a@sha256:${'a'.repeat(64)}`] })).toMatchObject({
        code: 'invalid_input',
      });
    });

    it('sends links as links: what they point to stays out', async () => {
      mkdirSync(join(bench.root, 'links'));
      write('links/Dockerfile', `FROM ${bench.backend.image}\nCOPY . /in\nRUN readlink /in/out; cat /in/out | head -c 4; echo\n`);
      symlinkSync('/etc/debian_version', join(bench.root, 'links', 'out'));
      const { lines } = await build({ context: 'links', tags: [tag('links')] });
      expect(lines).toContain('/etc/debian_version');
      expect(lines.join('\n')).toContain("can't open '/in/out'");
    });

    it('refuses a context that is too large', async () => {
      const small = await bench.with({ build: { maxContextBytes: 2000 } });
      write('large/Dockerfile', `FROM ${bench.backend.image}\n`);
      write('large/data.bin', 'x'.repeat(5000));
      expect(await small.fails('image_build', { context: 'large', tags: [tag('large')] })).toMatchObject({
        code: 'too_large',
        hint: expect.stringContaining('.dockerignore'),
      });
    });

    it('ends the build when the call is cancelled', async () => {
      const word = bench.name('sleeper');
      write('slow/Dockerfile', `FROM ${bench.backend.image}\nRUN echo started ${word} && sleep 300\n`);
      const stop = new AbortController();
      const call = bench.fails(
        'image_build',
        { context: 'slow', tags: [tag('slow')], network: 'none', builder: 'classic', no_cache: true },
        { signal: stop.signal },
      );
      const running = async () =>
        (await bench.ok<{ containers: { command?: string }[] }>('container_list', {})).containers.filter((one) =>
          one.command?.includes(word),
        ).length;
      await expect.poll(running, { timeout: 15_000 }).toBe(1);
      stop.abort();
      expect(await call).toMatchObject({ code: 'cancelled' });
      await expect.poll(running, { timeout: 15_000 }).toBe(0);
    });
  });

  it('lists, inspects and shows the history, with secrets masked', async () => {
    write(
      'hist/Dockerfile',
      `FROM ${bench.backend.image}\nARG API_TOKEN\nENV DB_PASSWORD=hunter2 MODE=fast\nRUN echo x > /tmp/x\nEXPOSE 80\nUSER 65534\nENTRYPOINT ["sh"]\nHEALTHCHECK CMD ["true"]\n`,
    );
    const built = await build({ context: 'hist', tags: [tag('hist')], build_args: { API_TOKEN: 'hunter2' } });
    expect(JSON.stringify(built)).not.toContain('hunter2');
    const listed = await bench.ok<{ images: { names: string[]; size: number }[] }>('image_list', {
      name: bench.name('hist'),
      sort: 'size',
    });
    expect(listed.images).toMatchObject([{ names: [tag('hist')], size: expect.any(Number) }]);
    expect(await bench.ok('image_list', { name: 'nothing-like-it' })).toMatchObject({ images: [], total: 0, bytes: 0 });
    expect((await bench.ok<{ images: object[] }>('image_list', { dangling: false, sort: 'name', limit: 1 })).images).toHaveLength(1);
    const facts = await bench.ok('image_inspect', { image: tag('hist') });
    expect(facts).toMatchObject({
      image: {
        env: expect.arrayContaining(['DB_PASSWORD=[masked]', 'MODE=fast']),
        ports: ['80/tcp'],
        user: '65534',
        entrypoint: ['sh'],
        platform: expect.stringContaining('linux/'),
      },
    });
    const history = await bench.text('image_history', { image: tag('hist') });
    expect(history).toContain('EXPOSE 80');
    expect(history).not.toContain('hunter2');
    expect(await bench.fails('image_inspect', { image: 'no-such-image:1' })).toMatchObject({ code: 'not_found' });
    expect(await bench.fails('image_inspect', { image: 'a/../../containers/json' })).toMatchObject({ code: 'invalid_input' });
  });

  it('tags, says what lost the name, and removes', async () => {
    write('tagged/Dockerfile', `FROM ${bench.backend.image}\nLABEL n=${bench.name('n')}\n`);
    await build({ context: 'tagged', tags: [tag('tagged')] });
    expect(await bench.ok('image_tag', { image: bench.backend.image, name: tag('moved') })).not.toHaveProperty('moved_from');
    expect(await bench.ok('image_tag', { image: tag('tagged'), name: tag('moved') })).toMatchObject({ moved_from: expect.any(String) });
    expect(await bench.fails('image_tag', { image: tag('tagged'), name: 'Bad Name' })).toMatchObject({ code: 'invalid_input' });
    const planned = await bench.with({}, { confirm: 'plan' });
    expect(await planned.fails('image_remove', { image: tag('moved') })).toMatchObject({
      details: { plan: { summary: expect.stringContaining('keeps 1 other name') } },
    });
    expect(await bench.ok('image_remove', { image: tag('moved') })).toMatchObject({ untagged: [tag('moved')], deleted: [] });
    expect(await planned.fails('image_remove', { image: tag('tagged') })).toMatchObject({
      details: { plan: { summary: expect.stringContaining('Remove the image') } },
    });
    expect((await bench.ok<{ deleted: string[] }>('image_remove', { image: tag('tagged') })).deleted.length).toBeGreaterThan(0);
  });

  it('prunes what nothing uses, by label, with the build cache', async () => {
    const label = bench.name('prunable');
    write('prunable/Dockerfile', `FROM ${bench.backend.image}\nLABEL ${label}=yes\n`);
    await build({ context: 'prunable', tags: [tag('prunable'), tag('prunable-too')] });
    const planned = await bench.with({}, { confirm: 'plan' });
    expect(await bench.ok('image_prune', { labels: [label] })).toMatchObject({ removed: [] });
    const error = await planned.fails('image_prune', { labels: [label], all: true, build_cache: true });
    expect((error.details as { plan: { changes: string[] } }).plan.changes).toEqual([
      expect.stringContaining(tag('prunable')),
      expect.stringContaining('build cache'),
    ]);
    expect(await bench.ok('image_prune', { labels: [label], all: true, build_cache: true, older_than: '1h' })).toMatchObject({
      removed: [expect.stringContaining('build cache')],
    });
    expect(await bench.ok('image_prune', { labels: [label], all: true })).toMatchObject({
      removed: [expect.stringContaining(tag('prunable-too'))],
      failed: [],
    });
    expect(await bench.fails('image_inspect', { image: tag('prunable') })).toMatchObject({ code: 'not_found' });
  });

  it('pushes to a registry and pulls from it, with layers and digest', async () => {
    const registry = bench.backend.registry;
    expect(registry, 'the engine comes with a registry').toBeDefined();
    const image = `${registry}/${bench.name('pushed')}:1`;
    write('pushed/Dockerfile', `FROM ${bench.backend.image}\nCOPY big.txt /\n`);
    write('pushed/big.txt', bench.name('unique'));
    await build({ context: 'pushed', tags: [image] });
    const messages: string[] = [];
    const pushed = await bench.ok('image_push', { image }, { onProgress: ({ message }) => messages.push(message ?? '') });
    expect(pushed).toMatchObject({ image, digest: expect.stringMatching(/^sha256:/), layers: 2 });
    expect(messages.some((one) => one.includes('layers done'))).toBe(true);
    await bench.ok('image_remove', { image });
    const pulled = await bench.ok('image_pull', { image });
    expect(pulled).toMatchObject({ image, digest: pushed['digest'], up_to_date: false, layers: 2 });
    expect(await bench.ok('image_pull', { image })).toMatchObject({ up_to_date: true });
    await bench.ok('image_remove', { image });
    const ran = await bench.ok('container_run', {
      image,
      name: bench.name('pull-run'),
      network: 'none',
      command: ['cat', '/big.txt'],
      wait: true,
      auto_remove: true,
    });
    expect(ran).toMatchObject({ pulled: true, exit_code: 0, lines: [{ text: bench.name('unique') }] });
    expect(await bench.fails('image_push', { image: `${image.slice(0, -2)}@sha256:${'a'.repeat(64)}` })).toMatchObject({
      code: 'invalid_input',
    });
  });

  it('says why a pull or push failed', async () => {
    expect(await bench.fails('image_pull', { image: `${bench.backend.registry}/no-such:1` })).toMatchObject({
      code: 'not_found',
      hint: expect.any(String),
    });
    expect(await bench.fails('image_pull', { image: '127.0.0.1:1/x:1' })).toMatchObject({ code: 'unavailable' });
    expect(await bench.fails('image_push', { image: `${bench.backend.registry}/never-built:1` })).toMatchObject({ code: 'not_found' });
    await bench.ok('image_tag', { image: bench.backend.image, name: `127.0.0.1:1/${bench.name('nowhere')}:1` });
    expect(await bench.fails('image_push', { image: `127.0.0.1:1/${bench.name('nowhere')}:1` })).toMatchObject({ code: 'unavailable' });
  });

  describe('a registry that wants a sign-in', () => {
    const seen: (string | undefined)[] = [];
    let registry: Server;
    let address: string;
    beforeAll(async () => {
      registry = createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.setHeader('docker-distribution-api-version', 'registry/2.0');
        response.setHeader('www-authenticate', 'Basic realm="test"');
        response
          .writeHead(401, { 'content-type': 'application/json' })
          .end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => registry.once('listening', resolve));
      address = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
    });
    afterAll(() => void registry.close());

    it('gets the one of the settings, and nobody else gets it', async () => {
      const signed = await bench.with({ registries: { [address]: { username: 'ada', password: 'lovelace' } } });
      expect(await signed.fails('image_pull', { image: `${address}/private:1` })).toMatchObject({
        code: 'unauthenticated',
        hint: expect.stringContaining('registries'),
      });
      const basic = `Basic ${Buffer.from('ada:lovelace').toString('base64')}`;
      expect(seen).toContain(basic);
      seen.length = 0;
      expect(await bench.fails('image_pull', { image: `${address}/private:1` })).toMatchObject({ code: 'unauthenticated' });
      expect(seen).not.toContain(basic);
    });
  });

  it('ends a pull when the call is cancelled', async () => {
    const stuck = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => stuck.once('listening', resolve));
    const stop = new AbortController();
    const arrived = new Promise((resolve) => stuck.once('request', (request) => resolve(request)));
    const gone = new Promise((resolve) => stuck.once('request', (request) => request.once('close', () => resolve(true))));
    const call = bench.fails('image_pull', { image: `127.0.0.1:${(stuck.address() as AddressInfo).port}/x:1` }, { signal: stop.signal });
    await arrived;
    stop.abort();
    expect(await call).toMatchObject({ code: 'cancelled' });
    expect(await gone).toBe(true);
    stuck.closeAllConnections();
    stuck.close();
  });
});
