import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const REVISIONS = ['2025-11-25', '2026-07-28'] as const;

export type Revision = (typeof REVISIONS)[number];

export const SUITE = fileURLToPath(new URL('../../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url));

/** The scenarios that a server must pass to conform to a revision, as the suite's frozen list names them. */
export function requiredScenarios(revision: Revision): string[] {
  const file = new URL(`../../node_modules/@modelcontextprotocol/conformance/requirements/${revision}.yaml`, import.meta.url);
  const section = /^server:\n((?: {2}- .*\n)+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (section === undefined) throw new Error(`the requirement set ${revision} has no list of server scenarios`);
  return section
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^ {2}- /, ''));
}
