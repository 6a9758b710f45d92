// Writes the generated parts of the documents, between markers: each server's tool tables from its tools.json, the README's table of servers,
// and the command line's help. `--check` only says what is out of date.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PromptSurface, ResourceSurface, Surface, ToolSurface } from '@deployment-engine/shared/contracts';
import { CONDITION, serverNames } from './build-entries.mjs';
import { Advice, main } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A cell of a Markdown table: one line, with no bar of its own. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** The effect in a word, with the mark that a reader looks for: what can destroy. */
function effect({ effect: kind, annotations }: ToolSurface): string {
  if (kind === 'destroy') return '**destroy**';
  return kind === 'write' && annotations.idempotentHint ? 'write, repeatable' : kind;
}

/** The tables of one server: tools by toolset, then resources and prompts where there are any. */
export function serverTables({ tools, resources, prompts }: Surface): string {
  const parts: string[] = [];
  const toolsets = [...new Set(tools.map((tool) => tool.toolset))];
  for (const toolset of toolsets) {
    const rows = tools.filter((tool) => tool.toolset === toolset).map((tool) => [`\`${tool.name}\``, effect(tool), tool.description]);
    parts.push(`${toolsets.length > 1 ? `### Toolset \`${toolset}\`\n\n` : ''}${table(['Tool', 'Effect', 'What it does'], rows)}`);
  }
  if (resources.length > 0) {
    const rows = resources.map((resource: ResourceSurface) => [
      `\`${resource.uri ?? resource.uriTemplate}\``,
      resource.mimeType,
      resource.description,
    ]);
    parts.push(table(['Resource', 'Type', 'What it holds'], rows));
  }
  if (prompts.length > 0) {
    const given = (prompt: PromptSurface): string =>
      prompt.arguments.map(({ name, required }) => `\`${name}\`${required ? '' : ' (optional)'}`).join(', ') || 'none';
    parts.push(
      table(
        ['Prompt', 'Arguments', 'What it asks for'],
        prompts.map((prompt) => [`\`${prompt.name}\``, given(prompt), prompt.description]),
      ),
    );
  }
  return parts.join('\n\n');
}

/** The README's table of servers. */
export function serversTable(surfaces: readonly Surface[]): string {
  const rows = surfaces.map((surface) => {
    const count = (kind: string): number => surface.tools.filter((tool) => tool.effect === kind).length;
    const tools = `${surface.tools.length} (${count('read')} read, ${count('write')} write, ${count('destroy')} destroy)`;
    return [`[${surface.name}](servers/${surface.name}/README.md)`, surface.description, tools, String(surface.port)];
  });
  return table(['Server', 'What it is for', 'Tools', 'Port'], rows);
}

/**
 * Replaces what stands between `<!-- name:start -->` and `<!-- name:end -->`.
 * @throws Advice when a marker is missing
 */
export function fill(text: string, name: string, content: string, file: string): string {
  const start = `<!-- ${name}:start -->`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Advice(`${file} lacks the markers ${start} and ${end}, between which its generated part stands.`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/** The help of the command line, as a person with a terminal 100 columns wide sees it. */
function help(...words: string[]): string {
  const args = [`--conditions=${CONDITION}`, join(root, 'hub/src/main.ts'), ...words, '--help'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' },
  });
  if (status !== 0) throw new Advice(`deployment-engine ${words.join(' ')} --help failed: ${stderr.trim()}`);
  return stdout.trim();
}

/** The whole, then the two commands that people set up. */
function commandLine(): string {
  return [help(), help('hub'), help('init')].map((text) => `\`\`\`text\n${text}\n\`\`\``).join('\n\n');
}

function readSurface(name: string): Surface {
  const file = join(root, 'servers', name, 'tools.json');
  if (!existsSync(file)) throw new Advice(`servers/${name}/tools.json is missing: run "npm run fix".`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function documents(): { file: string; parts: Record<string, string> }[] {
  const surfaces = serverNames(root).map(readSurface);
  return [
    ...surfaces.map((surface) => ({ file: `servers/${surface.name}/README.md`, parts: { tools: serverTables(surface) } })),
    { file: 'README.md', parts: { servers: serversTable(surfaces), cli: commandLine() } },
  ];
}

/** The schema of the configuration file, as the command line prints it; for editors. */
function configurationSchema(): string {
  const args = [`--conditions=${CONDITION}`, join(root, 'hub/src/main.ts'), 'schema'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  if (status !== 0) throw new Advice(`deployment-engine schema failed: ${stderr.trim()}`);
  return stdout;
}

/** @returns the documents that were out of date, and in write mode now are not */
export function updateDocuments({ check }: { check: boolean }): string[] {
  const stale: string[] = [];
  for (const { file, parts } of documents()) {
    const path = join(root, file);
    if (!existsSync(path)) throw new Advice(`${file} is missing: every server has one, with its markers.`);
    const before = readFileSync(path, 'utf8');
    const after = Object.entries(parts).reduce((text, [name, content]) => fill(text, name, content, file), before);
    if (before === after) continue;
    stale.push(file);
    if (!check) writeFileSync(path, after);
  }
  const schemaFile = join(root, 'mcp.config.schema.json');
  const schema = configurationSchema();
  if (!existsSync(schemaFile) || readFileSync(schemaFile, 'utf8') !== schema) {
    stale.push('mcp.config.schema.json');
    if (!check) writeFileSync(schemaFile, schema);
  }
  return stale;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const check = process.argv.includes('--check');
    const stale = updateDocuments({ check });
    if (check && stale.length > 0)
      throw new Advice(stale.map((file) => `${file} is out of date: run "npm run fix" and review the diff.`).join('\n'));
  });
}
