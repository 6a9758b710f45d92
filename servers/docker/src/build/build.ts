import { maskText } from '@deployment-engine/shared/platform';
import { posix, sep } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { Roots } from '@deployment-engine/shared/platform';
import type { Progress } from '@deployment-engine/shared/toolkit';
import {
  buildImage,
  engineVersion,
  failureFromWords,
  inspectImage,
  packContext,
  type Engine,
  type ProgressEvent,
} from '../client/index.ts';
import type { Docker } from '../docker.ts';
import { LineCollector, type Line } from '../report/lines.ts';

export interface BuildWish {
  context: string;
  dockerfile: string;
  tags: string[];
  builder: 'auto' | 'classic' | 'buildkit';
  buildArgs: Record<string, string>;
  labels: Record<string, string>;
  target: string | undefined;
  platform: string | undefined;
  network: string | undefined;
  noCache: boolean;
  pull: boolean;
  memory: number | undefined;
  tail: number;
}

export interface Built {
  id: string;
  size: number;
  builder: 'classic' | 'buildkit';
  files: number;
  bytes: number;
  lines: Line[];
  dropped: number;
}

/** Builds an image from a folder inside the roots. Aborting ends the build. */
export async function build(
  docker: Docker,
  engine: Engine,
  wish: BuildWish,
  roots: Roots,
  signal: AbortSignal,
  report: (progress: Progress) => void,
): Promise<Built> {
  const { folder, dockerfile } = await findContext(wish, roots);
  const builder = wish.builder === 'auto' ? await usualBuilder(engine, signal) : wish.builder;
  const { maxBytes, maxFileBytes } = { maxBytes: docker.config.build.maxContextBytes, maxFileBytes: docker.config.build.maxFileBytes };
  const sent = { files: 0, bytes: 0 };
  const packed = (files: number, bytes: number) => Object.assign(sent, { files, bytes });
  const context = await packContext({ folder, roots, dockerfile, maxBytes, maxFileBytes, signal, packed });
  const follower = new BuildFollower(wish.tail, report);
  try {
    const query = {
      t: wish.tags,
      dockerfile,
      buildargs: wish.buildArgs,
      labels: wish.labels,
      target: wish.target,
      platform: wish.platform,
      networkmode: wish.network,
      nocache: wish.noCache,
      pull: wish.pull,
      memory: wish.memory,
      version: builder === 'buildkit' ? ('2' as const) : ('1' as const),
    };
    const stream = await buildImage(engine, query, docker.config.registries, context, signal);
    await engine.follow(stream, (event) => follower.add(event), signal);
  } finally {
    context.destroy();
  }
  const { lines, dropped, id } = follower.end();
  const facts = await inspectImage(engine, id, signal);
  return { id: facts.Id, size: facts.Size ?? 0, builder, ...sent, lines, dropped };
}

/** The context's real path and the Dockerfile's place in it: a link that leads out of the context would bring in a file from elsewhere. */
async function findContext({ context, dockerfile }: BuildWish, roots: Roots): Promise<{ folder: string; dockerfile: string }> {
  const folder = await roots.resolve(context, { kind: 'directory' });
  let file: string;
  try {
    file = await roots.resolve(dockerfile, { kind: 'file', base: folder });
  } catch (error) {
    if (error instanceof ToolError && error.code === 'not_found') {
      throw new ToolError('not_found', `There is no ${dockerfile} in the build context.`, {
        hint: 'Give its path below the context in dockerfile.',
        cause: error,
      });
    }
    throw error;
  }
  const inside = file.startsWith(folder.endsWith(sep) ? folder : folder + sep)
    ? file.slice(folder.length).replace(/^[\\/]/, '')
    : undefined;
  if (inside === undefined)
    throw new ToolError('forbidden', 'The Dockerfile lies outside the build context.', {
      hint: 'Put it into the context, or give a context that holds it.',
    });
  return { folder, dockerfile: inside.split(sep).join(posix.sep) };
}

/** Engines since 23 use BuildKit unless told otherwise; older ones know it but keep the classic builder. */
async function usualBuilder(engine: Engine, signal: AbortSignal): Promise<'classic' | 'buildkit'> {
  const { Version = '', Components } = await engineVersion(engine, signal);
  const podman = (Components ?? []).some((one) => /podman/i.test(one.Name));
  return !podman && Number.parseInt(Version, 10) >= 23 ? 'buildkit' : 'classic';
}

/** Turns a build's records into lines, progress and the image's id. */
class BuildFollower {
  readonly #report: (progress: Progress) => void;
  readonly #lines: LineCollector;
  #steps = 0;
  #id: string | undefined;
  #failure: string | undefined;

  constructor(tail: number, report: (progress: Progress) => void) {
    this.#report = report;
    this.#lines = new LineCollector({ lines: tail, characters: 60_000 });
  }

  add(event: ProgressEvent): void {
    const failure = event.errorDetail?.message ?? event.error;
    if (failure !== undefined) this.#failure = failure;
    if (event.aux?.ID !== undefined) this.#id = event.aux.ID;
    const text = event.stream ?? (event.status === undefined ? '' : `${event.id === undefined ? '' : `${event.id}: `}${event.status}\n`);
    if (text === '') return;
    this.#lines.add({ stream: 'stdout', bytes: Buffer.from(text) });
    const words = text.trim().split('\n').at(-1) ?? '';
    if (words === '') return;
    this.#steps += 1;
    this.#report({ progress: this.#steps, message: words.slice(0, 200) });
  }

  /** @throws ToolError `upstream_error` with the last lines when the build failed */
  end(): { lines: Line[]; dropped: number; id: string } {
    const { lines, dropped } = this.#lines.end();
    if (this.#failure !== undefined) {
      const error = failureFromWords(maskText(this.#failure), 'The build failed');
      throw new ToolError(error.code, error.message, {
        hint: error.hint ?? 'The last lines of its output are in the details.',
        details: { output: lines.slice(-40).map((one) => maskText(one.text)) },
      });
    }
    if (this.#id === undefined)
      throw new ToolError('upstream_error', 'The build ended without an image.', {
        details: { output: lines.slice(-40).map((one) => maskText(one.text)) },
      });
    return { lines, dropped, id: this.#id };
  }
}
