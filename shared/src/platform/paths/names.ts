import { ToolError } from '../../contracts/error.ts';

const LONGEST_PATH = 4096;

// Reserved by the Win32 name parser in every folder and with every extension (Microsoft, "Naming Files, Paths, and Namespaces").
const DEVICE_NAME = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;
const DRIVE = /^[a-z]:[\\/]/i;

/**
 * Refuses a path by its text alone, before anything touches the disk: what no file system of the platform can name, and what the
 * platform would read as something other than a file below a folder.
 *
 * @throws ToolError `invalid_input`
 */
export function refuseHostileName(path: string, platform: NodeJS.Platform): void {
  if (typeof path !== 'string' || path.trim() === '') {
    throw new ToolError('invalid_input', 'The path is empty.', { hint: 'Give a file or folder inside the allowed folders.' });
  }
  if (path.includes('\0')) throw new ToolError('invalid_input', 'The path holds a NUL byte.', { hint: 'Remove the NUL byte.' });
  if (path.length > LONGEST_PATH) {
    throw new ToolError('invalid_input', `The path is longer than ${LONGEST_PATH} characters.`, { hint: 'Give a shorter path.' });
  }
  if (path === '~' || path.startsWith('~/') || path.startsWith('~\\')) {
    throw new ToolError('invalid_input', 'A leading ~ is not expanded: only a shell does that.', {
      hint: 'Write the home folder out as an absolute path.',
    });
  }
  if (platform === 'win32') refuseHostileWindowsName(path);
}

function refuseHostileWindowsName(path: string): void {
  if (/^[\\/]{2}/.test(path)) {
    throw new ToolError('invalid_input', 'Network (UNC) and device paths are not accepted.', {
      hint: 'Give a path that begins with a drive letter, or one relative to an allowed folder.',
    });
  }
  const rest = DRIVE.test(path) ? path.slice(2) : path;
  if (rest.includes(':')) {
    throw new ToolError(
      'invalid_input',
      'A colon is accepted only in a leading drive such as C:\\ (no data streams, no drive-relative paths).',
      {
        hint: 'Remove the colon.',
      },
    );
  }
  for (const name of rest.split(/[\\/]/)) {
    if (name === '' || name === '.' || name === '..') continue;
    // Control characters are exactly what is looked for.
    // oxlint-disable-next-line no-control-regex
    if (/[<>"|?*\u0001-\u001f]/.test(name)) {
      throw new ToolError('invalid_input', 'The path holds a character that Windows does not allow in names.', {
        hint: 'Remove < > " | ? * and control characters.',
      });
    }
    if (/[. ]$/.test(name)) {
      throw new ToolError('invalid_input', 'A name ends in a dot or a space, which Windows silently drops.', {
        hint: 'Remove the trailing dot or space.',
      });
    }
    if (DEVICE_NAME.test(name)) {
      throw new ToolError('invalid_input', 'The path names a Windows device (such as CON, NUL or COM1).', { hint: 'Use another name.' });
    }
  }
}
