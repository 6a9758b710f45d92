import { afterEach } from 'vitest';
import { z } from 'zod';
import { type Principal, ToolError } from '../contracts/index.ts';
import { open, type OpenOptions, type OpenServer } from '../testing/open.ts';
import type { ServerEnv, ToolContext } from './context.ts';
import { definePrompt } from './define-prompt.ts';
import { defineResource } from './define-resource.ts';
import { defineServer } from './define-server.ts';
import { defineTool, destroys, reads, writes } from './define-tool.ts';
import { outputPath } from './output-path.ts';

export const KEY = `AKIAIOSFODNN7EXAMPLE`;
export const nothing = z.strictObject({});

export interface Notes {
  all: () => string[];
  close: () => void;
}

/** A server of everything, whose backend tells when it was made and closed. */
export function notes(seen: string[] = []) {
  return defineServer({
    name: 'notes',
    title: 'Notes',
    description: 'Notes for tests.',
    version: '1.2.3',
    port: 0,
    instructions: 'Use it in tests.',
    config: z.strictObject({ greeting: z.string().default('hello') }),
    deps: {
      notes: ({ config }: ServerEnv<{ greeting: string }>): Notes => {
        seen.push(`made with ${config.greeting}`);
        return { all: () => ['one', 'two'], close: () => void seen.push('closed') };
      },
      never: (): string => {
        seen.push('never');
        throw new Error('/root/secret');
      },
    },
    tools: [
      defineTool({
        name: 'note_list',
        title: 'List',
        description: 'Lists notes.',
        scopes: ['notes:read'],
        annotations: reads(),
        inputSchema: z.strictObject({ prefix: z.string().default('').describe('p'), sarif_path: outputPath('o') }),
        outputSchema: z.object({ notes: z.array(z.string()) }),
        handler: ({ prefix }, { deps }: ToolContext<{ notes: Notes }>) => ({
          notes: deps.notes.all().filter((note) => note.startsWith(prefix)),
        }),
      }),
      defineTool({
        name: 'note_wrong',
        title: 'Wrong',
        description: 'Breaks its word.',
        scopes: [],
        annotations: reads(),
        inputSchema: nothing,
        outputSchema: z.object({ n: z.number() }),
        handler: () => ({ n: 'x' }) as unknown as { n: number },
      }),
      defineTool({
        name: 'note_fault',
        title: 'Fault',
        description: 'Uses what cannot be made.',
        scopes: [],
        annotations: reads(),
        inputSchema: nothing,
        outputSchema: nothing,
        handler: (_input, { deps }: ToolContext<{ never: string }>) => ({ [deps.never]: 1 }) as Record<string, never>,
      }),
      defineTool({
        name: 'note_add',
        title: 'Add',
        description: 'Adds a note.',
        scopes: ['notes:write'],
        annotations: writes(),
        inputSchema: nothing,
        outputSchema: nothing,
        handler: () => ({}),
      }),
      defineTool({
        name: 'note_drop',
        title: 'Drop',
        description: 'Drops all.',
        scopes: ['notes:write'],
        toolset: 'danger',
        annotations: destroys(),
        inputSchema: nothing,
        outputSchema: nothing,
        handler: () => ({}),
      }),
    ],
    resources: [
      defineResource({
        uri: 'notes://about',
        name: 'about',
        title: 'About',
        description: 'About.',
        mimeType: 'text/plain',
        read: () => ({ text: `key ${KEY}` }),
      }),
      defineResource({
        uri: 'notes://note/{name}',
        name: 'note',
        title: 'Note',
        description: 'One note.',
        mimeType: 'text/plain',
        scopes: ['notes:read'],
        read: ({ name }, { deps }: ToolContext<{ notes: Notes }>) => {
          if (!deps.notes.all().includes(name ?? '')) throw new ToolError('not_found', `no note ${name}`);
          return [{ text: name ?? '' }, { uri: 'notes://else', mimeType: 'text/html', blob: 'AAAA' }];
        },
        list: ({ deps }) => deps.notes.all().map((name) => ({ uri: `notes://note/${name}`, name })),
        complete: (_variable, typed, { deps }) => deps.notes.all().filter((name) => name.startsWith(typed)),
        watch: (_uri, changed, { signal }) => {
          seen.push('watching');
          changed();
          signal.addEventListener('abort', () => void seen.push('watch ended'));
        },
      }),
      defineResource({
        uri: 'notes://broken/{name}',
        name: 'broken',
        title: 'Broken',
        description: 'Throws.',
        mimeType: 'text/plain',
        read: () => Promise.reject(new Error('ENOENT /root/secret')),
        list: () => Promise.reject(new Error('away')),
        watch: () => Promise.reject(new Error('ENOENT /root/secret')),
        complete: () => Promise.reject(new Error('ENOENT /root/secret')),
      }),
    ],
    prompts: [
      definePrompt({
        name: 'review',
        title: 'Review',
        description: 'Reviews.',
        arguments: z.strictObject({ topic: z.string().describe('t'), tone: z.string().optional().describe('o') }),
        build: ({ topic, tone }) => `Review ${topic} ${tone ?? ''} ${KEY}`,
        complete: (argument, typed) => Array.from({ length: 150 }, (_, index) => `${argument} ${typed}${index}`),
      }),
      definePrompt({
        name: 'ask_first',
        title: 'Ask',
        description: 'Asks first.',
        arguments: nothing,
        build: (_args, { ask }) => [
          {
            role: 'user',
            content: {
              type: 'text',
              text: ask.elicit('who', { message: `Who? ${KEY}`, schema: z.strictObject({ name: z.string().describe('n') }) }).action,
            },
          },
        ],
      }),
    ],
  });
}

export const ada: Principal = { id: 'user:ada', kind: 'user', scopes: [], roles: [] };
export const opened: OpenServer[] = [];
export const begin = async (options: OpenOptions = {}, seen: string[] = []): Promise<OpenServer> => {
  const server = await open(notes(seen), options);
  opened.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});
