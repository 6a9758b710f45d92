import { isAbsolute, relative, sep } from 'node:path';

/** The part of a path below a folder ('' for the folder itself), or undefined when it does not lie there. Both absolute; compares text only. */
export function below(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : inside;
}
