import { mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { ToolError } from '../../contracts/error.ts';

export const HOME_VARIABLE = 'DEPLOYMENT_ENGINE_HOME';

/**
 * Where the program keeps what outlives it: DEPLOYMENT_ENGINE_HOME, else the platform's place (XDG base directories, Application
 * Support, %LOCALAPPDATA%). Only names the folder; {@link ensureStateFolder} makes it, on the first write.
 *
 * @throws ToolError `invalid_input` when the variable is empty or not an absolute path
 */
export function stateHome(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const flavour = platform === 'win32' ? win32 : posix;
  const named = env[HOME_VARIABLE];
  if (named !== undefined) {
    if (!flavour.isAbsolute(named)) {
      throw new ToolError('invalid_input', `${HOME_VARIABLE} must be an absolute path.`, {
        hint: 'Set it to a folder of your own, or unset it.',
      });
    }
    return flavour.normalize(named);
  }
  if (platform === 'win32') return win32.join(env.LOCALAPPDATA ?? win32.join(home, 'AppData', 'Local'), 'Deployment Engine');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Deployment Engine');
  // The XDG specification has relative values ignored.
  const state = env.XDG_STATE_HOME;
  const base = state !== undefined && posix.isAbsolute(state) ? state : posix.join(home, '.local', 'state');
  return posix.join(base, 'deployment-engine');
}

/**
 * Makes a folder for state, mode 0700, with what is above it. One that exists is used as it is, unless another user could put files of
 * his own into it.
 *
 * @throws ToolError `forbidden`, `unavailable`
 */
export async function ensureStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ToolError('unavailable', `The state folder ${folder} cannot be made.`, {
      hint: `Check its permissions, or set ${HOME_VARIABLE} to a folder of your own.`,
      cause: error,
    });
  }
  const facts = await stat(folder);
  const uid = process.getuid?.();
  if (uid === undefined) return;
  const hint = `Run chmod 700 on it, or set ${HOME_VARIABLE} to a folder of your own.`;
  if (facts.uid !== uid && facts.uid !== 0)
    throw new ToolError('forbidden', `The state folder ${folder} belongs to another user.`, { hint });
  // Group and others; a shared folder with the sticky bit (such as /tmp) still lets nobody replace another's file.
  if ((facts.mode & 0o022) !== 0 && (facts.mode & 0o1000) === 0) {
    throw new ToolError('forbidden', `Other users can write to the state folder ${folder}.`, { hint });
  }
}
