import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { isImage } from '../report/image-name.ts';

/** Names of containers, volumes and networks as the engine accepts them; anything else could become another path of its API. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

export const host = z
  .string()
  .max(63)
  .optional()
  .describe('Host by its name in the settings; changes must name it when there are several (host_list)');

export const container = z.string().max(255).regex(NAME, 'must be a container’s name or id').describe('Name or id of the container');

export const newName = (what: string) => z.string().max(200).regex(NAME, 'letters, digits, _ . - only').describe(what);

export const network = z.string().max(255).regex(NAME, 'must be a network’s name or id').describe('Name or id of the network');

export const volume = z.string().max(255).regex(NAME, 'must be a volume’s name').describe('Name of the volume');

export const image = z
  .string()
  .max(512)
  .refine(isImage, 'must be an image name such as postgres:17, or an id')
  .describe('Name or id of the image, e.g. postgres:17');

export const labels = (what: string) => z.record(z.string().min(1).max(256), z.string().max(4096)).optional().describe(what);

export const labelFilter = z
  .array(z.string().min(1).max(512))
  .max(20)
  .optional()
  .describe('Only with these labels, each `key` or `key=value`');

export const limit = (most: number, usual: number) =>
  z.int().min(1).max(most).default(usual).describe(`Return at most this many (≤ ${most})`);

export const moment = (what: string) =>
  z.string().max(40).optional().describe(`${what}: a span back from now such as 15m or 2h, RFC 3339, or Unix seconds`);

export const hostOut = z.string().describe('The host that answered');

export interface Page<T> {
  items: T[];
  total: number;
  truncated: boolean;
}

/** The first part of a list, and how much there is. */
export function page<T>(all: readonly T[], most: number): Page<T> {
  return { items: all.slice(0, most), total: all.length, truncated: all.length > most };
}

/** Words on what a page leaves out. */
export const more = ({ items, total, truncated }: { items: readonly unknown[]; total: number; truncated: boolean }): string =>
  truncated ? ` Showing ${items.length} of ${total}; raise limit or filter.` : '';

/** True when a promise fails because there is no such thing. */
export const isMissing = (error: unknown): boolean => error instanceof ToolError && error.code === 'not_found';
