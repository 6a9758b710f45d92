import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import { checkOutputPath, readFileInside, type Roots, writeFileInside } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import { copyFrom, copyTo, type PodFolder } from '../pods/copy.ts';
import { containerOf, demandRunning, getPod, podKind } from '../pods/pod.ts';
import type { Deed } from '../policy/access.ts';
import { count } from '../report/text.ts';
import { destroyTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

const MOST = 256 * 1024 * 1024;

interface Wish {
  direction: 'to_pod' | 'from_pod';
  name: string;
  namespace?: string | undefined;
  container?: string | undefined;
  pod_path: string;
  local_path: string;
  archive: boolean;
  overwrite: boolean;
  max_bytes: number;
}

/** Any ending, since what a container holds is of every kind; the door still refuses links and names that begin with a dot. */
const output = ({ local_path, overwrite }: Wish) => ({
  extensions: [posix.extname(local_path).toLowerCase()],
  replaceOnlySameFormat: () => overwrite,
});

/** The local side, before anything is asked of the cluster: the file to send, or undefined where one is to be written. */
async function local(wish: Wish, roots: Roots): Promise<Buffer | undefined> {
  if (wish.archive && !wish.local_path.toLowerCase().endsWith('.tar'))
    throw new ToolError('invalid_input', 'An archive needs a local path that ends in .tar.', { hint: 'For example backup.tar.' });
  if (wish.direction === 'to_pod') return readFileInside(roots, wish.local_path, { maxBytes: wish.max_bytes });
  await checkOutputPath(roots, wish.local_path, output(wish));
  const { exists } = await roots.locate(wish.local_path, { mustExist: false });
  if (exists && !wish.overwrite)
    throw new ToolError('conflict', `${wish.local_path} is there already.`, { hint: 'Choose another name, or set overwrite.' });
  return undefined;
}

async function reach(wish: Wish, context: ClusterContext): Promise<{ where: PodFolder; uid: string | undefined; deed: Deed }> {
  const { cluster, signal } = context;
  const namespace = wish.namespace ?? cluster.namespace;
  const deed = { verb: 'exec', kind: await podKind(cluster, signal), namespace, name: wish.name };
  cluster.access.demand(deed);
  const pod = await getPod(cluster, namespace, wish.name, signal);
  const { name: container } = containerOf(pod, wish.container);
  demandRunning(pod, container);
  return { where: { namespace, pod: wish.name, container }, uid: pod.metadata.uid, deed };
}

const wayOf = ({ direction, name, pod_path, local_path }: Wish, { namespace, container }: PodFolder): string =>
  direction === 'to_pod'
    ? `Copy ${local_path} to ${pod_path} in ${namespace}/${name} (${container})`
    : `Copy ${pod_path} of ${namespace}/${name} (${container}) to ${local_path}`;

export const podsCp = destroyTool({
  name: 'pods_cp',
  title: 'Copy from or to a pod',
  description:
    'Copy a file between this machine (inside the roots) and a container, by the tar there. A folder goes as a .tar archive (archive): made from it, or unpacked into it.',
  scopes: ['kubernetes:exec'],
  toolset: 'pods',
  idempotent: true,
  deadlineMs: 900_000,
  input: {
    direction: z.enum(['to_pod', 'from_pod']).describe('Which way'),
    name: fields.name,
    namespace: fields.namespace,
    container: fields.container.optional().describe('Container'),
    pod_path: z
      .string()
      .min(2)
      .max(4_096)
      .refine((path) => path.startsWith('/') && !path.includes('\0') && posix.normalize(path) === path && !path.endsWith('/'), {
        error: 'must be an absolute path without .. and without a slash at its end',
      })
      .describe('Absolute path in the container'),
    local_path: z.string().min(1).max(4_096).describe('File inside the roots'),
    archive: z.boolean().default(false).describe('pod_path is a folder, local_path a .tar archive'),
    overwrite: z.boolean().default(false).describe('Replace a local file that is there'),
    max_bytes: z
      .int()
      .min(1)
      .max(MOST)
      .default(64 * 1024 * 1024)
      .describe('Refuse more'),
  },
  output: { files: z.number(), bytes: z.number(), path: z.string().describe('Where it was written') },
  async plan(wish, context) {
    const bytes = await local(wish, context.roots);
    const { where, uid, deed } = await reach(wish, context);
    return {
      summary: `${wayOf(wish, where)}.`,
      changes: [
        bytes === undefined
          ? `${wish.local_path} is made${wish.overwrite ? ' or replaced' : ''} on this machine`
          : `${bytes.length} bytes are written in the container; what is in the way is replaced`,
      ],
      state: [uid, bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex')],
      deeds: [deed],
    };
  },
  async handler(wish, context) {
    const { cluster, signal, roots } = context;
    const bytes = await local(wish, roots);
    const { where, deed } = await reach(wish, context);
    cluster.access.consent(deed, `${wayOf(wish, where)}.`, context);
    const { pod_path: path, archive, max_bytes: maxBytes } = wish;
    if (bytes !== undefined) {
      const { files } = await copyTo(cluster, where, { path, archive, bytes }, signal);
      return { files, bytes: bytes.length, path };
    }
    const found = await copyFrom(cluster, where, { path, archive, maxBytes }, signal);
    const written = await writeFileInside(roots, wish.local_path, found.bytes, output(wish));
    return { files: found.files, bytes: found.bytes.length, path: written };
  },
  render: ({ context, files, bytes, path }) => ({ summary: `Copied ${count(files, 'file')}, ${bytes} bytes, to ${path} (${context}).` }),
});
