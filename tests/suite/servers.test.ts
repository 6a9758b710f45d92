import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { effectOf, type Surface } from '@deployment-engine/shared/contracts';
import { effectOfArguments, type ServerDefinition } from '@deployment-engine/shared/toolkit';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every capability server and its port in HTTP mode, as the design fixes them. */
const PORTS: Readonly<Record<string, number>> = {
  docker: 8001,
  kubernetes: 8002,
  git: 8003,
  github: 8004,
  prometheus: 8010,
  s3: 8011,
  'cloud-storage': 8012,
  communication: 8013,
  commander: 8014,
  sast: 8020,
  scanner: 8021,
  'supply-chain': 8022,
  'brave-search': 8030,
  smithery: 8031,
  experts: 8041,
  synthex: 8042,
};
const HUB_PORT = 8040;

const present = readdirSync(join(root, 'servers'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, 'servers', entry.name, 'package.json')))
  .map(({ name }) => name);

const text = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const surfaceOf = (server: string): Surface => JSON.parse(text('servers', server, 'tools.json')) as Surface;
const mainOf = (server: string): string => `import { start } from '@deployment-engine/shared/start';

await start({ surface: import.meta.resolve('@deployment-engine/${server}/tools.json'), load: () => import('./server.ts') });
`;

describe('the suite', () => {
  it('has the servers of the design and no others, and the hub knows them all', () => {
    expect(present.length).toBeGreaterThan(0);
    for (const server of present) expect(Object.keys(PORTS), server).toContain(server);
    const known = [...text('hub', 'src', 'registry', 'builtins.ts').matchAll(/^ {2}'([a-z0-9-]+)',$/gm)].map(([, name]) => name);
    expect(known.toSorted()).toEqual(Object.keys(PORTS).toSorted());
  });

  it('gives no port twice', () => {
    const ports = [...present.map((server) => surfaceOf(server).port), HUB_PORT];
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('has no tool, prompt or resource whose name through the hub is another’s', () => {
    const surfaces = present.map(surfaceOf);
    const names = surfaces.flatMap(({ name, tools }) => tools.map((tool) => `${name}__${tool.name}`));
    const prompts = surfaces.flatMap((surface) => surface.prompts.map(({ name }) => `${surface.name}__${name}`));
    const resources = surfaces.flatMap((surface) =>
      surface.resources.map(({ uri, uriTemplate }) => `${surface.name}+${uri ?? uriTemplate}`),
    );
    for (const list of [names, prompts, resources]) expect(new Set(list).size).toBe(list.length);
    // what MCP clients take for a name
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  });

  it('has the same package, launcher and shared versions everywhere', () => {
    const version = (path: string): unknown => (JSON.parse(text(path, 'package.json')) as { version: unknown }).version;
    const own = version('shared');
    for (const path of ['hub', 'launcher', ...present.map((server) => join('servers', server))]) expect(version(path), path).toBe(own);
  });
});

describe.each(present)('the server %s', (server) => {
  const surface = surfaceOf(server);
  const at = (...path: string[]): string => join('servers', server, ...path);
  const manifest = JSON.parse(text(at('package.json'))) as {
    name: string;
    private?: boolean;
    license: string;
    type: string;
    bin: Record<string, string>;
    exports: Record<string, unknown>;
    dependencies: Record<string, string>;
  };

  it('has its name, its port and a main file that starts it', () => {
    expect([surface.name, surface.port]).toEqual([server, PORTS[server]]);
    expect(text(at('src', 'main.ts'))).toBe(mainOf(server));
  });

  it('is a package like the others', () => {
    expect(manifest).toMatchObject({
      name: `@deployment-engine/${server}`,
      license: 'Apache-2.0',
      type: 'module',
      exports: { '.': { '@deployment-engine/source': './src/server.ts', default: './dist/server.js' }, './tools.json': './tools.json' },
    });
    const ours = Object.keys(manifest.dependencies).filter((name) => name.startsWith('@deployment-engine/'));
    // never another server, and never the hub
    for (const name of ours)
      expect(['@deployment-engine/launcher', '@deployment-engine/shared', '@deployment-engine/native']).toContain(name);
  });

  it('has a bin that runs its built main file, executable for everyone', () => {
    const path = manifest.bin[`deployment-engine-${server}`];
    expect(Object.keys(manifest.bin)).toEqual([`deployment-engine-${server}`]);
    const file = at(path ?? '');
    expect(text(file)).toMatch(
      /^#!\/usr\/bin\/env node\nimport \{ launch \} from '@deployment-engine\/launcher';\n\nawait launch\(new URL\('\.\.\/dist\/main\.js', import\.meta\.url\)\);\n$/,
    );
    expect(statSync(join(root, file)).mode & 0o111).toBe(0o111);
  });

  it('has a README whose tables are generated from its surface', () => {
    const readme = text(at('README.md'));
    const [, table = ''] = /<!-- tools:start -->([\s\S]+)<!-- tools:end -->/.exec(readme) ?? [];
    for (const { name } of surface.tools) expect(table, name).toContain(`\`${name}\``);
  });

  it('keeps one tool in one file that has its name', () => {
    const files = readdirSync(join(root, at('src', 'tools')), { recursive: true, encoding: 'utf8' }).map((path) => path.split('/').at(-1));
    for (const { name } of surface.tools) expect(files).toContain(`${name.replaceAll('_', '-')}.ts`);
  });

  it.each(surface.tools.map((tool) => [tool.name, tool] as const))('%s keeps the rules of the suite', (name, tool) => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(tool.effect).toBe(effectOf(tool.annotations));
    expect(Object.values(tool.annotations).map((hint) => typeof hint)).toEqual(['boolean', 'boolean', 'boolean', 'boolean']);
    expect(tool.annotations.readOnlyHint && tool.annotations.destructiveHint, 'a read destroys nothing').toBe(false);
    expect(tool.scopes.length, 'a scope').toBeGreaterThan(0);
    for (const scope of tool.scopes) expect(scope).toMatch(/^[a-z][a-z0-9-]*:[a-z][a-z-]*$/);
    if (tool.effect !== 'read')
      expect(
        tool.scopes.every((scope) => scope.endsWith(':read')),
        'a scope to read does not let change',
      ).toBe(false);
    const { properties = {}, additionalProperties } = tool.inputSchema as {
      properties?: Record<string, unknown>;
      additionalProperties?: boolean;
    };
    expect(additionalProperties, 'unknown arguments are refused').toBe(false);
    expect('idempotency_key' in properties).toBe(tool.effect !== 'read');
    expect('plan_token' in properties).toBe(tool.effect === 'destroy');
  });

  it('raises the effect of every call that is told to write a report', async () => {
    const { server: definition } = (await import(`@deployment-engine/${server}`)) as { server: ServerDefinition };
    for (const tool of definition.tools) {
      for (const argument of ['sarif_path', 'output_path']) {
        if (argument in tool.inputSchema.shape)
          expect(effectOfArguments(tool, { [argument]: 'report.sarif' }), `${tool.name} ${argument}`).not.toBe('read');
      }
    }
    expect(definition.name).toBe(server);
  });

  if (server === 'git') {
    it('takes the repository as `repo` in every tool', () => {
      for (const { name, inputSchema } of surface.tools)
        expect((inputSchema['required'] as string[] | undefined) ?? [], name).toContain('repo');
    });
  }
});
