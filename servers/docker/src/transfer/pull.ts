import type { Progress } from '@deployment-engine/shared/toolkit';
import { inspectImage, pullImage, type Engine } from '../client/index.ts';
import type { Docker } from '../docker.ts';
import { fullName, parseImageName } from '../report/image-name.ts';
import { LayerTally } from './layers.ts';

export interface Pulled {
  image: string;
  id: string;
  digest: string | undefined;
  /** The engine already had exactly this. */
  upToDate: boolean;
  layers: number;
  transferred: number;
  existing: number;
  bytes: number;
}

/** Pulls one image, `latest` when neither tag nor digest is named. Aborting ends the pull. */
export async function pull(
  docker: Docker,
  engine: Engine,
  wanted: { image: string; platform?: string | undefined },
  signal: AbortSignal,
  report: (progress: Progress) => void,
): Promise<Pulled> {
  const name = parseImageName(wanted.image);
  const image = fullName(name);
  const tally = new LayerTally(report);
  const transfer = {
    repo: name.repo,
    tag: name.digest ?? name.tag ?? 'latest',
    registry: name.registry,
    login: docker.login(name.registry),
    platform: wanted.platform,
  };
  const stream = await pullImage(engine, transfer, signal);
  await engine.follow(stream, (event) => tally.add(event), signal);
  tally.demandSuccess(`Pulling ${image} failed`);
  const { Id: id } = await inspectImage(engine, image, signal);
  return { image, id, digest: tally.digest, upToDate: /up to date/i.test(tally.status), ...tally.summary() };
}
