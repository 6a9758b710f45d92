import { posix } from 'node:path';
import { judgeBind } from './bind.ts';
import type { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** Mount options that keep a tmpfs a tmpfs. `bind` is not among them: with it the kernel ignores the type (mount(2), MS_BIND). */
const TMPFS_OPTION = /^(?:size|mode|uid|gid|nr_inodes|nr_blocks)=[\w%]+$|^(?:ro|rw|noexec|nosuid|nodev|noatime|exec)$/;

export interface VolumeVerdict {
  refusals: Refusal[];
  /** The options with a bound folder's real path. */
  options: Record<string, string>;
}

/**
 * Whether a volume of this driver and these options may be made or mounted. The local driver hands `type`, `o` and `device` to mount(2):
 * `type=none,o=bind,device=/etc` is a bind mount under another name.
 */
export async function judgeVolume(
  name: string,
  driver: string,
  given: Record<string, string> | null | undefined,
  world: World,
): Promise<VolumeVerdict> {
  const options = { ...given };
  const { allow } = world;
  if (driver !== '' && driver !== 'local') {
    const listed = allow.volumeDrivers.includes(driver);
    return {
      options,
      refusals: listed
        ? []
        : [{ what: `the volume ${name} with the driver ${driver}`, setting: `allow.volumeDrivers must list "${driver}"` }],
    };
  }
  const { type = '', o = '', device = '' } = options;
  if (Object.keys(options).every((key) => key === 'size')) return { options, refusals: [] };

  const flags = o
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  if (flags.some((one) => one === 'bind' || one === 'rbind')) {
    if (!posix.isAbsolute(device)) {
      return {
        options,
        refusals: [
          {
            what: `the volume ${name}, bound to the relative path "${device}"`,
            setting: 'a bind needs an absolute device; no setting allows this',
          },
        ],
      };
    }
    const { refusals, path } = await judgeBind(device, world);
    const through = refusals.map((one) => ({ ...one, what: `the volume ${name}: ${one.what}` }));
    return { refusals: through, options: { ...options, device: path } };
  }
  if (type === 'tmpfs' && flags.every((one) => TMPFS_OPTION.test(one))) return { options, refusals: [] };
  if (allow.volumeOptions) return { options, refusals: [] };
  return {
    options,
    refusals: [{ what: `the volume ${name} with the driver options type=${type || 'none'},o=${o}`, setting: 'allow.volumeOptions = true' }],
  };
}
