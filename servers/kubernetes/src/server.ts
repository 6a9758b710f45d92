import { ToolError } from '@deployment-engine/shared/contracts';
import { defineServer, type ServerEnv } from '@deployment-engine/shared/toolkit';
import { KubernetesConfig, type KubernetesSettings } from './config.ts';
import { Kubernetes } from './kubernetes.ts';
import { planRollout } from './prompts/plan-rollout.ts';
import { reviewManifest } from './prompts/review-manifest.ts';
import { troubleshootWorkload } from './prompts/troubleshoot-workload.ts';
import { kubernetesObject } from './resources/object.ts';
import * as tools from './tools/index.ts';

export const server = defineServer({
  name: 'kubernetes',
  title: 'Kubernetes',
  description: 'Kubernetes clusters: objects of any kind, pods, logs, rollouts, nodes, Helm releases, access, diagnosis.',
  version: '0.1.0',
  port: 8002,
  instructions:
    'Kubernetes without kubectl. Begin with diagnose for what is broken, or resources_list with view status. Answers are cut to a budget and say how to go on (continue, max_tokens). Changes must name their context when there are several (contexts_list); destructive ones show a plan first.',
  config: KubernetesConfig,
  env: { KUBERNETES_CONTEXT: 'context' },
  deps: { kubernetes: (env: ServerEnv<KubernetesSettings>): Kubernetes => new Kubernetes(env) },
  tools: Object.values(tools),
  resources: [kubernetesObject],
  prompts: [troubleshootWorkload, reviewManifest, planRollout],
  async probe({ kubernetes }, _env, signal) {
    try {
      const cluster = await kubernetes.clusters.get(undefined);
      const { gitVersion = '' } = await cluster.raw<{ gitVersion?: string }>(['version'], { signal });
      return { ready: true, detail: `${cluster.name}: Kubernetes ${gitVersion}` };
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return { ready: false, missing: error.message, hint: error.hint ?? 'Check the kubeconfig.' };
    }
  },
});
