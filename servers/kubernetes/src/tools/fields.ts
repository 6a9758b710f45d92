import { z } from 'zod';

/**
 * Names of objects as paths can hold them. Stricter than most kinds, and as wide as the widest (RBAC names hold colons); never begins with
 * a dash, never `.` or `..`, no slash, no percent sign.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@+~-]*$/;
/** RFC 1123 label. */
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const KIND = /^[A-Za-z][A-Za-z0-9-]*(?:[./][A-Za-z0-9-]+)*$/;
const POD_OR_OWNER = /^(?:[A-Za-z][A-Za-z0-9.-]*\/)?[A-Za-z0-9][A-Za-z0-9.-]*$/;
const SELECTOR = /^[A-Za-z0-9 ,=!()._/-]*$/;
const FIELD_SELECTOR = /^[A-Za-z0-9 ,=!._/:@-]*$/;

// a refinement is not listed: the patterns would take a tenth of what all tools may take together, and the messages say more
const is = (pattern: RegExp) => (text: string) => pattern.test(text);

export const contextName = z.string().min(1).max(253);
export const context = contextName.optional().describe('Context; needed for changes when there are several');
export const contexts = z.array(contextName).min(1).max(50).optional().describe('Several contexts at once');

export const objectName = z.string().max(253).refine(is(NAME), 'must be the name of an object');
export const name = objectName.describe('Name');
export const namespaceName = z.string().max(63).refine(is(NAMESPACE), 'must be the name of a namespace');
/** Left out: the context's own. */
export const namespace = namespaceName.optional().describe('Default: the context’s');
/** For lists: `*` is all. */
export const namespaces = z
  .union([namespaceName, z.literal('*')])
  .optional()
  .describe('Default: the context’s; * for all');
export const kind = z
  .string()
  .max(200)
  .refine(is(KIND), 'must be a kind such as pods, Deployment or certificates.cert-manager.io')
  .describe('e.g. pods, Deployment, deployments.apps');
export const container = z.string().max(63).refine(is(NAMESPACE), 'must be the name of a container');

/** `web-1` or `deployment/web`. */
export const podOrOwner = z
  .string()
  .max(400)
  .refine(is(POD_OR_OWNER), 'must be a pod, or an owner such as deployment/web')
  .describe('Pod, or owner: deployment/web');

/** Program and arguments; never read by a shell here. */
export const command = z
  .array(
    z
      .string()
      .max(32_768)
      .refine((text) => !text.includes('\0'), 'may not hold NUL'),
  )
  .min(1)
  .max(500)
  .describe('e.g. ["ls", "-l"]');

export const labelSelector = z
  .string()
  .max(2_000)
  .refine(is(SELECTOR), 'must be a label selector such as app=web,tier!=db')
  .optional()
  .describe('Label selector');
export const fieldSelector = z
  .string()
  .max(1_000)
  .refine(is(FIELD_SELECTOR), 'must be a field selector such as status.phase=Running')
  .optional()
  .describe('Field selector');

export const maxTokens = z.int().min(200).max(25_000).optional().describe('Size of the answer');
export const limit = (most: number, usual: number) => z.int().min(1).max(most).default(usual);
export const cursor = z.string().max(4_096).optional().describe('Cursor of the page before');

/** Which namespace a list means: one, or undefined for all. */
export function selected(wanted: string | undefined, { namespaced }: { namespaced: boolean }, own: string): string | undefined {
  if (!namespaced || wanted === '*') return undefined;
  return wanted ?? own;
}
