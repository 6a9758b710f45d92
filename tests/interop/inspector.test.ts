import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Backends, describeWith } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ground, type HttpHub, hubProgram, prepareGround, startHttpHub } from '../hub-process/index.ts';

const run = promisify(execFile);
const INSPECTOR = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', import.meta.url),
);

/** What the Inspector's command line prints with `--format json`. */
interface Printed {
  result: { tools?: { name: string }[]; isError?: boolean; structuredContent?: unknown };
}

type Inspect = (...args: string[]) => Promise<Printed['result']>;

const ERAS = ['legacy', 'modern'] as const;
const TRANSPORTS = ['stdio', 'HTTP'] as const;
const CELLS = TRANSPORTS.flatMap((transport) => ERAS.map((era) => ({ transport, era })));

/** In each cell: the Inspector lists the tool through the hub and calls it. */
function describeInspector(
  tool: string,
  config: object,
  args: (ground: Ground) => object,
  shows: (result: unknown, ground: Ground) => void,
): void {
  describe(`MCP Inspector lists and calls ${tool} through the hub`, () => {
    let ground: Ground;
    let hub: HttpHub;

    beforeAll(async () => {
      ground = prepareGround(config);
      hub = await startHttpHub(ground.env, '--trust-loopback');
    });
    afterAll(async () => {
      await hub.stop();
      ground.clear();
    });

    it.each(CELLS)(
      'over $transport, $era era',
      async ({ transport, era }) => {
        const inspect = inspector(
          transport === 'HTTP' ? [`${hub.url}?profile=flat`, '--transport', 'http'] : stdioTarget(ground),
          era,
          ground,
        );
        const { tools } = await inspect('--method', 'tools/list');
        expect(tools?.map(({ name }) => name)).toContain(tool);
        const result = await inspect('--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args(ground)));
        expect(result.isError ?? false).toBe(false);
        shows(result.structuredContent, ground);
      },
      120_000,
    );
  });
}

function stdioTarget(ground: Ground): string[] {
  const { command, args } = hubProgram('hub', '--stdio', '--profile', 'flat');
  return [...Object.entries(ground.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]), command, ...args];
}

function inspector(target: string[], era: string, ground: Ground): Inspect {
  return async (...args) => {
    const all = ['--cli', '--protocol-era', era, '--format', 'json', '--quiet', '--connect-timeout', '60000', ...args, ...target];
    const { stdout } = await run(process.execPath, [INSPECTOR, ...all], {
      env: { ...process.env, HOME: ground.base },
      maxBuffer: 64 * 1024 * 1024,
    });
    return (JSON.parse(stdout) as Printed).result;
  };
}

describeInspector(
  'git__status',
  {},
  ({ repo }) => ({ repo }),
  (result) => expect(result).toMatchObject({ branch: 'main', clean: false, untracked: ['new.txt'] }),
);

describeWith('docker', (docker: Backends['docker']) =>
  describeInspector(
    'docker__container_list',
    { servers: { docker: { hosts: { default: { host: docker.host } } } } },
    () => ({ all: true }),
    (result) => expect(result).toMatchObject({ containers: expect.any(Array) as unknown }),
  ),
);

describeWith('prometheus', (prometheus: Backends['prometheus']) =>
  describeInspector(
    'prometheus__query',
    { servers: { prometheus: { sources: { default: { url: prometheus.url } } } } },
    () => ({ promql: 'up{job="prometheus"}' }),
    (result) => expect(JSON.stringify(result)).toContain('prometheus'),
  ),
);
