import { readFileSync } from 'node:fs';

/** A JSON file that is shipped with the product. It imports nothing of ours: programs read it before their own code is there. */
export function readShippedJson(url: string | URL): unknown {
  return JSON.parse(readFileSync(new URL(url), 'utf8'));
}
