import { delimiter, resolve } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import { createRoots, ownerToken, readTextFile, replaceTextFile, ROOTS_VARIABLE, stateHome } from '@deployment-engine/shared/platform';
import { parseAddress } from '@deployment-engine/shared/toolkit';
import { type ClientFile, edited, mergedEntry, readClientFile } from '../clients/client-file.ts';
import { type Client, clientNamed } from '../clients/clients.ts';
import { entryText, type HttpEntry, httpEntry, mainFile, type StdioEntry, stdioEntry } from '../clients/entry.ts';
import { ask, canAsk } from '../ask.ts';
import { EXIT, UsageError } from '../failure.ts';
import { note, print } from '../print.ts';
import { HUB_PORT } from './hub.ts';

export interface InitFlags {
  root?: string[];
  name: string;
  http?: string | true;
  config?: string;
  file?: string;
  print?: boolean;
  remove?: boolean;
}

export async function init(clientName: string, flags: InitFlags): Promise<number> {
  const client = clientNamed(clientName);
  const path = flags.file ?? client.file();
  if (flags.name.trim() === '' || flags.name === '__proto__') throw new UsageError('--name must be a name.');
  if (flags.remove) return remove(client, path, flags.name);
  const entry = flags.http === undefined ? await entryForStdio(client, flags) : await entryForHttp(client, flags.http);
  const text = entryText(client.section, { [flags.name]: entry });
  if (flags.print) {
    print(text);
    note(`This belongs into ${path}.`);
    return EXIT.ok;
  }
  const found = await readClientFile(client, path);
  if (found.commented) {
    print(text);
    note(`${found.path} has comments, so it is left as it is: put this entry into it by hand.`);
    return EXIT.ok;
  }
  await write(client, found, flags.name, mergedEntry(found.servers[flags.name], entry));
  return EXIT.ok;
}

async function entryForStdio(client: Client, flags: InitFlags): Promise<StdioEntry> {
  if ((await readTextFile(mainFile())) === undefined)
    throw new ToolError('missing_dependency', 'The hub is not built yet.', {
      hint: 'Run "npm run build" (or "npm start") in the repository first.',
    });
  const config = flags.config ?? (process.env['DEPLOYMENT_ENGINE_CONFIG'] || undefined);
  if (config !== undefined && (await readTextFile(config)) === undefined) throw new UsageError(`There is no file ${resolve(config)}.`);
  const roots = checkedRoots(flags.root ?? (await chosenRoots()));
  return stdioEntry({ roots, config, env: process.env, type: client.type.stdio });
}

async function entryForHttp(client: Client, address: string | true): Promise<HttpEntry> {
  if (!client.http)
    throw new UsageError(`${client.title} takes only servers that it starts itself: its file cannot name a URL.`, 'Leave out --http.');
  const { host, port } = parseAddress(address === true ? '' : address, HUB_PORT);
  if (port === 0) throw new UsageError('--http needs the port that the hub listens on.');
  return httpEntry(`http://${host.includes(':') ? `[${host}]` : host}:${port}/mcp`, await ownerToken(stateHome()), client.type.http);
}

/** Without --root: what the variable says, else a person's answer, else the current folder where it may stand in. */
async function chosenRoots(): Promise<string[]> {
  const roots = createRoots();
  const proposed = roots.list();
  if (roots.status().source === 'operator') return proposed;
  if (canAsk()) return askForRoots(proposed);
  if (proposed.length === 0) throw new UsageError('Say which folders tools may touch: --root <folder>', roots.status().unset);
  note(`Tools may touch ${proposed.join(', ')}, the current folder; --root chooses others.`);
  return proposed;
}

function askForRoots(proposed: readonly string[]): Promise<string[]> {
  const shown = proposed.length === 0 ? '' : ` [${proposed.join(delimiter)}]`;
  return ask(`Folders that tools may touch, joined by "${delimiter}"${shown}: `, (answer) =>
    checkedRoots(answer === '' ? proposed : answer.split(delimiter).map((one) => one.trim())),
  );
}

/** Absolute paths of folders that are there, in the form of DEPLOYMENT_ENGINE_ROOTS. */
function checkedRoots(folders: readonly string[]): string[] {
  if (folders.length === 0) throw new UsageError('Say which folders tools may touch: --root <folder>');
  const spelled = folders.map((folder) => {
    if (folder.trim() === '') throw new UsageError('--root must not be empty.');
    if (folder.includes(delimiter)) throw new UsageError(`A folder's name cannot hold "${delimiter}": ${ROOTS_VARIABLE} is joined by it.`);
    return resolve(folder);
  });
  try {
    const { missing } = createRoots({ env: { [ROOTS_VARIABLE]: spelled.join(delimiter) } }).status();
    if (missing.length > 0) throw new UsageError(`There is no folder ${missing.join(', ')}.`);
  } catch (error) {
    throw error instanceof ToolError ? new UsageError(error.message.replace(ROOTS_VARIABLE, '--root'), error.hint) : error;
  }
  return spelled;
}

async function write(client: Client, found: ClientFile, name: string, entry: Record<string, unknown>): Promise<void> {
  const text = edited(found, client.section, name, entry);
  if (JSON.stringify(found.servers[name]) === JSON.stringify(entry)) {
    print(`${found.path} has this entry already.`);
    return;
  }
  // the token is as good as a password
  const mode = 'headers' in entry ? 0o600 : undefined;
  const { path, backup } = await replaceTextFile(found.path, text, { expected: found.file, mode });
  print(`${client.title} now has "${name}" in ${path}.`);
  if (backup !== undefined) note(`The file as it was: ${backup}`);
  note(client.restart);
}

async function remove(client: Client, path: string, name: string): Promise<number> {
  const found = await readClientFile(client, path);
  if (!(name in found.servers)) {
    print(`${found.path} has no "${name}".`);
    return EXIT.ok;
  }
  if (found.commented)
    throw new ToolError('unsupported', `${found.path} has comments, so it is left as it is.`, {
      hint: `Take "${name}" out of "${client.section}" by hand.`,
    });
  const { backup } = await replaceTextFile(found.path, edited(found, client.section, name, undefined), { expected: found.file });
  print(`"${name}" is no longer in ${found.path}.`);
  if (backup !== undefined) note(`The file as it was: ${backup}`);
  return EXIT.ok;
}
