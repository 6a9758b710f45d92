// Our Kubernetes server beside kubernetes-mcp-server (Go) on one real control plane, in one run:
// `npm run bench:kubernetes [-- --anchor <program>] [--bulk]`. The last line is one JSON object.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backend } from '@deployment-engine/shared/testing';
import { startControlPlane } from '@deployment-engine/shared/testing/control-plane';
import { benchmark, readArguments, rounded, UsageError } from './command.ts';
import { Api } from './kubernetes/api.ts';
import { measureBulk } from './kubernetes/bulk.ts';
import { EVENT_SPACE, PODS, prepare } from './kubernetes/cluster.ts';
import { McpProcess, tokens, type Answer } from './kubernetes/mcp-process.ts';

const ANCHOR = 'kubernetes-mcp-server';
const ANCHOR_VERSION = '0.0.67';
const OURS = fileURLToPath(new URL('../../servers/kubernetes/dist/main.js', import.meta.url));
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const TIMES = 15;

/** The other server: the one named, or its npm package in a folder beside other caches. */
function anchorProgram(named: string | undefined): string | undefined {
  if (named !== undefined) return named;
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'deployment-engine', `${ANCHOR}-${ANCHOR_VERSION}`);
  // the program itself: its start script in JavaScript would be measured with it
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const program = join(folder, 'node_modules', `${ANCHOR}-${platform}`, 'bin', `${ANCHOR}-${platform}`);
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', `${ANCHOR}@${ANCHOR_VERSION}`], {
        stdio: 'ignore',
      });
    } catch {
      return undefined;
    }
  }
  return program;
}

interface Figures {
  tools: number;
  list_tokens: number;
  start_ms: number;
  rss_mib: number;
  /** The first call of a tool, with all that is loaded and connected for it. */
  first_call_ms: number;
  first_call_rss_mib: number;
  answers: Record<string, { tokens: number; ms: number; error: boolean; first_line: string }>;
  rss_after_mib: number;
}

const shown = ({ bytes, ms, isError, text }: Answer) => ({
  tokens: tokens(bytes),
  ms: rounded(ms),
  error: isError,
  first_line: text.split('\n')[0]!.slice(0, 160),
});

async function measure(server: McpProcess, questions: Readonly<Record<string, readonly [string, object]>>): Promise<Figures> {
  const answers: Figures['answers'] = {};
  const first = await server.call(...Object.values(questions)[0]!);
  const firstRss = server.rss();
  for (const [question, [tool, args]] of Object.entries(questions)) {
    await server.call(tool, args);
    answers[question] = shown(await server.repeat(tool, args, TIMES));
  }
  const begun = performance.now();
  const [tool, args] = questions['get one pod']!;
  for (let turn = 0; turn < 30; turn += 1) await server.call(tool, args);
  answers['thirty gets in a row, each'] = { ...answers['get one pod']!, ms: rounded((performance.now() - begun) / 30) };
  return {
    tools: server.tools.length,
    list_tokens: tokens(server.listBytes),
    start_ms: rounded(server.startMs),
    rss_mib: rounded(server.startRss),
    first_call_ms: rounded(first.ms),
    first_call_rss_mib: rounded(firstRss),
    answers,
    rss_after_mib: rounded(server.rss()),
  };
}

const longSelector = 'a'.repeat(1024 * 1024);
const owned = (replicas: number) =>
  JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'owned', namespace: 'bench-web' }, spec: { replicas } });

