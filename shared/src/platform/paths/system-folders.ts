import { posix, win32 } from 'node:path';

// Refused with everything below them.
const POSIX_TREES = [
  '/bin /sbin /etc /proc /sys /dev /boot /lost+found /run /snap /nix /System /Library /Applications /cores /private/etc',
  '/usr/bin /usr/sbin /usr/lib /usr/libexec /usr/share /usr/include /usr/local/bin /usr/local/sbin /usr/local/lib /usr/local/etc',
  '/var/log /var/run /var/spool /var/cache /var/db /var/lock /var/lib/docker /private/var/log /private/var/run /private/var/db',
]
  .join(' ')
  .split(' ');

// Refused themselves; folders below them may be somebody's work (/usr/src/app, /var/www/site, /home/ana/project, /tmp/build).
const POSIX_FOLDERS = [
  '/ /usr /usr/local /usr/src /var /var/lib /var/tmp /var/www /opt /srv /mnt /media /tmp /home /root /Users /Users/Shared /Volumes',
  '/private /private/var /private/tmp /private/var/tmp',
]
  .join(' ')
  .split(' ');

const WINDOWS_TREES = [
  'windows',
  'program files',
  'program files (x86)',
  'programdata',
  '$recycle.bin',
  'system volume information',
  'recovery',
];
const CREDENTIAL_FOLDERS = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.gcloud', '.password-store']);

/**
 * Why a folder must not become a root by mere chance of being the current one, or undefined when it may.
 * An operator who names such a folder in DEPLOYMENT_ENGINE_ROOTS is believed.
 */
export function tooWideBecause(folder: string, home: string, platform: NodeJS.Platform): string | undefined {
  return platform === 'win32' ? windowsReason(folder, home) : posixReason(folder, home, platform);
}

function posixReason(folder: string, home: string, platform: NodeJS.Platform): string | undefined {
  const fold = (path: string) => (platform === 'darwin' ? path.toLowerCase() : path);
  const at = fold(posix.normalize(folder).replace(/(.)\/+$/, '$1'));
  const own = fold(posix.normalize(home).replace(/(.)\/+$/, '$1'));
  if (at === '/') return 'it is the root of the file system';
  if (at === own) return 'it is a home folder';
  if (own.startsWith(`${at}/`)) return 'it holds a home folder';
  if (/^\/(?:home|users)\/[^/]+$/i.test(at)) return 'it is a home folder';
  const below = at.startsWith(`${own}/`) ? at.slice(own.length + 1).split('/') : [];
  if (below.some((name) => CREDENTIAL_FOLDERS.has(name))) return 'it holds credentials';
  if (/^\/(?:usr\/)?lib(?:32|64|x32|exec)?(?:\/|$)/.test(at)) return 'it is a system folder';
  if (POSIX_FOLDERS.some((one) => at === fold(one))) return 'it is a system folder';
  return POSIX_TREES.some((one) => at === fold(one) || at.startsWith(`${fold(one)}/`)) ? 'it is a system folder' : undefined;
}

function windowsReason(folder: string, home: string): string | undefined {
  const tidy = (path: string) => win32.normalize(path).toLowerCase().replace(/\\+$/, '');
  const at = tidy(folder);
  const own = tidy(home);
  if (at.startsWith('\\\\')) return 'it is on the network';
  if (/^[a-z]:$/.test(at) || at === '') return 'it is the root of a drive';
  if (at === own) return 'it is a home folder';
  if (own.startsWith(`${at}\\`)) return 'it holds a home folder';
  const names = at.split('\\').slice(1);
  if (names[0] === 'users' && names.length <= 2) return 'it is a home folder';
  const below = at.startsWith(`${own}\\`) ? at.slice(own.length + 1).split('\\') : [];
  if (below.some((name) => CREDENTIAL_FOLDERS.has(name))) return 'it holds credentials';
  return WINDOWS_TREES.includes(names[0] ?? '') ? 'it is a system folder' : undefined;
}
