import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadHubConfig } from '../config/load.ts';
import { configSchema, configSchemaText } from './schema.ts';

const committed = (name: string) => new URL(`../../../${name}`, import.meta.url);

describe('the JSON Schema of mcp.config.json', () => {
  let validate: (value: unknown) => boolean;
  beforeAll(async () => {
    const check = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(await configSchema());
    validate = (value) => check(value);
  });

  it('is the committed one (else: node scripts/node.mjs hub/src/main.ts schema > mcp.config.schema.json)', async () => {
    expect(readFileSync(committed('mcp.config.schema.json'), 'utf8')).toBe(await configSchemaText());
  });

  it('takes the committed example, which the hub takes too', () => {
    const file = committed('mcp.config.json');
    expect(validate(JSON.parse(readFileSync(file, 'utf8')))).toBe(true);
    expect(loadHubConfig({ config: file.pathname }, {}).hub.profile).toBe('compact');
  });

  it("takes Claude Desktop's form, a built-in server's own settings, and references in place of values", () => {
    const good: unknown[] = [
      {},
      {
        mcpServers: {
          a: { command: 'npx', args: ['-y', 'x'], env: { TOKEN: { $env: 'TOKEN' } } },
          b: { url: 'https://example.org/mcp', headers: { Authorization: { $file: 'token' } } },
        },
      },
      {
        hub: { readOnly: { $env: 'READ_ONLY' }, profile: 'flat' },
        servers: { prometheus: { enabled: false, sources: { main: { url: { $env: 'URL' } } } } },
      },
      { servers: { prometheus: { tools: { query: { deadlineMs: 5000, confirm: 'deny' } } } } },
    ];
    for (const value of good) expect({ value, valid: validate(value) }).toEqual({ value, valid: true });
  });

  it('refuses what the hub refuses', () => {
    const bad: unknown[] = [
      { hubs: {} },
      { hub: { profile: 'tiny' } },
      { hub: { readOnly: { $env: 'A', $file: 'b' } } },
      { servers: { promethius: {} } },
      { servers: { prometheus: { souces: {} } } },
      { mcpServers: { a: {} } },
      { mcpServers: { a: { command: 'x', args: 'y' } } },
    ];
    for (const value of bad) expect({ value, valid: validate(value) }).toEqual({ value, valid: false });
  });
});
