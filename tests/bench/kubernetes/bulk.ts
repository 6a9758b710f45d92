// A large cluster: 5,000 pods and 300 custom kinds. What the first page costs there, and what memory it leaves.
import { BULK, bulkKind, bulkPod, type ControlPlane, inParallel } from '@deployment-engine/shared/testing/control-plane';
import { percentile, rounded } from '../command.ts';
import type { Api } from './api.ts';
import { McpProcess, tokens } from './mcp-process.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const TIMES = 40;

export interface BulkFigures {
  pods: number;
  custom_kinds: number;
  /** The same page, asked of the API server itself: its Table of 500. */
  plain_ms: number;
  answers: Record<string, { tokens: number; first_ms: number; p50_ms: number; p95_ms: number; rss_mib: number }>;
}

/** Fills the cluster and asks a fresh server of ours, each question several times in a row. */
export async function measureBulk(ours: string, kubernetes: ControlPlane, api: Api): Promise<BulkFigures> {
  await api.make('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bulk' } });
  await inParallel(BULK.pods, (at) => api.make('/api/v1/namespaces/bulk/pods', bulkPod(at)));
  await inParallel(BULK.kinds, (at) => api.make('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', bulkKind(at)));
  const { ms } = await api.time('/api/v1/namespaces/bulk/pods?limit=500', TABLE, TIMES);

  const questions: Record<string, [string, object]> = {
    'first page of the pods': ['resources_list', { kind: 'pods', namespace: 'bulk' }],
    'first page of the pods of all namespaces': ['resources_list', { kind: 'pods', namespace: '*' }],
    'first page as names': ['resources_list', { kind: 'pods', namespace: 'bulk', view: 'names', limit: 1_000 }],
    'search the kinds': ['api_resources', { search: 'bulk.example' }],
    'what is wrong in the namespace': ['diagnose', { namespace: 'bulk' }],
  };
  const server = await McpProcess.start(process.execPath, [ours], { KUBECONFIG: kubernetes.kubeconfig });
  const answers: BulkFigures['answers'] = {};
  for (const [question, [tool, args]] of Object.entries(questions)) {
    const first = await server.call(tool, args);
    if (first.isError) throw new Error(`${question}: ${first.text.slice(0, 300)}`);
    const taken: number[] = [];
    for (let turn = 0; turn < (tool === 'diagnose' ? 5 : TIMES); turn += 1) taken.push((await server.call(tool, args)).ms);
    answers[question] = {
      tokens: tokens(first.bytes),
      first_ms: rounded(first.ms),
      p50_ms: rounded(percentile(taken, 50)),
      p95_ms: rounded(percentile(taken, 95)),
      rss_mib: rounded(server.rss()),
    };
  }
  await server.stop();
  return { pods: BULK.pods, custom_kinds: BULK.kinds, plain_ms: rounded(ms), answers };
}
