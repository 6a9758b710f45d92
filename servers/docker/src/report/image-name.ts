import { ToolError } from '@deployment-engine/shared/contracts';

/** An image's name in its parts (distribution/reference): `registry/path:tag@digest`. */
export interface ImageName {
  /** The registry's host and port; docker.io when none is written. */
  registry: string;
  /** Everything before tag and digest, as written. */
  repo: string;
  tag: string | undefined;
  digest: string | undefined;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN =
  '(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const NAME = new RegExp(
  `^((?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$`,
);
const ID = /^(?:sha256:)?[0-9a-f]{12,64}$/;

export const isImageId = (text: string): boolean => ID.test(text);

/** True for a name or an id of an image. */
export const isImage = (text: string): boolean => text.length <= 512 && (NAME.test(text) || isImageId(text));

/** @throws ToolError `invalid_input` */
export function parseImageName(text: string): ImageName {
  const [, repo, tag, digest] = NAME.exec(text) ?? [];
  if (repo === undefined)
    throw new ToolError('invalid_input', `"${text}" is not the name of an image.`, {
      hint: 'Write registry/path:tag, for example postgres:17 or ghcr.io/owner/app:1.2.',
    });
  const first = repo.split('/')[0] ?? '';
  const registry = repo.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
  return { registry, repo, tag, digest };
}

/** The name with its tag written out. */
export const fullName = ({ repo, tag, digest }: ImageName): string => (digest ? `${repo}@${digest}` : `${repo}:${tag ?? 'latest'}`);
