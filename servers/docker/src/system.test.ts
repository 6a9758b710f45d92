import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createRelay, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { open } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine, findEngine, parseAddress, usualSockets, engineVersion } from './client/index.ts';
import { DockerConfig } from './config.ts';
import { Docker } from './docker.ts';
import { server } from './server.ts';
import { dockerSuite, soon } from './testing/fixture.ts';

const listening = (one: { once(event: 'listening', then: () => void): unknown }) =>
  new Promise<void>((resolve) => one.once('listening', resolve));

dockerSuite('the engine itself', (bench) => {
  it('tells version, machine and disk space', async () => {
    expect(await bench.ok('system_version')).toMatchObject({
      host: 'bench',
      version: expect.any(String),
      api: expect.stringMatching(/^1\./),
      platform: expect.stringContaining('linux/'),
    });
    expect(await bench.ok('system_info')).toMatchObject({
      host: 'bench',
      machine: { cpus: expect.any(Number) },
      containers: { total: expect.any(Number) },
      engine: { storage: expect.any(String) },
    });
    const usage = await bench.ok<{ images: { bytes: number }; total_bytes: number }>('system_df', { largest: 2 });
    expect(usage.images.bytes).toBeGreaterThan(0);
    expect(usage.total_bytes).toBeGreaterThanOrEqual(usage.images.bytes);
    for (const tool of ['system_version', 'system_info', 'system_df']) expect(await bench.text(tool)).toContain('bench');
  });

  it('tells what happened, by container and action', async () => {
    const name = bench.name('eventful');
    await bench.ok('container_run', { image: bench.backend.image, name, network: 'none', command: ['sh', '-c', 'exit 7'], wait: true });
    const { events } = await bench.ok<{ events: { action: string; exit_code?: number }[] }>('system_events', {
      container: name,
      since: '10m',
    });
    expect(events.map((one) => one.action)).toEqual(expect.arrayContaining(['create', 'start', 'die']));
    expect(events.find((one) => one.action === 'die')).toMatchObject({ name, exit_code: 7 });
    expect(await bench.ok('system_events', { container: name, actions: ['die'], types: ['container'], limit: 1 })).toMatchObject({
      events: [{ action: 'die' }],
      truncated: false,
    });
    expect(await bench.ok('system_events', { container: name, limit: 1 })).toMatchObject({ truncated: true });
    expect(await bench.text('system_events', { container: name })).toContain('exit 7');
    expect(await bench.fails('system_events', { since: '2030-01-01T00:00:00Z' })).toMatchObject({ code: 'invalid_input' });
  });

  it('has logs as resources and a prompt, completed from the engine', async () => {
    const name = bench.name('resource');
    await bench.ok('container_run', {
      image: bench.backend.image,
      name,
      network: 'none',
      command: ['sh', '-c', 'echo from the log; sleep 600'],
    });
    const { runtime } = bench.server;
    const caller = bench.server.caller();
    const uri = `docker://bench/containers/${name}/logs`;
    expect(await runtime.listResources(caller)).toEqual(expect.arrayContaining([expect.objectContaining({ uri })]));
    await expect.poll(async () => JSON.stringify(await runtime.readResource(uri, caller))).toContain('from the log');
    await expect(runtime.readResource('docker://bench/containers/..%2F..%2Fimages/logs', caller)).rejects.toMatchObject({
      code: 'not_found',
    });
    const template = { type: 'ref/resource', uri: 'docker://{host}/containers/{container}/logs' } as const;
    expect(await runtime.complete(template, { name: 'container', value: name.slice(0, 8) }, {}, caller)).toMatchObject({
      values: expect.arrayContaining([name]),
    });
    expect(await runtime.complete(template, { name: 'host', value: 'b' }, {}, caller)).toMatchObject({ values: ['bench'] });
    const prompt = await runtime.getPrompt('diagnose_container', { container: name, host: 'bench' }, caller);
    expect(JSON.stringify(prompt)).toContain('container_diagnose');
    expect(
      await runtime.complete(
        { type: 'ref/prompt', name: 'diagnose_container' },
        { name: 'container', value: name.slice(0, 8) },
        {},
        caller,
      ),
    ).toMatchObject({ values: expect.arrayContaining([name]) });
  });

  describe('several hosts', () => {
    it('are read by default from the first, and changed only by name', async () => {
      const host = bench.backend.host;
      const two = await bench.with({
        hosts: { one: { host }, two: { host, readOnly: true }, gone: { host: 'unix:///nonexistent/docker.sock' } },
      });
      expect(await two.ok('system_version')).toMatchObject({ host: 'one' });
      expect(await two.ok('system_version', { host: 'two' })).toMatchObject({ host: 'two' });
      expect(await two.fails('volume_create', { name: bench.name('nowhere') })).toMatchObject({
        code: 'invalid_input',
        hint: expect.stringContaining('one, two, gone'),
      });
      expect(await two.fails('volume_create', { name: bench.name('nowhere'), host: 'two' })).toMatchObject({ code: 'read_only' });
      expect(await two.fails('volume_remove', { volume: bench.name('nowhere'), host: 'two' })).toMatchObject({ code: 'read_only' });
      expect(await two.fails('system_version', { host: 'gone' })).toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('ENOENT'),
      });
      expect(await two.ok('host_list')).toMatchObject({
        hosts: [
          { name: 'one', reachable: true, read_only: false, roots_apply: true },
          { name: 'two', reachable: true, read_only: true },
          { name: 'gone', reachable: false, problem: expect.stringContaining('Start the Docker engine') },
        ],
      });
      expect(await two.text('host_list')).toContain('2 of 3');
    });
  });

  describe('over TCP', () => {
    const sockets = new Set<Socket>();
    const relay = createRelay({ allowHalfOpen: true }, (socket) => {
      const up = connect({ path: bench.backend.socketPath, allowHalfOpen: true });
      for (const one of [socket, up]) {
        sockets.add(one);
        one.on('error', () => undefined).on('close', () => sockets.delete(one));
      }
      socket.pipe(up).pipe(socket);
    });
    let port: number;
    beforeAll(async () => {
      relay.listen(0, '127.0.0.1');
      await listening(relay);
      port = (relay.address() as AddressInfo).port;
    });
    afterAll(() => {
      for (const one of sockets) one.destroy();
      relay.close();
    });

    it('works the same, whatever DOCKER_HOST of this process says', async () => {
      const before = { ...process.env };
      process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
      try {
        const far = await bench.with({ hosts: { far: { host: `tcp://127.0.0.1:${port}` } } });
        expect(await far.ok('system_version')).toMatchObject({ host: 'far' });
        const name = bench.name('far');
        await far.ok('container_run', { image: bench.backend.image, name, network: 'none', command: ['sleep', '600'] });
        expect(await far.ok('container_exec', { container: name, command: ['cat'], input: 'over tcp' })).toMatchObject({
          exit_code: 0,
          lines: [{ text: 'over tcp' }],
        });
      } finally {
        if (before['DOCKER_HOST'] === undefined) delete process.env['DOCKER_HOST'];
        else process.env['DOCKER_HOST'] = before['DOCKER_HOST'];
      }
    });

    it('has no roots: only what the operator lists can be mounted there', async () => {
      const far = await bench.with({ hosts: { far: { host: `tcp://127.0.0.1:${port}` } } });
      const run = {
        image: bench.backend.image,
        name: bench.name('far-mount'),
        network: 'none',
        command: ['true'],
        wait: true,
        mounts: [{ type: 'bind', source: bench.root, target: '/mnt' }],
      };
      expect(await far.fails('container_run', run)).toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('on the host "far"'),
        hint: expect.stringContaining('allow.bindMounts'),
      });
      const listed = await bench.with({ hosts: { far: { host: `tcp://127.0.0.1:${port}` } }, allow: { bindMounts: [bench.root, '/var'] } });
      expect(await listed.ok('container_run', run)).toMatchObject({ exit_code: 0 });
      const bind = (source: string) => listed.fails('container_run', { ...run, mounts: [{ type: 'bind', source, target: '/mnt' }] });
      expect(await bind(`${bench.root}/../../etc`)).toMatchObject({ code: 'forbidden' });
      expect(await bind('relative')).toMatchObject({ code: 'forbidden' });
      expect(await bind('/var/run')).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('allow.dockerSocket') });
    });
  });

  describe('found without settings', () => {
    const sockets = () => [bench.backend.host];
    const home = () => join(bench.root, 'home');
    const write = (path: string, content: unknown) => {
      mkdirSync(join(home(), path, '..'), { recursive: true });
      writeFileSync(join(home(), path), typeof content === 'string' ? content : JSON.stringify(content));
    };
    const find = (env: Record<string, string> = {}, more: object = {}) =>
      findEngine('local', { env, home: home(), platform: 'linux', ...more });
    const contextMeta = (name: string, host: string) =>
      write(`.docker/contexts/meta/${createHash('sha256').update(name).digest('hex')}/meta.json`, {
        Name: name,
        Endpoints: { docker: { Host: host } },
      });

    it('by a socket that answers, with an empty environment', async () => {
      const engine = await find({}, { sockets: ['unix:///nonexistent/one.sock', ...sockets()] });
      expect(engine.address).toEqual({ kind: 'socket', path: bench.backend.socketPath });
      expect(await engineVersion(engine, soon())).toMatchObject({ ApiVersion: expect.any(String) });
    });

    it('by DOCKER_HOST, before anything else', async () => {
      write('.docker/config.json', { currentContext: 'elsewhere' });
      contextMeta('elsewhere', 'tcp://127.0.0.1:1');
      expect((await find({ DOCKER_HOST: bench.backend.host })).address).toEqual({ kind: 'socket', path: bench.backend.socketPath });
      expect((await find({ DOCKER_HOST: 'tcp://127.0.0.1:2', DOCKER_TLS_VERIFY: '1' })).address).toMatchObject({ port: 2, tls: {} });
      await expect(find({ DOCKER_HOST: 'ssh://host' })).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('DOCKER_HOST'),
      });
    });

    it('by the docker context, with its certificates', async () => {
      write('.docker/config.json', { currentContext: 'desktop' });
      contextMeta('desktop', bench.backend.host);
      expect((await find()).address).toEqual({ kind: 'socket', path: bench.backend.socketPath });
      contextMeta('secure', 'tcp://127.0.0.1:2376');
      const tls = `.docker/contexts/tls/${createHash('sha256').update('secure').digest('hex')}/docker`;
      write(`${tls}/ca.pem`, 'CA');
      write(`${tls}/key.pem`, 'KEY');
      const { address } = await find({ DOCKER_CONTEXT: 'secure' });
      expect(address).toMatchObject({ kind: 'tcp', port: 2376, tls: { ca: 'CA' } });
      expect(JSON.stringify(address)).not.toContain('KEY');
      write('other/config.json', { currentContext: 'default' });
      expect((await find({ DOCKER_CONFIG: join(home(), 'other') }, { sockets: sockets() })).address).toEqual({
        kind: 'socket',
        path: bench.backend.socketPath,
      });
    });

    it('past settings that are broken or lead nowhere', async () => {
      for (const content of ['not json', '[]', { currentContext: 5 }, { currentContext: 'no-such-context' }]) {
        write('.docker/config.json', content);
        expect((await find({}, { sockets: sockets() })).address.kind).toBe('socket');
      }
    });

    it('or not at all, with every place that was tried', async () => {
      write('.docker/config.json', {});
      const plain = join(bench.root, 'no-socket');
      writeFileSync(plain, '');
      await expect(find({}, { sockets: ['unix:///nonexistent/one.sock', `unix://${plain}`] })).rejects.toMatchObject({
        code: 'missing_dependency',
        hint: expect.stringContaining('DOCKER_HOST'),
        details: { tried: ['unix:///nonexistent/one.sock: not there', expect.stringContaining('no-socket')] },
      });
    });

    it('looks in the usual places of each system', () => {
      const linux = usualSockets({ env: { XDG_RUNTIME_DIR: '/run/user/7' }, home: '/home/ada', platform: 'linux', uid: 7 });
      expect(linux[0]).toBe('unix:///var/run/docker.sock');
      for (const part of [
        '/home/ada/.docker/run/docker.sock',
        '/home/ada/.docker/desktop/docker.sock',
        '/home/ada/.colima/default/docker.sock',
        '/run/user/7/docker.sock',
        '/run/user/7/podman/podman.sock',
        '/run/podman/podman.sock',
      ])
        expect(linux).toContain(`unix://${part}`);
      expect(new Set(linux).size).toBe(linux.length);
      expect(usualSockets({ env: {}, platform: 'win32' })).toContain('npipe:////./pipe/docker_engine');
    });

    it('serves tools under the name local, and says whether it is ready', async () => {
      const found = await open(server, { env: { DOCKER_HOST: bench.backend.host } });
      expect(await found.call('container_list')).toMatchObject({ ok: true, output: { host: 'local' } });
      await found.close();
      const missing = await open(server, { env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } });
      expect(await missing.call('container_list')).toMatchObject({ ok: false, error: { code: 'unavailable' } });
      await missing.close();
      for (const [host, expected] of [
        [bench.backend.host, { ready: true, detail: expect.stringContaining(bench.backend.host) }],
        [
          'unix:///nonexistent/docker.sock',
          { ready: false, missing: expect.stringContaining('does not answer'), hint: expect.stringContaining('Start the Docker engine') },
        ],
      ] as const) {
        const docker = new Docker({ config: DockerConfig.parse({ hosts: { here: { host } } }), env: {} });
        // the probe asks only for the signal beside the backends
        expect(await server.probe?.({ docker }, {} as never, soon())).toEqual(expected);
      }
    });
  });

  describe('an engine that misbehaves', () => {
    let hostile: Server;
    let engine: Engine;
    const followed: string[] = [];
    const answers: Record<string, (url: string) => { status: number; headers?: Record<string, string>; body?: string }> = {
      '/version': () => ({ status: 301, headers: { location: `http://127.0.0.1:${(hostile.address() as AddressInfo).port}/followed` } }),
      '/followed': () => ({ status: 200, body: '{"Version":"evil"}' }),
      '/info': () => ({ status: 200, body: '<html>not json' }),
      '/containers/json': () => ({ status: 200, body: 'null' }),
      '/system/df': () => ({ status: 500, body: '{"message":"bad \\u001b[31mnews\\u202e"}' }),
    };
    beforeAll(async () => {
      hostile = createServer((request, response) => {
        const path = (request.url ?? '').replace(/\?.*$/, '');
        followed.push(path);
        const { status, headers = {}, body = '' } = answers[path]?.(path) ?? { status: 404 };
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
      }).listen(0, '127.0.0.1');
      await listening(hostile);
      engine = new Engine('hostile', parseAddress({ host: `tcp://127.0.0.1:${(hostile.address() as AddressInfo).port}` }, 'test'));
    });
    afterAll(() => {
      hostile.closeAllConnections();
      hostile.close();
    });

    it('is not followed elsewhere, and its answers are not trusted', async () => {
      await expect(engineVersion(engine, soon())).rejects.toMatchObject({ code: expect.stringMatching(/unavailable|upstream_error/) });
      expect(followed).not.toContain('/followed');
      await expect(engine.json({ path: ['info'], signal: soon() })).rejects.toMatchObject({
        code: 'upstream_error',
        message: expect.stringContaining('not JSON'),
      });
      expect(await engine.json({ path: ['containers', 'json'], signal: soon() })).toBeUndefined();
      await expect(engine.json({ path: ['system', 'df'], signal: soon() })).rejects.toMatchObject({
        message: 'The engine answered: bad  [31mnews',
      });
    });

    it('encodes names so that they stay one part of the path', async () => {
      followed.length = 0;
      await expect(engine.json({ path: ['containers', '../images/x?y=1#z', 'json'], signal: soon() })).rejects.toMatchObject({
        code: 'not_found',
      });
      expect(followed).toEqual(['/containers/..%2Fimages%2Fx%3Fy%3D1%23z/json']);
    });
  });

  it('cannot be reached without permission, and says so', async () => {
    // root may open any socket: what the message says is proved on the failure itself, in client/address.test.ts
    const locked = join(bench.root, 'locked.sock');
    copyFileSync('/dev/null', locked);
    chmodSync(locked, 0o600);
    const bad = await bench.with({ hosts: { bad: { host: `unix://${locked}` } } });
    expect(await bad.fails('system_info')).toMatchObject({ code: 'unavailable', hint: expect.any(String) });
  });
});
