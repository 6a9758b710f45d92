import { z } from 'zod';

/**
 * Names of objects as paths can hold them. Stricter than most kinds, and as wide as the widest (RBAC names hold colons); never begins with
 * a dash, never `.` or `..`, no slash, no percent sign.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@+~-]*$/;
/** RFC 1123 label. */
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const KIND = /^[A-Za-z][A-Za-z0-9-]*(?:[./][A-Za-z0-9-]+)*$/;
const IMAGE = /^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/;
const POD_OR_OWNER = /^(?:[A-Za-z][A-Za-z0-9.-]*\/)?[A-Za-z0-9][A-Za-z0-9.-]*$/;
const SELECTOR = /^[A-Za-z0-9 ,=!()._/-]*$/;
const FIELD_SELECTOR = /^[A-Za-z0-9 ,=!._/:@-]*$/;

/**
 * A text of a form. Checked here and not written into the listed schema: a model gains nothing from a pattern, and every listing pays for
 * it.
 */
export const form = (most: number, pattern: RegExp, wanted: string) =>
  z.string().refine((text) => text.length <= most && pattern.test(text), { error: `must be ${wanted}`, abort: true });

/** A whole number; like {@link form} its bounds are checked and not listed. */
export const whole = (least: number, most: number) =>
  z.int().refine((value) => value >= least && value <= most, { error: `must be ${least} to ${most}`, abort: true });

export const contextName = form(253, /^.+$/s, 'the name of a context');
export const context = contextName.optional().describe('Context');
export const contexts = z
  .array(contextName)
  .refine((all) => all.length > 0 && all.length <= 50, 'must name 1 to 50 contexts')
  .optional()
  .describe('Several contexts');

export const objectName = form(253, NAME, 'the name of an object');
export const name = objectName.describe('Name');
export const namespaceName = form(63, NAMESPACE, 'the name of a namespace');
/** Left out: the context's own. */
export const namespace = namespaceName.optional().describe('Default: the context’s');
/** For lists: `*` is all. */
export const namespaces = form(63, /^(?:\*|[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)$/, 'the name of a namespace, or * for all')
  .optional()
  .describe('Default: the context’s; * for all');
export const kind = form(200, KIND, 'a kind such as pods, Deployment or certificates.cert-manager.io').describe(
  'e.g. pods, deployments.apps',
);
export const container = form(63, NAMESPACE, 'the name of a container');
/** Where a program runs. */
export const inContainer = { name, namespace, container: container.optional().describe('Container') };
/** Of a program. */
export const stdin = form(1_000_000, /^/, 'at most a million characters');

/** `web-1` or `deployment/web`. */
export const podOrOwner = form(400, POD_OR_OWNER, 'a pod, or an owner such as deployment/web').describe('Pod, or owner: deployment/web');

export const image = form(500, IMAGE, 'an image such as busybox:1.36').describe('Image, e.g. busybox:1.36');

/** Program and arguments; never read by a shell here. */
export const command = z
  .array(form(32_768, /^[^\0]*$/, 'without NUL'))
  .refine((all) => all.length > 0 && all.length <= 500, 'must hold 1 to 500 words')
  .describe('e.g. ["ls", "-l"]');

export const labelSelector = form(2_000, SELECTOR, 'a selector such as app=web').optional().describe('Label selector');
export const fieldSelector = form(1_000, FIELD_SELECTOR, 'a field selector such as status.phase=Running')
  .optional()
  .describe('Field selector');

export const maxTokens = whole(300, 25_000).optional().describe('Size of the answer');
export const limit = (most: number, usual: number) => whole(1, most).default(usual);
export const cursor = form(4_096, /^[\w-]*$/, 'continue of the page before')
  .optional()
  .describe('Cursor of the page before');

/** Which namespace a list means: one, or undefined for all. */
export function selected(wanted: string | undefined, { namespaced }: { namespaced: boolean }, own: string): string | undefined {
  if (!namespaced || wanted === '*') return undefined;
  return wanted ?? own;
}
