import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeWith,
  open,
  sessionOf,
  type DockerBackend,
  type OpenOptions,
  type OpenServer,
  type Session,
} from '@deployment-engine/shared/testing';
import { afterAll, beforeAll } from 'vitest';
import {
  Engine,
  listContainers,
  listImages,
  listNetworks,
  listVolumes,
  parseAddress,
  removeContainer,
  removeImage,
  removeNetwork,
  removeVolume,
} from '../client/index.ts';
import { server } from '../server.ts';

/** What the tests of one file work with: a real engine, a folder that is the only root, and names that nobody else uses. */
export interface Bench extends Session {
  backend: DockerBackend;
  engine: Engine;
  root: string;
  /** A name of this file's own; what bears it is removed at the end. */
  name(word: string): string;
  /** A further server, closed at the end. */
  with(config: object, options?: OpenOptions): Promise<Session>;
}

export const soon = (): AbortSignal => AbortSignal.timeout(20_000);

/** A suite against the real engine. What the tests made, by name, is removed at the end. */
export function dockerSuite(title: string, body: (bench: Bench) => void, config: object = {}): void {
  describeWith(
    'docker',
    (backend) => {
      const prefix = `t${randomBytes(5).toString('hex')}`;
      const engine = new Engine('bench', parseAddress({ host: backend.host }, 'test'));
      const root = realpathSync(mkdtempSync(join(tmpdir(), 'docker-roots-')));
      const opened: OpenServer[] = [];
      const start = async (more: object, options: OpenOptions = {}): Promise<Session> => {
        const opening = await open(server, { roots: [root], config: { hosts: { bench: { host: backend.host } }, ...more }, ...options });
        opened.push(opening);
        return sessionOf(opening);
      };
      const bench: Bench = {
        get server() {
          return session.server;
        },
        ok: (tool, args, options) => session.ok(tool, args, options),
        text: (tool, args) => session.text(tool, args),
        fails: (tool, args, options) => session.fails(tool, args, options),
        backend,
        engine,
        root,
        name: (word) => `${prefix}-${word}`,
        with: start,
      };
      let session: Session;
      beforeAll(async () => {
        session = await start(config);
      });
      afterAll(async () => {
        await Promise.all(opened.map((one) => one.close()));
        await sweep(engine, prefix);
        rmSync(root, { recursive: true, force: true });
      });
      body(bench);
    },
    title,
  );
}

async function sweep(engine: Engine, prefix: string): Promise<void> {
  const signal = soon();
  const containers = await listContainers(engine, { all: true, filters: { name: [prefix] } }, signal);
  await Promise.allSettled(containers.map((one) => removeContainer(engine, one.Id, { v: true, force: true }, signal)));
  const [images, networks, volumes] = await Promise.all([
    listImages(engine, {}, signal),
    listNetworks(engine, {}, signal),
    listVolumes(engine, {}, signal),
  ]);
  const names = images.flatMap((one) => one.RepoTags ?? []).filter((tag) => tag.includes(prefix));
  await Promise.allSettled([
    ...names.map((name) => removeImage(engine, name, { force: true, noprune: false }, signal)),
    ...networks.filter((one) => one.Name.startsWith(prefix)).map((one) => removeNetwork(engine, one.Id, signal)),
    ...volumes.filter((one) => one.Name.startsWith(prefix)).map((one) => removeVolume(engine, one.Name, { force: true }, signal)),
  ]);
}

/** Waits until it is told to end. */
export const IDLE = ['sh', '-c', 'echo ready; trap "exit 0" TERM; while :; do sleep 0.1; done'];

/** Starts a container that waits until it is told to end. */
export async function idle(bench: Bench, word: string, more: object = {}): Promise<string> {
  const name = bench.name(word);
  await bench.ok('container_run', { image: bench.backend.image, name, network: 'none', command: IDLE, pull: 'never', ...more });
  return name;
}