await benchmark(async () => {
  const args = readArguments({
    anchor: { what: 'program' },
    bulk: { what: 'also a cluster of 5,000 pods and 300 custom kinds', type: 'boolean' },
  });
  const { backend: built, reason } = backend('kubernetes');
  if (built === undefined) throw new UsageError(`no control plane: ${reason}`);
  // One of its own: nothing else runs on it, and nothing of it stays.
  const folder = mkdtempSync(join(tmpdir(), 'bench-kubernetes-'));
  const kubernetes = await startControlPlane({ folder, program: built.program, etcd: built.etcd });
  const api = new Api(kubernetes);
  try {
    await prepare(api);
    const list = JSON.parse((await api.ask('GET', '/api/v1/namespaces/bench-web/pods?limit=1')).text) as {
      items: { metadata: { name: string } }[];
    };
    const name = list.items[0]!.metadata.name;
    const plain = {
      'pods of all namespaces': await api.time('/api/v1/pods', TABLE, TIMES),
      'get one pod': await api.time(`/api/v1/namespaces/bench-web/pods/${name}`, 'application/json', TIMES),
    };

    const core = await McpProcess.start(process.execPath, [OURS, '--toolsets', 'core'], { KUBECONFIG: kubernetes.kubeconfig });
    const ours = await McpProcess.start(process.execPath, [OURS], { KUBECONFIG: kubernetes.kubeconfig });
    const ourFigures = await measure(ours, {
      'pods of all namespaces': ['resources_list', { kind: 'pods', namespace: '*' }],
      [`all ${PODS} as names`]: [
        'resources_list',
        { kind: 'pods', namespace: '*', view: 'names', limit: 1000, labels: 'app.kubernetes.io/part-of=bench', max_tokens: 6000 },
      ],
      'events of a namespace': ['events_list', { namespace: EVENT_SPACE }],
      'get one pod': ['resources_get', { kind: 'pods', name, namespace: 'bench-web' }],
      'a wrong name': ['resources_get', { kind: 'pods', name: `${name}x`, namespace: 'bench-web' }],
      'a selector of 1 MB': ['resources_list', { kind: 'pods', labels: longSelector }],
      'apply to a field of another manager': ['resources_apply', { manifest: owned(5), context: 'admin' }],
    });
    const coreFigures = {
      tools: core.tools.length,
      list_tokens: tokens(core.listBytes),
      start_ms: rounded(core.startMs),
      rss_mib: rounded(core.startRss),
    };
    await Promise.all([core.stop(), ours.stop()]);

    const program = anchorProgram(args['anchor']);
    let theirs: Figures | undefined;
    if (program !== undefined) {
      const anchor = await McpProcess.start(program, ['--kubeconfig', kubernetes.kubeconfig, '--disable-multi-cluster']);
      theirs = await measure(anchor, {
        'pods of all namespaces': ['pods_list', {}],
        'events of a namespace': ['events_list', { namespace: EVENT_SPACE }],
        'get one pod': ['pods_get', { name, namespace: 'bench-web' }],
        'a wrong name': ['pods_get', { name: `${name}x`, namespace: 'bench-web' }],
        'a selector of 1 MB': ['pods_list', { labelSelector: longSelector }],
        'apply to a field of another manager': ['resources_create_or_update', { resource: owned(5) }],
      });
      await anchor.stop();
    }
    const p50 = (figures: Figures | undefined, question: keyof typeof plain) => figures?.answers[question]?.ms;
    return {
      plain: Object.fromEntries(
        Object.entries(plain).map(([question, { ms, bytes }]) => [question, { ms: rounded(ms), tokens: tokens(bytes) }]),
      ),
      ours: { core: coreFigures, ...ourFigures },
      anchor: theirs ?? 'not installed',
      ...(args['bulk'] === undefined ? {} : { bulk: await measureBulk(OURS, kubernetes, api) }),
      ratio: {
        'ours to the plain Table request, pods': rounded(
          (p50(ourFigures, 'pods of all namespaces') ?? 0) / plain['pods of all namespaces'].ms,
        ),
        'ours to the plain get': rounded((p50(ourFigures, 'get one pod') ?? 0) / plain['get one pod'].ms),
        ...(theirs
          ? {
              'anchor to ours, pods': rounded(
                (p50(theirs, 'pods of all namespaces') ?? 0) / (p50(ourFigures, 'pods of all namespaces') ?? 1),
              ),
            }
          : {}),
      },
    };
  } finally {
    api.close();
    await kubernetes.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
