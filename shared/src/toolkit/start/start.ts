import { parseArgs } from 'node:util';
import type { Surface } from '../../contracts/index.ts';
import { readShippedJson } from '../../platform/files/shipped-json.ts';
import type { ServerDefinition } from '../define-server.ts';
import { nameList } from '../name-list.ts';
import { untilRead } from '../until-read.ts';
import { isBuilt } from './built.ts';
import { type Listing, listingOf } from './listing.ts';
import { open } from './open.ts';
import { isUnsettled } from './unsettled.ts';

/** A server as its program knows it before any of its code is loaded. */
export interface Program {
  /** Where its committed surface lies, `import.meta.resolve('@deployment-engine/<name>/tools.json')`. */
  surface: string;
  load: () => Promise<{ server: ServerDefinition }>;
}

/**
 * Runs a server's program. A client that starts several servers waits for the list of each, and often asks for nothing more: the
 * handshake and the lists are answered from the committed surface at once, and the code is loaded after that.
 */
export async function start(program: Program, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const listing = listingFor(program, argv);
  const opened = listing && (await open(listing));
  if (opened?.left === true) {
    await untilRead();
    process.exit();
  }
  const [{ serve }, { server }] = await Promise.all([import('../serve.ts'), program.load()]);
  await serve(server, argv, opened?.answered);
}

/** Undefined where the server must look first. */
function listingFor({ surface: file }: Program, argv: readonly string[]): Listing | undefined {
  if (!isBuilt || isUnsettled(process.env)) return undefined;
  const options = plainOptions(argv);
  if (options === undefined) return undefined;
  const surface = readShippedJson(file) as Surface;
  const known = new Set(surface.tools.map(({ toolset }) => toolset));
  return options.toolsets?.some((name) => !known.has(name)) ? undefined : listingOf(surface, options);
}

/** The options that an opening knows; undefined if there are others, or a mistake for the server to tell. */
function plainOptions(argv: readonly string[]): { readOnly: boolean; toolsets: string[] | undefined } | undefined {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { stdio: { type: 'boolean' }, 'read-only': { type: 'boolean' }, toolsets: { type: 'string' } },
    });
    return { readOnly: values['read-only'] ?? false, toolsets: values.toolsets === undefined ? undefined : nameList(values.toolsets) };
  } catch {
    return undefined;
  }
}
