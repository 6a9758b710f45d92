import { posix } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import { entriesOf, kindBehind, readFileInside, type PrivateFolder, type Roots } from '@deployment-engine/shared/platform';
import type { HelmRun } from './program.ts';

/** Which chart a call means. */
export interface ChartWish {
  /** A folder or .tgz inside the roots, an `oci://` or `https://` address, or a name in `repository`. */
  chart: string;
  repository?: string | undefined;
  version?: string | undefined;
}

const MOST_BYTES = 32 * 1024 * 1024;
const MOST_FILES = 5_000;
const DEEPEST = 16;

/**
 * Brings the chart into the private folder: read from the roots file by file, because Helm would follow a link that leads out of them; or
 * fetched once from where the operator allows, so that what is looked at is what is installed.
 *
 * @returns the path to give to Helm
 * @throws ToolError `forbidden` for what lies outside, `invalid_input`, `too_large`
 */
export async function bringChart(
  wish: ChartWish,
  options: { folder: PrivateFolder; roots: Roots; repositories: readonly string[]; helm: HelmRun },
): Promise<string> {
  const { folder, repositories, helm } = options;
  const address = wish.repository ?? (/^[a-z][a-z0-9+.-]*:\/\//i.test(wish.chart) ? wish.chart : undefined);
  if (address === undefined) {
    if (wish.version !== undefined)
      throw new ToolError('invalid_input', 'A chart in a folder has the version that it says itself.', { hint: 'Leave version out.' });
    return copyChart(wish.chart, options);
  }
  demandAllowed(address, repositories);
  if (wish.repository !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(wish.chart))
    throw new ToolError('invalid_input', 'With repository, chart is the chart’s name there.', { hint: 'For example chart: redis.' });
  await helm([
    'pull',
    `--destination=${folder.path}`,
    ...(wish.repository === undefined ? [] : [`--repo=${wish.repository}`]),
    ...(wish.version === undefined ? [] : [`--version=${wish.version}`]),
    '--',
    wish.chart,
  ]);
  const archive = (await entriesOf(folder.path)).find((one) => one.kind === 'file' && one.name.endsWith('.tgz'));
  if (archive === undefined)
    throw new ToolError('upstream_error', 'Helm fetched no chart.', { hint: 'Check the address and the version.' });
  return archive.path;
}

/**
 * Whether an address begins with one that the operator allows, path by path: `https://charts.example` allows `https://charts.example/a`,
 * not `https://charts.example.evil`.
 */
export function demandAllowed(address: string, allowed: readonly string[]): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['https:', 'http:', 'oci:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw new ToolError('invalid_input', 'The address of a chart is oci:// or https://, without a password in it.');
  const path = (text: string) => `${text.replace(/\/+$/, '')}/`;
  // what decodes to a dot segment would leave the allowed path
  const hostile = /%2e|%2f|%5c|\\/i.test(address) || url.href.split('/').includes('..');
  const fits = allowed.some((one) => {
    if (!URL.canParse(one)) return false;
    const base = new URL(one);
    return base.protocol === url.protocol && base.host === url.host && path(url.pathname).startsWith(path(base.pathname));
  });
  if (fits && !hostile) return;
  throw new ToolError('forbidden', 'The operator does not allow charts from there.', {
    hint:
      allowed.length === 0
        ? 'Give a folder inside the roots; the operator can list addresses in helm.repositories.'
        : `Allowed: ${allowed.slice(0, 10).join(', ')}.`,
  });
}

async function copyChart(path: string, { folder, roots }: { folder: PrivateFolder; roots: Roots }): Promise<string> {
  const real = await roots.resolve(path);
  const left = { bytes: MOST_BYTES, files: MOST_FILES };
  if ((await kindBehind(real)) === 'file') {
    if (!real.endsWith('.tgz'))
      throw new ToolError('invalid_input', 'A chart is a folder with a Chart.yaml, or a .tgz.', { hint: 'Name the folder of the chart.' });
    return folder.write('chart.tgz', await readFileInside(roots, real, { maxBytes: MOST_BYTES }));
  }
  if ((await kindBehind(posix.join(real, 'Chart.yaml'))) !== 'file')
    throw new ToolError('not_found', 'There is no Chart.yaml in that folder.', { hint: 'Name the folder that holds the chart.' });
  await copyFolder(real, 'chart', { folder, roots, left });
  return posix.join(folder.path, 'chart');
}

interface Copying {
  folder: PrivateFolder;
  roots: Roots;
  left: { bytes: number; files: number };
}

async function copyFolder(from: string, to: string, copying: Copying, depth = 0): Promise<void> {
  const { folder, roots, left } = copying;
  if (depth > DEEPEST) throw tooLarge(`is nested deeper than ${DEEPEST} folders`);
  for (const { name, path, kind: itself } of await entriesOf(from)) {
    if (name === '.git') continue;
    // through the roots again: a link may lead to another place inside of them, and nowhere else
    const real = itself === 'link' ? await roots.resolve(path) : path;
    const kind = itself === 'link' ? await kindBehind(real) : itself;
    if (kind === 'directory') await copyFolder(real, posix.join(to, name), copying, depth + 1);
    else if (kind === 'file') {
      const content = await readFileInside(roots, real, { maxBytes: left.bytes });
      left.bytes -= content.length;
      left.files -= 1;
      if (left.files < 0) throw tooLarge(`has more than ${MOST_FILES} files`);
      await folder.write(posix.join(to, name), content);
    }
  }
}

const tooLarge = (what: string): ToolError =>
  new ToolError('too_large', `The chart ${what}.`, { hint: 'Name the folder of the chart itself.' });
