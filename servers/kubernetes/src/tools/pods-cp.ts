import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { z } from 'zod';
import { copyFrom, type PodFolder, unpackIn } from '../pods/copy.ts';
import { confirmRoom, FORMS, keep, type Load, loadOf, type LocalWish } from '../pods/local-side.ts';
import { containerOf, demandRunning, getPod, podKind } from '../pods/pod.ts';
import type { Deed } from '../policy/access.ts';
import { count } from '../report/text.ts';
import { destroyTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

const MOST = 256 * 1024 * 1024;

interface Wish extends LocalWish {
  name: string;
  namespace?: string | undefined;
  container?: string | undefined;
}

/** The local side, before anything is asked of the cluster: what is to be sent, or undefined where something is to be written. */
async function local(wish: Wish, { roots, signal }: ClusterContext): Promise<Load | undefined> {
  if (wish.direction === 'to_pod') return loadOf(wish, roots, signal);
  await confirmRoom(wish, roots);
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
    'Copy a file or a folder between this machine (inside the roots) and a container, by the tar there. As an archive: a folder of the container and a .tar file here.',
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
    local_path: z.string().min(1).max(4_096).describe('File or folder inside the roots; a folder from a pod is made new'),
    as: z.enum(FORMS).default('file').describe('archive: pod_path is a folder, local_path a .tar file'),
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
    const load = await local(wish, context);
    const { where, uid, deed } = await reach(wish, context);
    return {
      summary: `${wayOf(wish, where)}.`,
      changes: [
        load === undefined
          ? `the ${wish.as} ${wish.local_path} is made${wish.overwrite && wish.as !== 'folder' ? ' or replaced' : ''} on this machine`
          : `${count(load.files, 'file')}, ${load.bytes} bytes, are written in the container; what is in the way is replaced`,
      ],
      state: [uid, load === undefined ? '' : createHash('sha256').update(load.archive).digest('hex')],
      deeds: [deed],
    };
  },
  async handler(wish, context) {
    const { cluster, signal, roots } = context;
    const load = await local(wish, context);
    const { where, deed } = await reach(wish, context);
    cluster.access.consent(deed, `${wayOf(wish, where)}.`, context);
    const { pod_path: path, max_bytes: maxBytes } = wish;
    if (load === undefined) return keep(await copyFrom(cluster, where, { path, maxBytes }, signal), wish, roots, signal);
    const { archive, into, files, bytes } = load;
    await unpackIn(cluster, where, into, archive, signal);
    return { files, bytes, path };
  },
  render: ({ context, files, bytes, path }) => ({ summary: `Copied ${count(files, 'file')}, ${bytes} bytes, to ${path} (${context}).` }),
});
