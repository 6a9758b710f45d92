import { ToolError } from '@deployment-engine/shared/contracts';
import type { Progress } from '@deployment-engine/shared/toolkit';
import { createContainer, inspectContainer, inspectImage, removeContainer, type ContainerBody, type Engine } from '../client/index.ts';
import type { Docker } from '../docker.ts';
import { demandNone, judgeBind, judgeContainer, judgeExisting, type World } from '../policy/index.ts';
import { isImageId } from '../report/image-name.ts';
import { isMissing } from '../tools/fields.ts';
import { pull } from '../transfer/pull.ts';
import { containerBody } from './container-body.ts';
import type { ContainerInput } from './container-fields.ts';

export interface Created {
  id: string;
  warnings: string[];
  pulled: boolean;
}

/**
 * Makes a container within what the operator allows: judged before it is made, and once more as the engine made it, since a volume or
 * network of that name may have become another in between.
 *
 * @throws ToolError `forbidden` naming the settings, `not_found` for the image, `conflict` for the name
 */
export async function createChecked(
  docker: Docker,
  engine: Engine,
  input: ContainerInput,
  world: World,
  report: (progress: Progress) => void,
): Promise<Created> {
  const { signal } = world;
  const body = containerBody(input, docker.config.defaults);
  demandNone(await judgeContainer(body.HostConfig, world));
  const checked = await withRealPaths(body, world);
  const pulled = await pullIfMissing(docker, engine, input, signal, report);
  // not the call's signal: a request that is cut off may still make a container, and then nobody would know its id
  const { Id: id, Warnings } = await createContainer(
    engine,
    checked,
    { name: input.name, platform: input.platform },
    AbortSignal.timeout(60_000),
  );
  try {
    demandNone(await judgeExisting(await inspectContainer(engine, id, signal), world));
  } catch (error) {
    await discard(engine, id);
    throw error;
  }
  return { id, warnings: Warnings ?? [], pulled };
}

/** Takes a container of this call away, also after the call was cancelled. */
export async function discard(engine: Engine, id: string): Promise<boolean> {
  try {
    await removeContainer(engine, id, { v: true, force: true }, AbortSignal.timeout(10_000));
    return true;
  } catch (error) {
    return isMissing(error);
  }
}

async function withRealPaths(body: ContainerBody, world: World): Promise<ContainerBody> {
  const mounts = (body.HostConfig.Mounts ?? []).map(async (mount) => {
    if (mount.Type !== 'bind') return mount;
    const { path, refusals } = await judgeBind(mount.Source ?? '', world, { mustExist: true });
    demandNone(refusals);
    return { ...mount, Source: path };
  });
  return { ...body, HostConfig: { ...body.HostConfig, Mounts: await Promise.all(mounts) } };
}

async function pullIfMissing(
  docker: Docker,
  engine: Engine,
  input: ContainerInput,
  signal: AbortSignal,
  report: (progress: Progress) => void,
): Promise<boolean> {
  try {
    await inspectImage(engine, input.image, signal);
    return false;
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (input.pull === 'never' || isImageId(input.image)) {
      throw new ToolError('not_found', `The engine has no image "${input.image}".`, {
        hint: 'Pull it with image_pull, or see image_list.',
        cause: error,
      });
    }
  }
  await pull(docker, engine, { image: input.image, platform: input.platform }, signal, report);
  return true;
}
