// What the hub costs beside a plain forwarder, in one run: npm run bench:hub. The last line is one JSON object.
import { type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchClient, httpClient, start, stdioClient } from './clients.ts';
import { usageOf } from './process-stats.ts';

const WARM_UP = 1_500;
const SEQUENTIAL = 3_000;
const CONCURRENT = 12_000;
const IN_FLIGHT = 32;
const ROUNDS = 3;

interface Figures {
  p50_us: number;
  p99_us: number;
  requests_per_s: number;
  cpu_us_per_call: number;
  rss_mib: number;
}

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const HUB = path('../../hub/dist/main.js');
const ECHO = path('./echo-server.mjs');

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function measure(client: BenchClient, pid: number): Promise<Figures> {
  const latencies: number[] = [];
  for (let n = 0; n < SEQUENTIAL; n += 1) {
    const begun = performance.now();
    await client.call();
    latencies.push((performance.now() - begun) * 1000);
  }
  latencies.sort((a, b) => a - b);
  const before = usageOf(pid);
  const begun = performance.now();
  let left = CONCURRENT;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left > 0) {
        left -= 1;
        await client.call();
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  const after = usageOf(pid);
  return {
    p50_us: latencies[Math.floor(SEQUENTIAL * 0.5)]!,
    p99_us: latencies[Math.floor(SEQUENTIAL * 0.99)]!,
    requests_per_s: CONCURRENT / seconds,
    cpu_us_per_call: ((after.cpuMs - before.cpuMs) * 1000) / CONCURRENT,
    rss_mib: after.rssMiB,
  };
}

/** Milliseconds from the start of a built hub to its first `tools/list` over stdio; nothing else runs. */
async function startUp(args: string[], env: Record<string, string>): Promise<number> {
  const begun = performance.now();
  const child = start(args, env);
  const client = await stdioClient(child, 'echo');
  const ms = performance.now() - begun;
  client.close();
  await new Promise((resolve) => child.once('exit', resolve));
  return ms;
}

/** Waits for a pattern in what a program prints; the program may go on printing. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = pattern.exec(text)?.[0];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`the program ended without its address: ${text}`)));
  });
}

function stopped(child: ChildProcess): Promise<unknown> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return exit;
}

if (!existsSync(HUB)) throw new Error('build first: npm run build');
const home = await mkdtemp(join(tmpdir(), 'bench-'));
const config = join(home, 'mcp.config.json');
await writeFile(config, JSON.stringify({ mcpServers: { echo: { command: process.execPath, args: [ECHO] } } }));
const env = { DEPLOYMENT_ENGINE_HOME: home, DEPLOYMENT_ENGINE_LOG: 'silent', DEPLOYMENT_ENGINE_ROOTS: home };

const floorProcess = start([path('./forwarder.mjs')]);
const hubProcess = start([HUB, 'hub', '--http', '0', '--trust-loopback', '--config', config], env);
const directProcess = start([ECHO]);
const hubStdioProcess = start([HUB, 'hub', '--stdio', '--config', config], env);

const children = [floorProcess, hubProcess, directProcess, hubStdioProcess];
// whatever happens, nothing of the bench outlives it
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(1);
});

const url = /http:\/\/127\.0\.0\.1:\d+\/mcp/;
const contestants: { name: string; client: BenchClient; pid: number }[] = [
  { name: 'direct_stdio', client: await stdioClient(directProcess, 'echo'), pid: directProcess.pid! },
  { name: 'floor', client: httpClient(await printed(floorProcess, url), 'echo__echo'), pid: floorProcess.pid! },
  { name: 'hub_http', client: httpClient(await printed(hubProcess, url), 'echo__echo'), pid: hubProcess.pid! },
  { name: 'hub_stdio', client: await stdioClient(hubStdioProcess, 'echo__echo'), pid: hubStdioProcess.pid! },
];

for (const { client } of contestants) for (let n = 0; n < WARM_UP; n += 1) await client.call();
// rounds in turn, so that a slow minute of the machine falls on all alike; the median round counts
const rounds = new Map<string, Figures[]>(contestants.map(({ name }) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { name, client, pid } of contestants) rounds.get(name)!.push(await measure(client, pid));
}
for (const { client } of contestants) client.close();
await Promise.all(children.filter((child) => child.exitCode === null).map(stopped));

const figures = Object.fromEntries(
  [...rounds].map(([name, all]) => {
    const pick = (key: keyof Figures): number => Math.round(median(all.map((one) => one[key])) * 10) / 10;
    return [
      name,
      {
        p50_us: pick('p50_us'),
        p99_us: pick('p99_us'),
        requests_per_s: Math.round(pick('requests_per_s')),
        cpu_us_per_call: pick('cpu_us_per_call'),
        rss_mib: pick('rss_mib'),
      },
    ];
  }),
) as Record<'direct_stdio' | 'floor' | 'hub_http' | 'hub_stdio', Figures>;

const starts: number[] = [];
for (let n = 0; n < 7; n += 1) starts.push(await startUp([HUB, 'hub', '--stdio', '--config', config], env));
await rm(home, { recursive: true, force: true });

const ratio = (a: number, b: number): number => Math.round((a / b) * 100) / 100;
console.table(figures);
console.log(
  JSON.stringify({
    ...figures,
    start_to_first_list_ms: Math.round(median(starts)),
    ratios: {
      p50_hub_http_to_floor: ratio(figures.hub_http.p50_us, figures.floor.p50_us),
      p99_hub_http_to_floor: ratio(figures.hub_http.p99_us, figures.floor.p99_us),
      requests_hub_http_to_floor: ratio(figures.hub_http.requests_per_s, figures.floor.requests_per_s),
      cpu_hub_http_to_floor: ratio(figures.hub_http.cpu_us_per_call, figures.floor.cpu_us_per_call),
      p50_hub_stdio_to_direct_stdio: ratio(figures.hub_stdio.p50_us, figures.direct_stdio.p50_us),
      requests_hub_stdio_to_direct_stdio: ratio(figures.hub_stdio.requests_per_s, figures.direct_stdio.requests_per_s),
    },
  }),
);
