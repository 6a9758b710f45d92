// The files of a new server: it reads the state of an HTTP service, which is where most backends begin. Plain JavaScript for Node 20.
import { kebab, pascal, sentence, shouting } from './new-words.mjs';

/**
 * @param {{ name: string, port: number, zod: string }} server
 * @returns {Record<string, string>} text by path below the server's folder
 */
export function serverFiles({ name, port, zod }) {
  const Api = `${pascal(name)}Api`;
  const open = `open${pascal(name)}`;
  const title = sentence(name);
  const setting = `${shouting(name)}_URL`;
  return {
    'package.json': `${JSON.stringify(
      {
        name: `@deployment-engine/${name}`,
        version: '0.1.0',
        private: true,
        license: 'Apache-2.0',
        type: 'module',
        engines: { node: '>=22.19' },
        exports: { '.': { '@deployment-engine/source': './src/server.ts', default: './dist/server.js' }, './tools.json': './tools.json' },
        bin: { [`deployment-engine-${name}`]: `./bin/deployment-engine-${name}.mjs` },
        dependencies: { '@deployment-engine/launcher': '0.1.0', '@deployment-engine/shared': '0.1.0', zod },
      },
      undefined,
      2,
    )}\n`,
    [`bin/deployment-engine-${name}.mjs`]: `#!/usr/bin/env node
import { launch } from '@deployment-engine/launcher';

await launch(new URL('../dist/main.js', import.meta.url));
`,
    'src/main.ts': `import { start } from '@deployment-engine/shared/start';

await start({ surface: import.meta.resolve('@deployment-engine/${name}/tools.json'), load: () => import('./server.ts') });
`,
    'src/server.ts': `import { defineServer, type ServerEnv } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { ${open} } from './client.ts';
import { statusShow } from './tools/status-show.ts';

const Config = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8080').describe('Address of the service, with its path prefix if it has one.'),
});

export const server = defineServer({
  name: '${name}',
  title: '${title}',
  description: 'Reads the state of ${title}.',
  version: '0.1.0',
  port: ${port},
  config: Config,
  env: { ${setting}: 'url' },
  deps: { api: ({ config }: ServerEnv<z.output<typeof Config>>) => ${open}(config) },
  tools: [statusShow],
  async probe({ api }, { config }, signal) {
    const { up } = await api.status(signal);
    return up ? { ready: true } : { ready: false, missing: \`\${config.url} does not answer\`, hint: 'Start the service, or set ${setting} to its address.' };
  },
});
`,
    'src/client.ts': `import { ToolError } from '@deployment-engine/shared/contracts';
import { createHttp } from '@deployment-engine/shared/platform';

/** What the service says of itself. */
export interface Status {
  up: boolean;
  /** The HTTP status of its answer; absent when there was none. */
  httpStatus?: number;
}

/** The service's API, as far as the tools need it. The only file that knows its paths. */
export interface ${Api} {
  /** Whether the service answers. A service that is down is an answer, not an error. */
  status(signal: AbortSignal): Promise<Status>;
  close(): Promise<void>;
}

export function ${open}({ url }: { url: string }): ${Api} {
  const http = createHttp({ origins: [new URL(url).origin] });
  return {
    async status(signal) {
      try {
        const { status } = await http.request({ url, signal });
        return { up: status < 500, httpStatus: status };
      } catch (error) {
        if (error instanceof ToolError && error.code === 'unavailable') return { up: false };
        throw error;
      }
    },
    close: () => http.close(),
  };
}
`,
    'src/tools/status-show.ts': `import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { ${Api} } from '../client.ts';

export const statusShow = defineTool({
  name: 'status_show',
  title: 'Show status',
  description: 'Tells whether the service answers, and with which HTTP status.',
  scopes: ['${name}:read'],
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({}),
  outputSchema: z.object({
    up: z.boolean().describe('Whether the service answers without a server error.'),
    http_status: z.int().optional().describe('Absent when nothing answered.'),
  }),
  async handler(_input, { deps, signal }: ToolContext<{ api: ${Api} }>) {
    const { up, httpStatus } = await deps.api.status(signal);
    return { up, ...(httpStatus === undefined ? {} : { http_status: httpStatus }) };
  },
  render: ({ up, http_status: status }) => ({ summary: up ? \`The service answers (HTTP \${status}).\` : 'The service does not answer.' }),
});
`,
    'src/server.test.ts': `import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { contractSuite, open } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { server } from './server.ts';

contractSuite(server, {
  main: new URL('./main.ts', import.meta.url),
  toolsJson: new URL('../tools.json', import.meta.url),
  read: { tool: 'status_show', args: {} },
});

describe('status_show', () => {
  const service = createServer((_request, response) => response.writeHead(204).end());
  beforeAll(() => once(service.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => void service.close());

  it('shows a service that answers', async () => {
    const { port } = service.address() as AddressInfo;
    const opened = await open(server, { config: { url: \`http://127.0.0.1:\${port}\` } });
    expect(await opened.call('status_show')).toMatchObject({ ok: true, output: { up: true, http_status: 204 } });
    await opened.close();
  });

  it('shows a service that does not', async () => {
    // Port 1 is reserved, and nothing listens there.
    const opened = await open(server, { config: { url: 'http://127.0.0.1:1' } });
    expect(await opened.call('status_show')).toMatchObject({ ok: true, output: { up: false } });
    await opened.close();
  });
});
`,
    'README.md': `# ${title}

Reads the state of ${title}.

## Configuration

| Setting | Environment | Meaning |
| --- | --- | --- |
| \`url\` | \`${setting}\` | Address of the service. Default: \`http://127.0.0.1:8080\`. |

## Tools

<!-- tools:start -->
<!-- tools:end -->
`,
  };
}

/**
 * The file of a new tool: what it takes, gives and does is one line each, to be replaced.
 * @param {{ name: string, effect: 'read' | 'write' | 'destroy', server: string, identifier: string }} tool
 */
export function toolFile({ name, effect, server, identifier }) {
  const hints = { read: 'reads', write: 'writes', destroy: 'destroys' }[effect];
  const plan =
    effect === 'destroy'
      ? `\n  plan: ({ name }) => ({ summary: \`Removes \${name}.\`, changes: [\`\${name} is removed for good\`] }),`
      : '';
  return `import { defineTool, ${hints} } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';

export const ${identifier} = defineTool({
  name: '${name}',
  title: '${sentence(name)}',
  description: 'Answers with the name that it was given.',
  scopes: ['${server}:${effect === 'read' ? 'read' : 'write'}'],
  annotations: ${hints}(),
  inputSchema: z.strictObject({ name: z.string().min(1).max(255).describe('The name to answer with.') }),
  outputSchema: z.object({ name: z.string() }),${plan}
  handler: ({ name }) => ({ name }),
  render: ({ name }) => ({ summary: 'The name is:', data: name }),
});
`;
}

/** The test of a new tool, through the whole pipeline. @param {{ name: string, identifier: string }} tool */
export function toolTest({ name }) {
  return `import { open } from '@deployment-engine/shared/testing';
import { expect, it } from 'vitest';
import { server } from '../server.ts';

it('${name} answers with the name that it was given', async () => {
  const opened = await open(server);
  expect(await opened.call('${name}', { name: 'a' })).toMatchObject({ ok: true, output: { name: 'a' } });
  expect(await opened.call('${name}', { name: '' })).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  await opened.close();
});
`;
}

export const toolPath = (name) => `src/tools/${kebab(name)}.ts`;
